package io.sluice.image;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** Scaling: down by averaging over the area, so that nothing aliases; up by bilinear interpolation. */
public final class Resize {
    private Resize() {}

    /**
     * @param width in pixels, at least 1
     * @param height in pixels, at least 1
     */
    public static Image to(Image image, int width, int height) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "resize to " + width + "x" + height + ": sides of at least 1 are required");
        }
        if (width == image.width() && height == image.height()) {
            return image;
        }
        try (PointerScope scope = new PointerScope()) {
            return Mats.image(to(Mats.of(image), width, height));
        }
    }

    /** The picture with its longer side at most {@code longSide} pixels and its proportions kept; never enlarged. */
    public static Image fit(Image image, int longSide) {
        if (Math.max(image.width(), image.height()) <= longSide) {
            return image;
        }
        try (PointerScope scope = new PointerScope()) {
            return Mats.image(fit(Mats.of(image), longSide));
        }
    }

    static Mat fit(Mat mat, int longSide) {
        int longest = Math.max(mat.cols(), mat.rows());
        if (longest <= longSide) {
            return mat;
        }
        double scale = (double) longSide / longest;
        return to(mat, Math.max(1, (int) Math.round(mat.cols() * scale)), Math.max(1, (int)
                Math.round(mat.rows() * scale)));
    }

    static Mat to(Mat mat, int width, int height) {
        boolean down = width <= mat.cols() && height <= mat.rows();
        Mat resized = new Mat();
        opencv_imgproc.resize(
                mat,
                resized,
                new Size(width, height),
                0,
                0,
                down ? opencv_imgproc.INTER_AREA : opencv_imgproc.INTER_LINEAR);
        return resized;
    }
}
