package io.sluice.image;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The passage between heap arrays and OpenCV's matrices. Everything here belongs inside a {@code PointerScope} of the caller,
 * which frees it: there is no other place in this package where native memory is made to last.
 */
final class Mats {
    static {
        // One thread a call: the stages run calls side by side, and results must not depend on the number of cores.
        opencv_core.setNumThreads(1);
    }

    private Mats() {}

    static Mat of(Image image) {
        return of(image.height(), image.width(), opencv_core.CV_8UC3, image.bgr());
    }

    static Mat of(Luma luma) {
        return of(luma.height(), luma.width(), opencv_core.CV_8UC1, luma.values());
    }

    static Mat of(Mask mask) {
        return of(mask.height(), mask.width(), opencv_core.CV_8UC1, mask.values());
    }

    static Mat of(int rows, int columns, int type, byte[] bytes) {
        Mat mat = new Mat(rows, columns, type);
        mat.data().put(bytes);
        return mat;
    }

    static Image image(Mat mat) {
        return new Image(mat.cols(), mat.rows(), bytes(mat));
    }

    static Luma luma(Mat mat) {
        return new Luma(mat.cols(), mat.rows(), bytes(mat));
    }

    /** Rows without padding, whatever the matrix has. */
    static byte[] bytes(Mat mat) {
        Mat whole = mat.isContinuous() ? mat : mat.clone();
        byte[] bytes = new byte[Math.toIntExact(whole.total() * whole.elemSize())];
        try (BytePointer data = whole.data()) {
            data.get(bytes);
        }
        return bytes;
    }

    static float[] floats(Mat mat) {
        Mat whole = mat.isContinuous() ? mat : mat.clone();
        float[] values = new float[Math.toIntExact(whole.total() * whole.channels())];
        new org.bytedeco.javacpp.FloatPointer(whole.data()).get(values);
        return values;
    }
}
