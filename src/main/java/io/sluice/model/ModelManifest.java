package io.sluice.model;

import io.sluice.frame.Fingerprint;
import io.sluice.image.Letterbox;
import io.sluice.image.LetterboxPixels;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a person writes to add a model: which job it does, which file it is, and how pictures go in and answers come out. Made by
 * {@link ManifestReader} only, so every value is in range.
 *
 * @param source the manifest's own file, for messages
 * @param file the model's file; in the manifest's folder or below it
 * @param url where the file can be downloaded, if anywhere
 * @param bytes length of the file, if stated
 * @param sha256 digest of the file, 64 lower-case hexadecimal digits, if stated
 * @param licence of the weights, an SPDX identifier where there is one
 * @param priority of several models with one role the one with the highest is used; 0 if not stated
 * @param labels words for the classes, in the model's order; empty for kinds without classes
 */
public record ModelManifest(
        Path source,
        String id,
        Role role,
        ModelKind kind,
        Path file,
        Optional<URI> url,
        OptionalLong bytes,
        Optional<String> sha256,
        String licence,
        int priority,
        Input input,
        Output output,
        List<String> labels) {

    public ModelManifest {
        labels = List.copyOf(labels);
    }

    /** How a picture of any size becomes the input; {@link Letterbox} has the geometry of each. */
    public enum Resize {
        LETTERBOX_TOP_LEFT,
        LETTERBOX_CENTRE,
        STRETCH,
        LIMIT_SIDE;

        /** As manifests write it: {@code letterbox-top-left}, ... */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * @param width of the network's input in pixels; the longest side allowed, with {@link Resize#LIMIT_SIDE}
     * @param height of the network's input in pixels; equal to {@code width} with {@link Resize#LIMIT_SIDE}
     */
    public record Input(Resize resize, int width, int height, LetterboxPixels pixels) {

        /** Where a picture of this size lies in the input. */
        public Letterbox letterbox(int imageWidth, int imageHeight) {
            return switch (resize) {
                case LETTERBOX_TOP_LEFT -> Letterbox.topLeft(imageWidth, imageHeight, width, height);
                case LETTERBOX_CENTRE -> Letterbox.centred(imageWidth, imageHeight, width, height);
                case STRETCH -> Letterbox.stretch(imageWidth, imageHeight, width, height);
                case LIMIT_SIDE -> Letterbox.limitSide(imageWidth, imageHeight, width);
            };
        }
    }

    /** How the outputs are read; which of them depends on the kind. */
    public sealed interface Output {}

    /**
     * Of detectors that answer for each cell of several grids.
     *
     * @param strides side of a cell in input pixels, for each grid, in the output's order
     * @param overlap boxes of one class whose intersection over union is above it are one object
     */
    public record GridOutput(List<Integer> strides, double overlap) implements Output {
        public GridOutput {
            strides = List.copyOf(strides);
        }
    }

    /**
     * Of text detectors that answer with a probability for each pixel.
     *
     * @param threshold a pixel above it is text
     * @param boxThreshold mean probability that a region needs, 0 to 1
     * @param unclip regions are shrunken text; each side is moved out by {@code area * unclip / perimeter}
     * @param dilate whether regions are widened by a pixel first
     */
    public record TextOutput(double threshold, double boxThreshold, double unclip, boolean dilate) implements Output {}

    /** Digest of everything here that changes the model's answers, the file apart: part of a measurement's fingerprint. */
    public String settings() {
        return Fingerprint.of("settings", kind, input, output, labels).value();
    }
}
