package io.sluice.assess;

import io.sluice.frame.AestheticScore;
import io.sluice.frame.Annotation;
import io.sluice.frame.Detections;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Removal;
import io.sluice.frame.Sharpness;
import io.sluice.frame.VideoId;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.stage.Measurement;
import io.sluice.stage.Rejection;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.BiFunction;

/** Frames as the catalogue keeps them, and stages that judge them as the real ones do. */
final class Measured {
    static final VideoId A = new VideoId("aa".repeat(32));
    static final VideoId B = new VideoId("bb".repeat(32));

    private Measured() {}

    static Recipe recipe(String yaml) {
        return RecipeReader.read(yaml, Map.of());
    }

    /** Measured by all filters; frames of different time look different. */
    static MeasuredFrame frame(VideoId video, int second, double sharpness, double quality) {
        return frame(video, second, sharpness, quality, new Random(second * 31L + video.hashCode()).nextLong());
    }

    static MeasuredFrame frame(VideoId video, int second, double sharpness, double quality, long hash) {
        return of(
                video,
                second,
                new Sharpness(sharpness, 0, 0, 0, 100, 50),
                new Detections(Detections.NO_MODEL, List.of()),
                new AestheticScore("s", quality, String.format("%016x", hash)));
    }

    /** Rejected by blur while it streamed: nothing behind has measured it. */
    static MeasuredFrame blurred(VideoId video, int second, double sharpness) {
        return of(video, second, new Sharpness(sharpness, 0, 0, 0, 100, 50));
    }

    private static MeasuredFrame of(VideoId video, int second, Annotation... annotations) {
        return new MeasuredFrame(
                new Frame(
                        FrameId.of(video, 0, second, 0),
                        video,
                        0,
                        second * 1_000_000L,
                        new ImageRef("k", 640, 480, ImageRef.JPEG, 1, "0".repeat(64)),
                        List.of(annotations)),
                Optional.empty(),
                Optional.empty());
    }

    static MeasuredFrame removed(MeasuredFrame frame, double share) {
        return new MeasuredFrame(
                frame.frame(), Optional.of(new Removal("telea", share, List.of(), List.of())), frame.failed());
    }

    static MeasuredFrame failed(MeasuredFrame frame, StageName stage) {
        return new MeasuredFrame(frame.frame(), frame.removal(), Optional.of(stage));
    }

    static List<Stage> stages() {
        List<Stage> stages = new ArrayList<>();
        stages.add(new Judge(StageName.BLUR, (recipe, frame) -> {
            double score = frame.annotation(Sharpness.class).orElseThrow().score();
            double threshold = recipe.blur().threshold().orElse(0.1);
            return score < threshold ? Optional.of(new Rejection("blurred", score, threshold)) : Optional.empty();
        }));
        stages.add(new Judge(StageName.DETECT, (recipe, frame) -> Optional.empty()));
        stages.add(new Judge(StageName.AESTHETIC, (recipe, frame) -> {
            double score = frame.annotation(AestheticScore.class).orElseThrow().score();
            double threshold = recipe.aesthetic().threshold().orElse(0);
            return score < threshold ? Optional.of(new Rejection("unaesthetic", score, threshold)) : Optional.empty();
        }));
        stages.add(new Judge(
                StageName.INPAINT,
                (recipe, frame) -> frame.annotation(Removal.class)
                        .filter(removal ->
                                removal.areaShare() > recipe.inpaint().maxArea())
                        .map(removal -> new Rejection(
                                "removal-too-large",
                                removal.areaShare(),
                                recipe.inpaint().maxArea()))));
        return stages;
    }

    private record Judge(StageName name, BiFunction<Recipe, Frame, Optional<Rejection>> rule) implements Stage {
        @Override
        public Fingerprint fingerprint(Recipe recipe) {
            return Fingerprint.of(name);
        }

        @Override
        public OptionalDouble threshold(Recipe recipe) {
            return name == StageName.BLUR
                    ? OptionalDouble.of(recipe.blur().threshold().orElse(0.1))
                    : OptionalDouble.empty();
        }

        @Override
        public List<Measurement> measure(Recipe recipe, List<Frame> frames) {
            throw new AssertionError("nothing is measured here");
        }

        @Override
        public Optional<Rejection> judge(Recipe recipe, Frame measured) {
            return rule.apply(recipe, measured);
        }
    }
}
