package io.sluice.assess;

import io.sluice.assess.Scale.Side;
import io.sluice.assess.Standing.Fate;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Annotation;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.Likeness;
import io.sluice.frame.Removal;
import io.sluice.frame.Sharpness;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.Target;
import io.sluice.select.PerceptualHash;
import io.sluice.select.Selector;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The scales that frames are compared on under a recipe, in the order in which a frame meets them. */
final class Scales {
    private static final Set<String> DUPLICATE = Set.of("near-duplicate", "same-content");

    private Scales() {}

    static List<Scale> of(Recipe recipe, List<Stage> stages, Outlook outlook) {
        List<Scale> scales = new ArrayList<>();
        scales.add(new Scale(
                "deviation of brightness",
                "blank.minLumaDeviation",
                Side.AT_LEAST,
                OptionalDouble.of(recipe.blank().minLumaDeviation()),
                "",
                List.of("blank"),
                frame -> of(frame, Sharpness.class, Sharpness::lumaDeviation)));
        boolean auto = recipe.blur().threshold().isEmpty();
        scales.add(new Scale(
                "sharpness",
                "blur.threshold",
                Side.AT_LEAST,
                stages.stream()
                        .filter(stage -> stage.name() == StageName.BLUR)
                        .findFirst()
                        .map(stage -> stage.threshold(recipe))
                        .orElse(OptionalDouble.empty()),
                auto ? "auto: and at least " + Selector.SHARP_SHARE + " of the median of its video" : "",
                List.of("blurred", "blurred-for-video", "less-sharp"),
                frame -> of(frame, Sharpness.class, Sharpness::score)));
        target(recipe, scales);
        likeness(recipe, scales);
        scales.add(new Scale(
                "quality",
                "aesthetic.threshold",
                Side.AT_LEAST,
                recipe.aesthetic().threshold(),
                "",
                List.of("unaesthetic", "less-aesthetic"),
                frame -> of(frame, AestheticScore.class, AestheticScore::score)));
        scales.add(new Scale(
                "shorter side",
                "select.minSide",
                Side.AT_LEAST,
                recipe.select().minSide().isPresent()
                        ? OptionalDouble.of(recipe.select().minSide().getAsInt())
                        : OptionalDouble.empty(),
                "",
                List.of("too-small"),
                frame -> OptionalDouble.of(Math.min(
                        frame.frame().image().width(), frame.frame().image().height()))));
        scales.add(new Scale(
                "aspect",
                "select.maxAspect",
                Side.AT_MOST,
                recipe.select().maxAspect(),
                "",
                List.of("too-narrow"),
                frame -> OptionalDouble.of(Selector.aspect(frame.frame()))));
        Map<FrameId, Double> likeness = likenessToBetter(recipe, outlook);
        scales.add(new Scale(
                "likeness to a better frame (hash)",
                "select.similarity",
                Side.BELOW,
                OptionalDouble.of(new PerceptualHash().threshold(recipe.select())),
                "",
                List.of("near-duplicate"),
                frame -> likeness.containsKey(frame.frame().id())
                        ? OptionalDouble.of(likeness.get(frame.frame().id()))
                        : OptionalDouble.empty()));
        scales.add(new Scale(
                "share of the picture to be filled in",
                "inpaint.maxArea",
                Side.AT_MOST,
                OptionalDouble.of(recipe.inpaint().maxArea()),
                "",
                List.of("removal-too-large"),
                frame -> frame.removal().filter(removal -> removal.areaShare() > 0).stream()
                        .mapToDouble(Removal::areaShare)
                        .findFirst()));
        return scales;
    }

    private static void target(Recipe recipe, List<Scale> scales) {
        Recipe.Detect detect = recipe.detect();
        if (detect.target().isEmpty()) {
            return;
        }
        scales.add(new Scale(
                "confidence in the target",
                "detect.minConfidence",
                Side.AT_LEAST,
                OptionalDouble.of(detect.minConfidence()),
                "",
                detect.like().isEmpty() ? List.of("no-target") : List.of(),
                frame -> of(
                        frame,
                        Detections.class,
                        found -> targets(detect, found).stream()
                                .mapToDouble(Detection::score)
                                .max()
                                .orElse(0))));
        scales.add(new Scale(
                "share of the picture of the target",
                "detect.minArea",
                Side.AT_LEAST,
                OptionalDouble.of(detect.minArea()),
                "",
                List.of("small-target"),
                frame -> largest(detect, frame.frame())));
    }

    /** Of targets that are confident enough; empty where there is none. */
    private static OptionalDouble largest(Recipe.Detect detect, Frame frame) {
        double pixels = (double) frame.image().width() * frame.image().height();
        return frame.annotation(Detections.class).map(found -> targets(detect, found)).orElse(List.of()).stream()
                .filter(target -> target.score() >= detect.minConfidence())
                .mapToDouble(target -> Annotation.round(target.box().area() / pixels))
                .max();
    }

    private static List<Detection> targets(Recipe.Detect detect, Detections found) {
        return found.objects().stream()
                .filter(object -> detect.target().contains(object.label()))
                .toList();
    }

    private static void likeness(Recipe recipe, List<Scale> scales) {
        Recipe.Detect detect = recipe.detect();
        for (boolean example : new boolean[] {false, true}) {
            if (detect.like().stream().anyMatch(like -> like.isExample() == example)) {
                scales.add(new Scale(
                        example ? "likeness to the examples" : "likeness to the words",
                        example ? "detect.minResemblance" : "detect.minLikeness",
                        Side.AT_LEAST,
                        OptionalDouble.of(example ? detect.minResemblance() : detect.minLikeness()),
                        "",
                        List.of("no-target"),
                        frame ->
                                frame
                                        .frame()
                                        .annotation(Detections.class)
                                        .map(Detections::likenesses)
                                        .orElse(List.of())
                                        .stream()
                                        .filter(likeness -> likeness.example() == example)
                                        .mapToDouble(Likeness::score)
                                        .max()));
            }
        }
    }

    private static <A extends Annotation> OptionalDouble of(
            MeasuredFrame frame, Class<A> kind, ToDoubleFunction<A> score) {
        return frame.frame().annotation(kind).stream().mapToDouble(score).findFirst();
    }

    /**
     * How like each frame that came to the step of near-duplicates is, by its hash, to the most alike of the better frames that
     * stayed there. The best frame has none.
     */
    private static Map<FrameId, Double> likenessToBetter(Recipe recipe, Outlook outlook) {
        List<Standing> ranked = outlook.standings().stream()
                .filter(Scales::cameToDuplicates)
                .filter(standing ->
                        standing.frame().annotation(AestheticScore.class).isPresent())
                .sorted(Comparator.comparing((Standing standing) -> Target.isContext(recipe.detect(), standing.frame()))
                        .thenComparingDouble(standing -> -quality(standing))
                        .thenComparing(standing -> standing.frame().id()))
                .toList();
        long[] staying = new long[ranked.size()];
        int count = 0;
        Map<FrameId, Double> likeness = new HashMap<>();
        for (Standing standing : ranked) {
            long hash = Long.parseUnsignedLong(
                    standing.frame()
                            .annotation(AestheticScore.class)
                            .orElseThrow()
                            .perceptualHash(),
                    16);
            int fewest = Long.SIZE + 1;
            for (int i = 0; i < count; i++) {
                fewest = Math.min(fewest, Long.bitCount(staying[i] ^ hash));
            }
            if (fewest <= Long.SIZE) {
                likeness.put(standing.frame().id(), Annotation.round(1 - fewest / (double) Long.SIZE));
            }
            if (!isDuplicate(standing)) {
                staying[count++] = hash;
            }
        }
        return likeness;
    }

    private static double quality(Standing standing) {
        return standing.frame()
                .annotation(AestheticScore.class)
                .map(AestheticScore::score)
                .orElse(Double.NEGATIVE_INFINITY);
    }

    private static boolean cameToDuplicates(Standing standing) {
        return standing.fate() == Fate.KEPT
                || standing.stage().compareTo(StageName.SELECT) > 0
                || isDuplicate(standing)
                || standing.rejection()
                        .filter(rejection -> rejection.reason().startsWith("over-"))
                        .isPresent();
    }

    private static boolean isDuplicate(Standing standing) {
        return standing.rejection()
                .filter(rejection -> DUPLICATE.contains(rejection.reason()))
                .isPresent();
    }
}
