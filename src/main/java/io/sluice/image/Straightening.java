package io.sluice.image;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** A line of text as it would look straight on. */
public final class Straightening {
    /** A line this much higher than wide runs downwards, as PaddleOCR has it. */
    private static final double DOWNWARDS = 1.5;

    private Straightening() {}

    /**
     * What the corners enclose, as a rectangle of their longer sides; what runs downwards is turned to the left, so that its top
     * becomes its beginning.
     *
     * @param corners x0, y0, ... x3, y3 in pixels, clockwise from the top left
     */
    public static Image of(Image image, List<Double> corners) {
        float width = (float) Math.max(1, Math.rint(Math.max(length(corners, 0, 1), length(corners, 2, 3))));
        float height = (float) Math.max(1, Math.rint(Math.max(length(corners, 0, 3), length(corners, 1, 2))));
        float[] from = new float[8];
        for (int i = 0; i < from.length; i++) {
            from[i] = corners.get(i).floatValue();
        }
        try (PointerScope scope = new PointerScope()) {
            Mat turn = opencv_imgproc.getPerspectiveTransform(
                    points(from), points(0, 0, width, 0, width, height, 0, height));
            Mat straight = new Mat();
            opencv_imgproc.warpPerspective(
                    Mats.of(image),
                    straight,
                    turn,
                    new Size((int) width, (int) height),
                    opencv_imgproc.INTER_CUBIC,
                    opencv_core.BORDER_REPLICATE,
                    new Scalar(0));
            if (height >= DOWNWARDS * width) {
                Mat turned = new Mat();
                opencv_core.rotate(straight, turned, opencv_core.ROTATE_90_COUNTERCLOCKWISE);
                return Mats.image(turned);
            }
            return Mats.image(straight);
        }
    }

    private static Mat points(float... positions) {
        return new Mat(4, 1, opencv_core.CV_32FC2, new FloatPointer(positions)).clone();
    }

    private static double length(List<Double> corners, int one, int other) {
        return Math.hypot(
                corners.get(2 * one) - corners.get(2 * other), corners.get(2 * one + 1) - corners.get(2 * other + 1));
    }
}
