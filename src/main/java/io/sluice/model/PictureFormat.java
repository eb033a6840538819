package io.sluice.model;

import io.sluice.image.Image;
import io.sluice.image.Letterbox;
import io.sluice.image.LetterboxPixels;
import io.sluice.image.Resampling;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a picture of any size becomes a network's input: the section {@code input} of a manifest.
 *
 * @param width of the network's input in pixels; the longest side allowed, with {@link Resize#LIMIT_SIDE} and {@link
 *     Resize#MIN_SIDE}; the least, with {@link Resize#FIT_HEIGHT}
 * @param height of the network's input in pixels; equal to {@code width} with {@link Resize#LIMIT_SIDE}; the shorter side that
 *     pictures are enlarged to, with {@link Resize#MIN_SIDE}
 * @param resampling how pictures are scaled; empty for OpenCV's bilinear interpolation, which skips pixels going down
 */
public record PictureFormat(
        Resize resize, int width, int height, Optional<Resampling> resampling, LetterboxPixels pixels) {
    private static final int LARGEST_SIDE = 4096;

    /** The first is meant where nothing is said. */
    private static final List<Optional<Resampling>> SCALINGS = Stream.concat(
                    Stream.of(Optional.<Resampling>empty()),
                    Arrays.stream(Resampling.values()).map(Optional::of))
            .toList();

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
            width = multipleOf32(section, "side", 960);
            height = width;
        } else if (resize == Resize.MIN_SIDE) {
            height = multipleOf32(section, "side", 736);
            width = multipleOf32(section, "longest", 2016);
            if (width < height) {
                throw section.wrong("longest", "a number from input.side on");
            }
        } else if (resize == Resize.FIT_HEIGHT) {
            section.required("height");
            height = (int) section.number("height", 0, 1, LARGEST_SIDE, true);
            width = (int) section.number("width", 320, 1, LARGEST_SIDE, true);
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
        int pad =
                resize == Resize.LETTERBOX_TOP_LEFT || resize == Resize.LETTERBOX_CENTRE || resize == Resize.FIT_HEIGHT
                        ? (int) section.number("pad", 0, 0, 255, true)
                        : 0;
        Optional<Resampling> resampling = section.has("resample") && resize != Resize.CENTRE_CROP
                ? section.choice("resample", SCALINGS, PictureFormat::word)
                : Optional.empty();
        section.close();
        return new PictureFormat(resize, width, height, resampling, new LetterboxPixels(rgb, scale, mean, std, pad));
    }

    private static String word(Optional<Resampling> scaling) {
        return scaling.map(filter -> filter.name().toLowerCase(Locale.ROOT)).orElse("plain");
    }

    private static int multipleOf32(ManifestSection section, String key, int byDefault) {
        int value = (int) section.number(key, byDefault, 32, LARGEST_SIDE, true);
        if (value % 32 != 0) {
            throw section.wrong(key, "a multiple of 32");
        }
        return value;
    }

    /** Whether the input has one size, whatever the picture's. */
    public boolean isOneSize() {
        return resize != Resize.LIMIT_SIDE && resize != Resize.MIN_SIDE && resize != Resize.FIT_HEIGHT;
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
            case MIN_SIDE -> Letterbox.minSide(imageWidth, imageHeight, height, width);
            case FIT_HEIGHT -> Letterbox.fitHeight(imageWidth, imageHeight, height, width, LARGEST_SIDE);
        };
    }

    /**
     * Writes a picture into a network's input.
     *
     * @param letterbox made for the size of {@code image}
     * @param out as {@link LetterboxPixels#write} wants it
     */
    public void write(Image image, Letterbox letterbox, FloatBuffer out) {
        Image scaled = resampling
                .map(filter -> filter.resize(image, letterbox.contentWidth(), letterbox.contentHeight()))
                .orElse(image);
        pixels.write(scaled, letterbox, out);
    }
}
