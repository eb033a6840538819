package io.sluice.assess;

import io.sluice.assess.Standing.Fate;
import io.sluice.frame.FrameId;
import io.sluice.recipe.Recipe;
import io.sluice.select.Edits;
import io.sluice.stage.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A dataset as its filters see it: where each frame stands, and how the frames are spread over each scale.
 *
 * @param frames by no particular order
 * @param gauges in the order in which a frame meets them
 */
public record Assessment(
        String dataset, Recipe recipe, Edits edits, List<MeasuredFrame> frames, Outlook outlook, List<Gauge> gauges) {
    public Assessment {
        frames = List.copyOf(frames);
        gauges = List.copyOf(gauges);
    }

    /** @param stages of the pipeline */
    public static Assessment of(
            Recipe recipe, List<MeasuredFrame> frames, Edits edits, List<Stage> stages, Replay replay) {
        Outlook outlook = replay.of(recipe, frames, edits);
        Map<FrameId, Standing> standings = new HashMap<>();
        outlook.standings().forEach(standing -> standings.put(standing.frame().id(), standing));
        List<Gauge> gauges = new ArrayList<>();
        for (Scale scale : Scales.of(recipe, stages, outlook)) {
            List<Standing> rejected = scale.reasons().stream()
                    .flatMap(reason -> outlook.closest(reason).stream())
                    .toList();
            gauges.add(new Gauge(scale, distribution(scale, frames), justKept(scale, frames, standings), rejected));
        }
        return new Assessment(recipe.dataset(), recipe, edits, frames, outlook, gauges);
    }

    private static Optional<Distribution> distribution(Scale scale, List<MeasuredFrame> frames) {
        double[] scores = frames.stream()
                .map(scale.score())
                .filter(java.util.OptionalDouble::isPresent)
                .mapToDouble(java.util.OptionalDouble::getAsDouble)
                .toArray();
        return scores.length == 0 ? Optional.empty() : Optional.of(Distribution.of(scores));
    }

    private static List<MeasuredFrame> justKept(
            Scale scale, List<MeasuredFrame> frames, Map<FrameId, Standing> standings) {
        if (scale.threshold().isEmpty()) {
            return List.of();
        }
        double border = scale.threshold().getAsDouble();
        return frames.stream()
                .filter(frame ->
                        Objects.requireNonNull(standings.get(frame.frame().id()))
                                        .fate()
                                == Fate.KEPT)
                .filter(frame -> scale.score().apply(frame).isPresent())
                .sorted(Comparator.comparingDouble((MeasuredFrame frame) ->
                                Math.abs(scale.score().apply(frame).orElseThrow() - border))
                        .thenComparing(frame -> frame.frame().id()))
                .toList();
    }
}
