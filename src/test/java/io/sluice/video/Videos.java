package io.sluice.video;

import io.sluice.Assets;
import io.sluice.recipe.Recipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The videos of the tests, and how they are extracted. */
final class Videos {
    static final Recipe.Extract KEYFRAMES = extract(Recipe.Mode.KEYFRAMES, 120);

    record Extracted(VideoPlan plan, List<ExtractedFrame> frames, long decoded, List<String> warnings) {
        List<Long> ticks() {
            return frames.stream().map(ExtractedFrame::ticks).toList();
        }
    }

    private Videos() {}

    static Path good(String name) {
        return Assets.path("videos/good").resolve(name);
    }

    static List<Path> in(String folder) {
        try (Stream<Path> files = Files.list(Assets.path(folder))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of the whole video, black bars included. */
    static Recipe.Extract extract(Recipe.Mode mode, double maxFps) {
        return extract(mode, maxFps, 0, Optional.empty());
    }

    static Recipe.Extract extract(Recipe.Mode mode, double maxFps, long fromMicros, Optional<Long> toMicros) {
        return new Recipe.Extract(
                mode, OptionalDouble.empty(), maxFps, fromMicros, toMicros, OptionalInt.empty(), 1, false);
    }

    static Recipe.Extract extract(
            Recipe.Mode mode, double minFps, double maxFps, long fromMicros, Optional<Long> toMicros) {
        return new Recipe.Extract(
                mode, OptionalDouble.of(minFps), maxFps, fromMicros, toMicros, OptionalInt.empty(), 1, false);
    }

    /** The same with a limit. */
    static Recipe.Extract limited(Recipe.Extract extract, int limit) {
        return new Recipe.Extract(
                extract.mode(),
                extract.minFps(),
                extract.maxFps(),
                extract.fromMicros(),
                extract.toMicros(),
                OptionalInt.of(limit),
                extract.perShot(),
                extract.cropBlackBars());
    }

    static Recipe.Extract scenes(int perShot, double maxFps) {
        return new Recipe.Extract(
                Recipe.Mode.SCENE,
                OptionalDouble.empty(),
                maxFps,
                0,
                Optional.empty(),
                OptionalInt.empty(),
                perShot,
                false);
    }

    static Recipe.Extract rate(double maxFps) {
        return extract(Recipe.Mode.RATE, maxFps);
    }

    /** Plans and extracts every segment. */
    static Extracted extract(Decoders decoders, Path video, Recipe.Extract extract) {
        return extract(decoders, video, decoders.plan(video, extract), extract, Recipe.Encoding.JPEG);
    }

    static Extracted extract(
            Decoders decoders, Path video, VideoPlan plan, Recipe.Extract extract, Recipe.Encoding encoding) {
        List<ExtractedFrame> frames = new ArrayList<>();
        List<String> warnings = new ArrayList<>(plan.warnings());
        long decoded = 0;
        for (Segment segment : plan.segments()) {
            SegmentResult result = decoders.extract(video, plan, segment, extract, encoding, 90, frames::add);
            decoded += result.decodedFrames();
            warnings.addAll(result.warnings());
        }
        return new Extracted(plan, frames, decoded, warnings);
    }

    /** The plan with one segment in place of all. */
    static VideoPlan inOnePiece(VideoPlan plan) {
        return new VideoPlan(
                plan.container(),
                plan.codec(),
                plan.stream(),
                plan.timeBaseNumerator(),
                plan.timeBaseDenominator(),
                plan.startTicks(),
                plan.durationMicros(),
                plan.width(),
                plan.height(),
                plan.rotationDegrees(),
                plan.crop(),
                List.of(new Segment(0, Segment.FROM_THE_FIRST, Segment.TO_THE_END)),
                plan.warnings());
    }
}
