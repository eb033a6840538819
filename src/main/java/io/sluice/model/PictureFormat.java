package io.sluice.model;

import io.sluice.image.Letterbox;
import io.sluice.image.LetterboxPixels;
import java.util.List;

/**
 * How a picture of any size becomes a network's input: the section {@code input} of a manifest.
 *
 * @param width of the network's input in pixels; the longest side allowed, with {@link Resize#LIMIT_SIDE}
 * @param height of the network's input in pixels; equal to {@code width} with {@link Resize#LIMIT_SIDE}
 */
public record PictureFormat(Resize resize, int width, int height, LetterboxPixels pixels) {
    private static final int LARGEST_SIDE = 4096;

    /**
     * Reads the section {@code input}.
     *
     * @param allowed the rules that the adapter can follow
     * @throws io.sluice.onnx.ModelException if anything in it is not allowed
     */
    public static PictureFormat read(ManifestSection manifest, Resize... allowed) {
        ManifestSection section = manifest.section("input");
        Resize resize = section.choice("resize", List.of(allowed), Resize::word);
        int width;
        int height;
        if (resize == Resize.LIMIT_SIDE) {
            width = (int) section.number("side", 960, 32, LARGEST_SIDE, true);
            if (width % 32 != 0) {
                throw section.wrong("side", "a multiple of 32");
            }
            height = width;
        } else {
            section.required("width");
            section.required("height");
            width = (int) section.number("width", 0, 1, LARGEST_SIDE, true);
            height = (int) section.number("height", 0, 1, LARGEST_SIDE, true);
            if (resize == Resize.CENTRE_CROP && height != width) {
                throw section.wrong("height", "the width, " + width + ", because the picture is cropped to a square");
            }
        }
        boolean rgb =
                section.choice("colour", List.of("bgr", "rgb"), word -> word).equals("rgb");
        double scale = section.number("scale", 1, 0, 1, false);
        List<Double> mean = section.numbers("mean", List.of(0.0, 0.0, 0.0), 3, -1000, 1000);
        List<Double> std = section.numbers("std", List.of(1.0, 1.0, 1.0), 3, 1e-6, 1000);
        int pad = resize == Resize.LETTERBOX_TOP_LEFT || resize == Resize.LETTERBOX_CENTRE
                ? (int) section.number("pad", 0, 0, 255, true)
                : 0;
        section.close();
        return new PictureFormat(resize, width, height, new LetterboxPixels(rgb, scale, mean, std, pad));
    }

    /**
     * Where a picture of this size lies in the input. With {@link Resize#CENTRE_CROP} the picture has been cropped before, so it
     * fills the input.
     */
    public Letterbox letterbox(int imageWidth, int imageHeight) {
        return switch (resize) {
            case LETTERBOX_TOP_LEFT -> Letterbox.topLeft(imageWidth, imageHeight, width, height);
            case LETTERBOX_CENTRE -> Letterbox.centred(imageWidth, imageHeight, width, height);
            case STRETCH, CENTRE_CROP -> Letterbox.stretch(imageWidth, imageHeight, width, height);
            case LIMIT_SIDE -> Letterbox.limitSide(imageWidth, imageHeight, width);
        };
    }
}
