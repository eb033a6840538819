package io.sluice.image;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The grey of a picture: 8 bits, 0.299 R + 0.587 G + 0.114 B as OpenCV rounds it, rows from the top without padding. The array
 * is shared, not copied, and never written to.
 */
public record Luma(int width, int height, byte[] values) {
    /** @throws IllegalArgumentException if a side is below 1 or the array has another length */
    public Luma {
        if (width < 1 || height < 1 || values.length != (long) width * height) {
            throw new IllegalArgumentException("luma of " + width + "x" + height + " with " + values.length
                    + " bytes: sides of at least 1 and a byte a pixel are required");
        }
    }

    public static Luma of(Image image) {
        return of(image, Integer.MAX_VALUE);
    }

    /**
     * @param longSide pixels that the longer side has at most; a larger picture is scaled down by averaging, a smaller one
     *     stays as it is
     */
    public static Luma of(Image image, int longSide) {
        try (PointerScope scope = new PointerScope()) {
            Mat grey = new Mat();
            opencv_imgproc.cvtColor(Mats.of(image), grey, opencv_imgproc.COLOR_BGR2GRAY);
            return Mats.luma(Resize.fit(grey, longSide));
        }
    }

    /** This luma with its longer side at most {@code longSide} pixels. */
    public Luma fit(int longSide) {
        if (Math.max(width, height) <= longSide) {
            return this;
        }
        try (PointerScope scope = new PointerScope()) {
            return Mats.luma(Resize.fit(Mats.of(this), longSide));
        }
    }

    /** 0 to 255. */
    public double mean() {
        long sum = 0;
        for (byte value : values) {
            sum += value & 0xff;
        }
        return (double) sum / values.length;
    }

    /** Standard deviation. */
    public double deviation() {
        long sum = 0;
        long squares = 0;
        for (byte value : values) {
            int v = value & 0xff;
            sum += v;
            squares += v * v;
        }
        double mean = (double) sum / values.length;
        return Math.sqrt(Math.max(0, (double) squares / values.length - mean * mean));
    }
}
