package io.sluice.image;

import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Pictures of the test assets, decoded by OpenCV as the reference values were. */
public final class Photos {
    private Photos() {}

    public static Image read(Path file) {
        try (PointerScope scope = new PointerScope()) {
            Mat pixels = opencv_imgcodecs.imread(file.toString(), opencv_imgcodecs.IMREAD_COLOR);
            if (pixels.empty()) {
                throw new AssertionError("'" + file + "' is no picture");
            }
            byte[] bgr = new byte[3 * pixels.cols() * pixels.rows()];
            pixels.data().get(bgr);
            return new Image(pixels.cols(), pixels.rows(), bgr);
        }
    }
}
