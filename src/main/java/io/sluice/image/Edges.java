package io.sluice.image;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/** Edges and derivatives of luma. Borders are mirrored without repeating the border pixel. */
public final class Edges {
    private Edges() {}

    /**
     * Canny's edges: Sobel 3x3, gradient as |dx| + |dy|, thinned, and followed from above {@code high} down to {@code low}.
     *
     * @param low in units of the 3x3 Sobel operator, where a step of one level weighs 4
     * @param high as {@code low}, and not below it
     * @return 255 on an edge, else 0
     */
    public static Mask canny(Luma luma, double low, double high) {
        try (PointerScope scope = new PointerScope()) {
            Mat edges = new Mat();
            opencv_imgproc.Canny(Mats.of(luma), edges, low, high, 3, false);
            return new Mask(luma.width(), luma.height(), Mats.bytes(edges));
        }
    }

    /** Variance of the Laplacian with the kernel 0 1 0, 1 -4 1, 0 1 0. */
    public static double laplacianVariance(Luma luma) {
        try (PointerScope scope = new PointerScope()) {
            Mat laplacian = new Mat();
            opencv_imgproc.Laplacian(Mats.of(luma), laplacian, opencv_core.CV_16S, 1, 1, 0, opencv_core.BORDER_DEFAULT);
            Mat mean = new Mat();
            Mat deviation = new Mat();
            opencv_core.meanStdDev(laplacian, mean, deviation);
            double sigma = new DoublePointer(deviation.data()).get();
            return sigma * sigma;
        }
    }

    /** Mean of the squared gradient, dx² + dy² of the 3x3 Sobel operator. */
    public static double tenengrad(Luma luma) {
        try (PointerScope scope = new PointerScope()) {
            Mat source = Mats.of(luma);
            return meanSquare(source, 1, 0) + meanSquare(source, 0, 1);
        }
    }

    private static double meanSquare(Mat source, int dx, int dy) {
        Mat derivative = new Mat();
        opencv_imgproc.Sobel(source, derivative, opencv_core.CV_32F, dx, dy, 3, 1, 0, opencv_core.BORDER_DEFAULT);
        return derivative.dot(derivative) / derivative.total();
    }
}
