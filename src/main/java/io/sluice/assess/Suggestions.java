package io.sluice.assess;

import io.sluice.assess.Standing.Fate;
import io.sluice.frame.AestheticScore;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Looks for thresholds that bring a dataset near a goal. Each key is tried by itself, all others as the recipe has them: its values
 * are ordered from the loosest to the strictest, and halved until the number of frames crosses the goal. What is suggested was
 * replayed, so the number that is told is the number that comes; where keeping more is not quite a matter of one direction (a
 * better frame that comes in may drive two others out), the nearest number that was seen is taken.
 */
public final class Suggestions {
    /** Values that are tried of a scale at most: its quantiles. */
    private static final int STEPS = 64;

    /** Bits of a perceptual hash that may differ and the frames be near-duplicates still: half of them says nothing. */
    private static final int MOST_BITS = 32;

    private final Assessment assessment;
    private final Replay replay;
    private final Goal goal;
    private final int wanted;
    private final Map<Map<String, String>, Outlook> seen = new HashMap<>();

    private Suggestions(Assessment assessment, Replay replay, Goal goal) {
        this.assessment = assessment;
        this.replay = replay;
        this.goal = goal;
        this.wanted = goal.all()
                .orElseGet(() -> goal.perVideo().getAsInt()
                        * assessment.outlook().keptByVideo().size());
    }

    /** What leads to the goal, the nearest first. */
    public static List<Suggestion> of(Assessment assessment, Replay replay, Goal goal) {
        return new Suggestions(assessment, replay, goal).find();
    }

    private List<Suggestion> find() {
        List<Suggestion> found = new ArrayList<>();
        int now = kept(Map.of());
        goal.perVideo()
                .ifPresent(
                        frames -> found.add(
                                suggestion(
                                        Map.of(),
                                        "so many of each video at most, spread over its time; a video that has fewer keeps what it has")));
        goal.all().ifPresent(frames -> {
            if (now > frames) {
                found.add(
                        suggestion(
                                Map.of("select.goal", String.valueOf(frames)),
                                "the best, spread over the videos and over the time of each; what more comes later competes with them"));
            }
        });
        List<Suggestion> single = new ArrayList<>();
        for (Knob knob : knobs()) {
            knob.nearest().ifPresent(single::add);
        }
        single.sort(Comparator.comparingInt((Suggestion suggestion) -> Math.abs(suggestion.kept() - wanted))
                .thenComparing(suggestion -> suggestion.settings().toString()));
        found.addAll(single);
        return List.copyOf(found);
    }

    private Outlook outlook(Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        if (goal.perVideo().isPresent()) {
            all.put("select.perVideo", String.valueOf(goal.perVideo().getAsInt()));
            all.putIfAbsent("select.goal", "none");
        } else if (!settings.containsKey("select.goal")) {
            // A goal that the recipe has would hide what its thresholds do.
            all.put("select.goal", "none");
        }
        return seen.computeIfAbsent(all, key -> {
            Recipe recipe = RecipeReader.read(assessment.recipe().canonical(), key);
            return replay.of(recipe, assessment.frames(), assessment.edits());
        });
    }

    private int kept(Map<String, String> settings) {
        return outlook(settings).count(Fate.KEPT);
    }

    private Suggestion suggestion(Map<String, String> settings, String words) {
        Outlook outlook = outlook(settings);
        Map<String, String> all = new LinkedHashMap<>(settings);
        int each = goal.perVideo().orElse(0);
        goal.perVideo().ifPresent(frames -> all.put("select.perVideo", String.valueOf(frames)));
        if (!all.containsKey("select.goal")
                && assessment.recipe().select().goal().isPresent()) {
            all.put("select.goal", "none");
        }
        return new Suggestion(
                all,
                outlook.count(Fate.KEPT),
                outlook.count(Fate.WAITS),
                (int) outlook.keptByVideo().values().stream()
                        .filter(kept -> kept >= each)
                        .count(),
                words);
    }

    private List<Knob> knobs() {
        List<Knob> knobs = new ArrayList<>();
        for (Gauge gauge : assessment.gauges()) {
            gauge.distribution().ifPresent(distribution -> {
                switch (gauge.scale().key()) {
                    case "blur.threshold" ->
                        knobs.add(new Knob(
                                "blur.threshold",
                                quantiles(distribution, 0, 1),
                                "what is less sharp goes, whatever its video"));
                    case "aesthetic.threshold" ->
                        knobs.add(
                                new Knob("aesthetic.threshold", quantiles(distribution, 0, 10), "what is worse goes"));
                    case "detect.minConfidence" ->
                        knobs.add(new Knob(
                                "detect.minConfidence",
                                quantiles(distribution, 0.05, 1),
                                "where the detector is less sure of the target, it goes"));
                    case "detect.minArea" ->
                        knobs.add(new Knob(
                                "detect.minArea",
                                quantiles(distribution, 0, 1),
                                "where the target covers less of the picture, it goes"));
                    case "detect.minLikeness", "detect.minResemblance" ->
                        knobs.add(new Knob(
                                gauge.scale().key(), quantiles(distribution, 0, 1), "what is less like it goes"));
                    case "select.similarity" ->
                        knobs.add(new Knob(
                                "select.similarity",
                                Stream.iterate(0, bits -> bits + 1)
                                        .limit(MOST_BITS + 1)
                                        .map(bits -> floor(1 - bits / (double) Long.SIZE))
                                        .toList(),
                                "frames count as near-duplicates from this share of equal bits on"));
                    default -> {}
                }
            });
        }
        knobs.add(new Knob("blur.keepSharpest", shares(), "this share of each video, by sharpness"));
        knobs.add(new Knob("aesthetic.keepBest", shares(), "this share of all frames, by quality"));
        boolean embedded = assessment.frames().stream()
                .flatMap(frame -> frame.frame().annotation(AestheticScore.class).stream())
                .anyMatch(score -> !score.embedding().isEmpty());
        if (embedded) {
            knobs.add(new Knob(
                    "select.cosine",
                    Stream.iterate(100, percent -> percent - 1)
                            .limit(61)
                            .map(percent -> floor(percent / 100.0))
                            .toList(),
                    "frames count as showing the same from this cosine of their embeddings on"));
        }
        return knobs;
    }

    private static List<String> shares() {
        return Stream.iterate(100, percent -> percent - 2)
                .limit(50)
                .map(percent -> floor(percent / 100.0))
                .toList();
    }

    /** Scores that are there, from the lowest on, so that a value cuts between two frames; within what the key allows. */
    private static List<String> quantiles(Distribution distribution, double least, double most) {
        List<String> values = new ArrayList<>();
        values.add(floor(least));
        for (int step = 0; step <= STEPS; step++) {
            double value = Math.min(most, Math.max(least, distribution.quantile(step / (double) STEPS)));
            values.add(floor(value));
        }
        return values.stream().distinct().toList();
    }

    /** In three decimals, cut off: a frame that has the score itself passes. */
    private static String floor(double value) {
        return BigDecimal.valueOf(value).setScale(3, RoundingMode.FLOOR).toPlainString();
    }

    /** A key with its values from the loosest to the strictest. */
    private final class Knob {
        private final String key;
        private final List<String> values;
        private final String words;

        Knob(String key, List<String> values, String words) {
            this.key = key;
            this.values = values;
            this.words = words;
        }

        /** The value that comes nearest to the goal; empty if none comes nearer than what the recipe has. */
        Optional<Suggestion> nearest() {
            int low = 0;
            int high = values.size() - 1;
            while (low < high) {
                int middle = (low + high) / 2;
                if (keptAt(middle) > wanted) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            int best = low > 0 && distance(low - 1) < distance(low) ? low - 1 : low;
            if (goal.perVideo().isPresent()) {
                // All that reach the same are as good; the strictest of these keeps the best frames.
                while (best + 1 < values.size() && keptAt(best + 1) == keptAt(best)) {
                    best++;
                }
            }
            return distance(best) < Math.abs(kept(Map.of()) - wanted)
                    ? Optional.of(suggestion(Map.of(key, values.get(best)), words))
                    : Optional.empty();
        }

        private int keptAt(int index) {
            return kept(Map.of(key, values.get(index)));
        }

        private int distance(int index) {
            return Math.abs(keptAt(index) - wanted);
        }
    }
}
