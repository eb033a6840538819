package io.sluice.image;

import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** Photos made worse on purpose, by known amounts. */
public final class Degraded {
    private Degraded() {}

    public static Image blurred(Image image, double sigma) {
        try (PointerScope scope = new PointerScope()) {
            Mat result = new Mat();
            opencv_imgproc.GaussianBlur(Mats.of(image), result, new Size(0, 0), sigma);
            return Mats.image(result);
        }
    }

    /** Moved sideways by {@code pixels} while the shutter was open. */
    public static Image moved(Image image, int pixels) {
        try (PointerScope scope = new PointerScope()) {
            Mat result = new Mat();
            opencv_imgproc.blur(Mats.of(image), result, new Size(pixels, 1));
            return Mats.image(result);
        }
    }

    public static Image noisy(Image image, double sigma) {
        Random random = new Random(1);
        byte[] bgr = image.bgr().clone();
        for (int i = 0; i < bgr.length; i++) {
            bgr[i] = clipped((bgr[i] & 0xff) + sigma * random.nextGaussian());
        }
        return new Image(image.width(), image.height(), bgr);
    }

    public static Image compressed(Image image, int quality) {
        return ImageCodec.decode(ImageCodec.jpeg(image, quality));
    }

    /** Exposed for {@code stops} doublings of the light more, with a gamma of 2.2. */
    public static Image exposed(Image image, double stops) {
        byte[] bgr = image.bgr().clone();
        for (int i = 0; i < bgr.length; i++) {
            bgr[i] = clipped((bgr[i] & 0xff) * Math.pow(2, stops / 2.2));
        }
        return new Image(image.width(), image.height(), bgr);
    }

    private static byte clipped(double value) {
        return (byte) Math.round(Math.min(255, Math.max(0, value)));
    }
}
