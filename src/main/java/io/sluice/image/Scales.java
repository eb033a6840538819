package io.sluice.image;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A picture in the sizes that measures look at, made in one go.
 *
 * @param luma of the whole picture, for what happens between neighbouring pixels
 * @param working luma at a size that makes pictures compare
 * @param thumbnail for light and colour, which noise and detail should not change
 */
public record Scales(Luma luma, Luma working, Image thumbnail) {

    /**
     * @param workingSide longer side of {@code working} in pixels at most
     * @param thumbnailSide longer side of {@code thumbnail} in pixels at most
     */
    public static Scales of(Image image, int workingSide, int thumbnailSide) {
        try (PointerScope scope = new PointerScope()) {
            Mat colour = Mats.of(image);
            Mat grey = new Mat();
            opencv_imgproc.cvtColor(colour, grey, opencv_imgproc.COLOR_BGR2GRAY);
            return new Scales(
                    Mats.luma(grey),
                    Mats.luma(Resize.fit(grey, workingSide)),
                    Mats.image(Resize.fit(colour, thumbnailSide)));
        }
    }
}
