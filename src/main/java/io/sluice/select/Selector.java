package io.sluice.select;

import io.sluice.frame.AestheticScore;
import io.sluice.frame.Annotation;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.Sharpness;
import io.sluice.frame.VideoId;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.Target;
import io.sluice.stage.Rejection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Decides which frames go on. Each step sees what the steps before have left:
 *
 * <ol>
 *   <li>{@code vetoed}: a person does not want it.
 *   <li>{@code too-small}: the shorter side is below {@code select.minSide}.
 *   <li>{@code too-narrow}: the longer side is more than {@code select.maxAspect} times the shorter one.
 *   <li>{@code blurred-for-video}, with {@code blur.threshold: auto}: sharpness is below {@link #SHARP_SHARE} of the video's
 *       median. Frames that are about equally sharp all stay.
 *   <li>{@code less-sharp}: not among the sharpest {@code blur.keepSharpest} of its video, rounded up.
 *   <li>{@code less-aesthetic}: not among the best {@code aesthetic.keepBest} of all frames, rounded up.
 *   <li>{@code near-duplicate} by {@link PerceptualHash}, {@code same-content} by {@link EmbeddingCosine} where there are
 *       embeddings: going through the frames from the best score down, a frame stays if it is unlike every one that stays;
 *       likeness is not passed on. Frames with the target go first, so that a context frame never costs one of them.
 *   <li>{@code over-video-cap}: beyond {@code select.perVideo} of its video, which are spread over its time.
 *   <li>{@code over-goal}: beyond {@code select.goal}, which is spread over the videos and over the time of each.
 *   <li>{@code over-context-share}: frames without the target beyond {@code detect.contextShare} times the number of frames with
 *       it that are kept, rounded down, chosen in rounds as for the goal.
 * </ol>
 *
 * Spread means: places are given in rounds, one to each video in a round, and within a round to the better frame first. The time
 * of a video, from its first frame that is left to its last, is cut into as many stretches of equal length as the video has places
 * in an even share. Its turns go to the best frame of each stretch that has one, the best of these first, then to the second of
 * each, and so on. So a minute that looks best does not take the places of the others, and a stretch without frames leaves its
 * place to the rest.
 *
 * <p>A frame that a person has pinned passes every step. It goes before all others where near-duplicates are looked for, so what
 * is like it goes; and it takes its place of a cap, a goal and the context share first.
 *
 * <p>Where a cap or goal is short, context frames have their part of it, {@code share / (1 + share)} rounded down, and frames with
 * the target the rest. Scores are aesthetic scores; equal ones are ordered by frame id. A frame without the measurement that a
 * step compares passes a threshold or share, and ranks behind all others in a cap or goal. For caps, goal and context share
 * the rejection's score is the frame's rank from 1, and the threshold the number of places.
 */
public final class Selector {
    /**
     * Half of the median: blur by motion or focus costs far more of the sharpness than a change of scene within a video
     * usually does, and an absolute floor has removed the worst before.
     */
    public static final double SHARP_SHARE = 0.5;

    private static final Comparator<Frame> ORDER = Comparator.comparing(Frame::video)
            .thenComparingLong(Frame::timeMicros)
            .thenComparing(Frame::id);
    private static final Comparator<Frame> BEST_FIRST = Comparator.comparingDouble(
                    (Frame f) -> -aesthetic(f).orElse(Double.NEGATIVE_INFINITY))
            .thenComparing(Frame::id);

    private final List<Similarity> similarities;

    /** Compares frames by {@link PerceptualHash}. */
    public Selector() {
        this(new PerceptualHash());
    }

    /** @param similarities frames are near-duplicates where one of these says so; the first that does gives the reason */
    public Selector(Similarity... similarities) {
        this.similarities = List.of(similarities);
    }

    /**
     * @param measured the frames of all videos concerned that no stage has rejected, in any order
     * @return a decision for each frame, by video, presentation time and id
     * @throws IllegalArgumentException if a frame is there twice
     */
    public List<Decision> select(Recipe recipe, List<Frame> measured) {
        return select(recipe, measured, Edits.NONE);
    }

    /**
     * As {@link #select(Recipe, List)}, with what a person has said of the frames.
     *
     * @param edits may name frames that are not there
     */
    public List<Decision> select(Recipe recipe, List<Frame> measured, Edits edits) {
        List<Frame> ordered = measured.stream().sorted(ORDER).toList();
        Set<FrameId> ids = new HashSet<>();
        for (Frame frame : ordered) {
            if (!ids.add(frame.id())) {
                throw new IllegalArgumentException("select: frame " + frame.id() + " is there twice");
            }
        }
        Choice choice = new Choice(recipe, ordered, edits);
        choice.vetoed();
        choice.minSide();
        choice.maxAspect();
        choice.relativeBlur();
        choice.keepSharpest();
        choice.keepBest();
        choice.nearDuplicates(similarities);
        choice.perVideo();
        choice.goal();
        choice.contextShare();
        return ordered.stream()
                .map(f -> new Decision(f.id(), Optional.ofNullable(choice.rejections.get(f.id()))))
                .toList();
    }

    /** How many times the shorter side the longer one is, rounded to 1e-4; of the picture as it was extracted. */
    public static double aspect(Frame frame) {
        int width = frame.image().width();
        int height = frame.image().height();
        return Annotation.round((double) Math.max(width, height) / Math.min(width, height));
    }

    private static Optional<Double> aesthetic(Frame frame) {
        return frame.annotation(AestheticScore.class).map(AestheticScore::score);
    }

    private static Optional<Double> sharpness(Frame frame) {
        return frame.annotation(Sharpness.class).map(Sharpness::score);
    }

    /** Frames that are left, in order, and why the others are not. */
    private static final class Choice {
        private final Recipe recipe;
        private final Edits edits;
        private final Map<FrameId, Rejection> rejections = new HashMap<>();
        private final Set<FrameId> context = new HashSet<>();
        private List<Frame> left;

        Choice(Recipe recipe, List<Frame> ordered, Edits edits) {
            this.recipe = recipe;
            this.edits = edits;
            this.left = ordered;
            for (Frame frame : ordered) {
                if (Target.isContext(recipe.detect(), frame)) {
                    context.add(frame.id());
                }
            }
        }

        void vetoed() {
            for (Frame frame : left) {
                if (edits.vetoed().contains(frame.id())) {
                    reject(frame, "vetoed", 0, 0);
                }
            }
            sweep();
        }

        void maxAspect() {
            recipe.select().maxAspect().ifPresent(max -> {
                for (Frame frame : left) {
                    double aspect = aspect(frame);
                    if (aspect > max) {
                        reject(frame, "too-narrow", aspect, max);
                    }
                }
                sweep();
            });
        }

        void minSide() {
            recipe.select().minSide().ifPresent(min -> {
                for (Frame frame : left) {
                    int side = Math.min(frame.image().width(), frame.image().height());
                    if (side < min) {
                        reject(frame, "too-small", side, min);
                    }
                }
                sweep();
            });
        }

        void relativeBlur() {
            if (recipe.blur().threshold().isPresent()) {
                return;
            }
            for (List<Frame> video : byVideo(left).values()) {
                double[] scores = video.stream()
                        .flatMap(f -> sharpness(f).stream())
                        .mapToDouble(Double::doubleValue)
                        .sorted()
                        .toArray();
                if (scores.length == 0) {
                    continue;
                }
                double least = SHARP_SHARE * scores[scores.length / 2];
                for (Frame frame : video) {
                    sharpness(frame)
                            .filter(s -> s < least)
                            .ifPresent(s -> reject(frame, "blurred-for-video", s, least));
                }
            }
            sweep();
        }

        void keepSharpest() {
            recipe.blur().keepSharpest().ifPresent(share -> {
                for (List<Frame> video : byVideo(left).values()) {
                    keepShare(video, share, Sharpness.class, f -> sharpness(f).orElseThrow(), "less-sharp");
                }
                sweep();
            });
        }

        void keepBest() {
            recipe.aesthetic().keepBest().ifPresent(share -> {
                keepShare(left, share, AestheticScore.class, f -> aesthetic(f).orElseThrow(), "less-aesthetic");
                sweep();
            });
        }

        private void keepShare(
                List<Frame> frames,
                double share,
                Class<? extends Annotation> kind,
                ToDoubleFunction<Frame> score,
                String reason) {
            List<Frame> ranked = frames.stream()
                    .filter(f -> f.annotation(kind).isPresent())
                    .sorted(Comparator.comparingDouble((Frame f) -> -score.applyAsDouble(f))
                            .thenComparing(Frame::id))
                    .toList();
            // 0.07 * 100 is a little above 7 in binary; that must not count as an eighth frame.
            int places = (int) Math.ceil(share * ranked.size() - 1e-9);
            for (int i = places; i < ranked.size(); i++) {
                reject(
                        ranked.get(i),
                        reason,
                        score.applyAsDouble(ranked.get(i)),
                        score.applyAsDouble(ranked.get(places - 1)));
            }
        }

        void nearDuplicates(List<Similarity> similarities) {
            List<Frame> ranked = left.stream()
                    .sorted(Comparator.comparing((Frame f) -> !isPinned(f))
                            .thenComparing(f -> context.contains(f.id()))
                            .thenComparing(BEST_FIRST))
                    .toList();
            Map<Similarity, Similarity.Staying> staying = new LinkedHashMap<>();
            for (Similarity similarity : similarities) {
                staying.put(similarity, similarity.of(ranked, similarity.threshold(recipe.select())));
            }
            for (int i = 0; i < ranked.size(); i++) {
                boolean stays = true;
                for (Map.Entry<Similarity, Similarity.Staying> kind : staying.entrySet()) {
                    double alike = kind.getValue().alike(i);
                    if (stays && !Double.isNaN(alike) && !isPinned(ranked.get(i))) {
                        stays = false;
                        reject(
                                ranked.get(i),
                                kind.getKey().reason(),
                                alike,
                                kind.getKey().threshold(recipe.select()));
                    }
                }
                if (stays) {
                    int frame = i;
                    staying.values().forEach(kind -> kind.add(frame));
                }
            }
            sweep();
        }

        void perVideo() {
            recipe.select().perVideo().ifPresent(cap -> {
                for (List<Frame> video : byVideo(left).values()) {
                    cap(video, cap, "over-video-cap");
                }
                sweep();
            });
        }

        void goal() {
            recipe.select().goal().ifPresent(goal -> {
                cap(left, goal, "over-goal");
                sweep();
            });
        }

        private void cap(List<Frame> frames, int cap, String reason) {
            if (frames.size() <= cap) {
                return;
            }
            Split split = split(frames);
            int pinnedTarget = pinned(split.target);
            int pinnedContext = pinned(split.context);
            int contextPlaces = Math.max(
                    pinnedContext, split.contextPlaces(cap, recipe.detect().contextShare()));
            int targetPlaces = cap - contextPlaces;
            if (targetPlaces < pinnedTarget) {
                targetPlaces = pinnedTarget;
                contextPlaces = Math.max(pinnedContext, cap - pinnedTarget);
            }
            keepFirst(spread(split.target, targetPlaces), targetPlaces, reason);
            keepFirst(spread(split.context, contextPlaces), contextPlaces, reason);
        }

        void contextShare() {
            Split split = split(left);
            int places = (int) Math.floor(recipe.detect().contextShare() * split.target.size() + 1e-9);
            keepFirst(spread(split.context, places), places, "over-context-share");
            sweep();
        }

        /**
         * All frames in the order in which places are given: the pinned ones, then in rounds over the videos, the better frame
         * first within a round. A video's turns go to the best of each stretch of its time, then to the second of each; a pinned
         * frame counts as the best of its stretch.
         *
         * @param frames by video and time
         */
        private List<Frame> spread(List<Frame> frames, int places) {
            Comparator<Frame> pinnedFirst = Comparator.comparing((Frame f) -> !isPinned(f));
            Map<VideoId, List<Frame>> videos = byVideo(frames);
            int turns = videos.isEmpty() ? 0 : (places + videos.size() - 1) / videos.size();
            Map<Integer, List<Frame>> rounds = new TreeMap<>();
            for (List<Frame> video : videos.values()) {
                Map<Integer, List<Frame>> byRank = new TreeMap<>();
                for (List<Frame> stretch : stretches(video, Math.max(1, turns))) {
                    stretch.sort(pinnedFirst.thenComparing(BEST_FIRST));
                    for (int rank = 0; rank < stretch.size(); rank++) {
                        byRank.computeIfAbsent(rank, r -> new ArrayList<>()).add(stretch.get(rank));
                    }
                }
                int round = 0;
                for (List<Frame> rank : byRank.values()) {
                    rank.sort(BEST_FIRST);
                    for (Frame frame : rank) {
                        rounds.computeIfAbsent(round++, r -> new ArrayList<>()).add(frame);
                    }
                }
            }
            List<Frame> order = new ArrayList<>();
            for (List<Frame> round : rounds.values()) {
                round.sort(BEST_FIRST);
                order.addAll(round);
            }
            order.sort(pinnedFirst);
            return order;
        }

        /** A video's frames by stretches of equal length of its time; stretches without frames are left out. */
        private static Collection<List<Frame>> stretches(List<Frame> video, int count) {
            long start = video.get(0).timeMicros();
            long length = video.get(video.size() - 1).timeMicros() - start + 1;
            Map<Long, List<Frame>> stretches = new TreeMap<>();
            for (Frame frame : video) {
                long stretch = (frame.timeMicros() - start) * count / length;
                stretches.computeIfAbsent(stretch, s -> new ArrayList<>()).add(frame);
            }
            return stretches.values();
        }

        private boolean isPinned(Frame frame) {
            return edits.pinned().contains(frame.id());
        }

        private int pinned(List<Frame> frames) {
            return (int) frames.stream().filter(this::isPinned).count();
        }

        private void keepFirst(List<Frame> ranked, int places, String reason) {
            for (int i = places; i < ranked.size(); i++) {
                reject(ranked.get(i), reason, i + 1, places);
            }
        }

        private Split split(List<Frame> frames) {
            return new Split(
                    frames.stream().filter(f -> !context.contains(f.id())).toList(),
                    frames.stream().filter(f -> context.contains(f.id())).toList());
        }

        private static Map<VideoId, List<Frame>> byVideo(List<Frame> frames) {
            Map<VideoId, List<Frame>> videos = new LinkedHashMap<>();
            for (Frame frame : frames) {
                videos.computeIfAbsent(frame.video(), v -> new ArrayList<>()).add(frame);
            }
            return videos;
        }

        private void reject(Frame frame, String reason, double score, double threshold) {
            if (isPinned(frame)) {
                return;
            }
            rejections.put(frame.id(), new Rejection(reason, score, threshold));
        }

        private void sweep() {
            left = left.stream().filter(f -> !rejections.containsKey(f.id())).toList();
        }
    }

    /** Frames with the target, or all where the recipe has none, and frames without it. */
    private record Split(List<Frame> target, List<Frame> context) {

        /** Places of {@code all} that go to context frames. */
        int contextPlaces(int all, double share) {
            int part = (int) Math.floor(all * share / (1 + share) + 1e-9);
            // Places that frames with the target leave empty are free.
            return Math.min(context.size(), Math.max(part, all - target.size()));
        }
    }
}
