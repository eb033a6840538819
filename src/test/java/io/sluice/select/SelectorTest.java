package io.sluice.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.frame.AestheticScore;
import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Sharpness;
import io.sluice.frame.VideoId;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.recipe.Target;
import io.sluice.stage.Rejection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
    private static final VideoId A = new VideoId("aa".repeat(32));
    private static final VideoId B = new VideoId("bb".repeat(32));
    private static final String UNLIKE = "select: {similarity: 1}\n";
    private final Selector selector = new Selector();

    @Test
    void decides_on_each_frame_in_the_order_of_video_time_and_id() {
        List<Frame> frames = List.of(
                shot(B, 0).frame(),
                shot(A, 20).frame(),
                shot(A, 3).frame(),
                new Shot(A, 3, 1, 0.5, 5, 0xF0F0L, 640, true).frame());
        assertThat(selector.select(recipe(""), frames))
                .extracting(Decision::frame)
                .containsExactly(
                        FrameId.of(A, 0, 3, 0),
                        FrameId.of(A, 0, 3, 1),
                        FrameId.of(A, 0, 20, 0),
                        FrameId.of(B, 0, 0, 0));
        assertThat(selector.select(recipe(""), List.of())).isEmpty();
        assertThatThrownBy(() -> selector.select(recipe(""), List.of(frames.get(0), frames.get(0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(frames.get(0).id() + " is there twice");
    }

    @Test
    void a_side_below_the_minimum_is_too_small() {
        Frame small = shot(A, 0).side(511).frame();
        Frame large = shot(A, 1).side(512).frame();
        assertThat(rejections("select: {minSide: 512}", small, large))
                .containsExactly(Map.entry(small.id(), new Rejection("too-small", 511, 512)));
        assertThat(rejections("", small, large)).isEmpty();
    }

    @Test
    void a_frame_below_half_of_its_videos_median_sharpness_is_blurred_for_it() {
        // Video A: median of 0.1, 0.4, 0.4 is 0.4, half is 0.2. Video B: all at 0.1 are as sharp as B gets.
        Frame blurred = shot(A, 0).sharpness(0.1).frame();
        Frame[] frames = {
            blurred,
            shot(A, 1).sharpness(0.4).frame(),
            shot(A, 2).sharpness(0.4).frame(),
            shot(B, 0).sharpness(0.1).frame(),
            shot(B, 1).sharpness(0.1).frame(),
            shot(B, 2).sharpness(0.11).frame()
        };
        assertThat(rejections("", frames))
                .containsExactly(Map.entry(blurred.id(), new Rejection("blurred-for-video", 0.1, 0.2)));
        assertThat(rejections("blur: {threshold: 0.05}", frames)).isEmpty();
    }

    @Test
    void keeps_the_sharpest_share_of_each_video_rounded_up() {
        Frame[] frames = {
            shot(A, 0).sharpness(0.5).frame(),
            shot(A, 1).sharpness(0.6).frame(),
            shot(A, 2).sharpness(0.7).frame(),
            shot(B, 0).sharpness(0.4).frame(),
            shot(B, 1).sharpness(0.3).frame()
        };
        assertThat(rejections("blur: {keepSharpest: 0.5}", frames))
                .containsOnly(
                        Map.entry(frames[0].id(), new Rejection("less-sharp", 0.5, 0.6)),
                        Map.entry(frames[4].id(), new Rejection("less-sharp", 0.3, 0.4)));
        assertThat(rejections("blur: {keepSharpest: 1}", frames)).isEmpty();
    }

    @Test
    void a_share_that_is_a_whole_number_of_frames_is_not_rounded_up() {
        Frame[] frames = IntStream.range(0, 100)
                .mapToObj(i -> shot(A, i).aesthetic(i / 10.0).frame())
                .toArray(Frame[]::new);
        // In binary 0.07 * 100 is 7.000000000000001.
        assertThat(rejections("aesthetic: {keepBest: 0.07}", frames)).hasSize(93);
    }

    @Test
    void keeps_the_best_share_over_all_videos() {
        Frame[] frames = {
            shot(A, 0).aesthetic(5).frame(), shot(A, 1).aesthetic(6).frame(),
            shot(B, 0).aesthetic(4).frame(), shot(B, 1).aesthetic(4).frame()
        };
        assertThat(rejections("aesthetic: {keepBest: 0.5}", frames))
                .containsOnly(
                        Map.entry(frames[2].id(), new Rejection("less-aesthetic", 4, 5)),
                        Map.entry(frames[3].id(), new Rejection("less-aesthetic", 4, 5)));
        assertThat(rejections("aesthetic: {keepBest: 0.75}", frames)).containsOnlyKeys(frames[3].id());
    }

    @Test
    void of_near_duplicates_the_best_stays_in_whatever_video() {
        Frame good = shot(A, 0).aesthetic(5).hash(0b000000L).frame();
        Frame better = shot(B, 0).aesthetic(6).hash(0b111111L).frame();
        Frame other = shot(B, 1).aesthetic(1).hash(0xFFL << 40).frame();
        // 6 of 64 bits differ: 1 - 6/64 = 0.90625, a near-duplicate at 0.90 and none at 0.91.
        assertThat(rejections("", good, better, other))
                .containsExactly(Map.entry(good.id(), new Rejection("near-duplicate", 0.90625, 0.90)));
        assertThat(rejections("select: {similarity: 0.91}", good, better, other))
                .isEmpty();
        assertThat(rejections("select: {similarity: 0}", good, better, other)).containsOnlyKeys(good.id(), other.id());
    }

    @Test
    void seven_bits_apart_is_another_picture() {
        assertThat(rejections(
                        "", shot(A, 0).hash(0).frame(), shot(A, 1).hash(0x7F).frame()))
                .isEmpty();
    }

    @Test
    void likeness_is_not_passed_on_along_a_chain() {
        Frame a = shot(A, 0).aesthetic(9).hash(0b000000000000L).frame();
        Frame b = shot(A, 1).aesthetic(8).hash(0b000000111111L).frame();
        Frame c = shot(A, 2).aesthetic(7).hash(0b111111111111L).frame();
        assertThat(rejections("", a, b, c)).containsOnlyKeys(b.id());
    }

    @Test
    void equal_scores_are_decided_by_id() {
        Frame first = shot(A, 0).hash(1).frame();
        Frame second = shot(A, 1).hash(1).frame();
        assertThat(rejections("", second, first))
                .containsExactly(Map.entry(second.id(), new Rejection("near-duplicate", 1, 0.90)));
    }

    @Test
    void a_context_frame_never_costs_one_with_the_target() {
        Frame target = shot(A, 0).aesthetic(3).hash(1).frame();
        Frame context = shot(A, 1).aesthetic(9).hash(1).context().frame();
        assertThat(rejections("detect: {target: [dog], contextShare: 1}", target, context))
                .containsOnlyKeys(context.id());
    }

    @Test
    void another_similarity_brings_its_own_threshold() {
        Similarity byTime = new Similarity() {
            @Override
            public String reason() {
                return "same-time";
            }

            @Override
            public double threshold(Recipe.Select select) {
                return select.similarity().orElse(0.5);
            }

            @Override
            public Staying of(List<Frame> frames, double threshold) {
                List<Frame> staying = new ArrayList<>();
                return new Staying() {
                    @Override
                    public double alike(int frame) {
                        long time = frames.get(frame).timeMicros();
                        boolean near = staying.stream().anyMatch(f -> Math.abs(f.timeMicros() - time) < 10);
                        return near && 0.6 >= threshold ? 0.6 : Double.NaN;
                    }

                    @Override
                    public void add(int frame) {
                        staying.add(frames.get(frame));
                    }
                };
            }
        };
        List<Frame> frames =
                List.of(shot(A, 0).frame(), shot(A, 5).frame(), shot(A, 50).frame());
        assertThat(new Selector(byTime).select(recipe(""), frames))
                .extracting(Decision::isKept)
                .containsExactly(true, false, true);
        assertThat(new Selector(byTime).select(recipe("select: {similarity: 0.7}"), frames))
                .allMatch(Decision::isKept);
    }

    @Test
    void a_frame_without_measurements_passes_shares_and_ranks_last() {
        Frame bare =
                new Frame(FrameId.of(A, 0, 0, 0), A, 0, 0, shot(A, 0).frame().image(), List.of());
        Frame scored = shot(A, 1).frame();
        assertThat(rejections("blur: {keepSharpest: 0.1}\naesthetic: {keepBest: 0.1}", bare, scored))
                .isEmpty();
        assertThat(rejections("select: {goal: 1}", bare, scored)).containsOnlyKeys(bare.id());
    }

    @Test
    void a_hash_that_is_none_names_the_frame() {
        Frame frame = shot(A, 0).frame().with(new AestheticScore("s", 5, "xyz"));
        assertThatThrownBy(() -> selector.select(recipe(""), List.of(frame)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(frame.id().value())
                .hasMessageContaining("'xyz'")
                .hasMessageContaining("16 hexadecimal digits");
    }

    @Test
    void caps_each_video_at_its_best() {
        Frame[] frames = {
            shot(A, 0).aesthetic(1).frame(),
            shot(A, 1).aesthetic(3).frame(),
            shot(A, 2).aesthetic(2).frame(),
            shot(B, 0).aesthetic(1).frame()
        };
        assertThat(rejections(UNLIKE.replace("1}", "1, perVideo: 2}"), frames))
                .containsExactly(Map.entry(frames[0].id(), new Rejection("over-video-cap", 3, 2)));
    }

    @Test
    void the_goal_is_filled_in_rounds_over_videos_and_time() {
        // A has two stretches for its two places: its first half's best is 2, its second half's best is 9.
        Frame[] frames = {
            shot(A, 0).aesthetic(1).frame(), shot(A, 1).aesthetic(2).frame(),
            shot(A, 2).aesthetic(8).frame(), shot(A, 3).aesthetic(9).frame(),
            shot(B, 0).aesthetic(0.5).frame(), shot(B, 1).aesthetic(0.6).frame()
        };
        assertThat(rejections("select: {goal: 4, similarity: 1}", frames))
                .containsOnly(
                        Map.entry(frames[0].id(), new Rejection("over-goal", 6, 4)),
                        Map.entry(frames[2].id(), new Rejection("over-goal", 5, 4)));
        assertThat(rejections("select: {goal: 1, similarity: 1}", frames))
                .doesNotContainKey(frames[3].id())
                .hasSize(5);
        assertThat(rejections("select: {goal: 6, similarity: 1}", frames)).isEmpty();
    }

    @Test
    void places_that_a_short_video_leaves_go_to_the_others() {
        Frame[] frames = {
            shot(A, 0).frame(),
            shot(A, 1).frame(),
            shot(A, 2).frame(),
            shot(A, 3).frame(),
            shot(B, 0).frame()
        };
        assertThat(rejections("select: {goal: 4, similarity: 1}", frames))
                .hasSize(1)
                .doesNotContainKey(frames[4].id());
    }

    @Test
    void a_minute_that_looks_best_does_not_take_the_places_of_the_others() {
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            frames.add(shot(A, i).aesthetic(9).frame());
        }
        Frame middle = shot(A, 500).aesthetic(1).frame();
        Frame end = shot(A, 999).aesthetic(2).frame();
        frames.add(middle);
        frames.add(end);

        for (String limit : List.of("perVideo: 4", "goal: 4")) {
            List<Frame> kept = kept(recipe("select: {similarity: 1, " + limit + "}"), frames);

            assertThat(kept).as(limit).hasSize(4).contains(middle, end);
            // The stretches 250 to 499 and 750 to 998 are empty: the second place of the first is what is left.
            assertThat(kept.subList(0, 2)).as(limit).allMatch(f -> f.timeMicros() < 50);
        }
    }

    @Test
    void a_picture_that_is_too_long_for_its_height_is_too_narrow() {
        Frame frame = shot(A, 0).side(1750).frame();
        assertThat(rejections("select: {maxAspect: 2.4}", frame))
                .containsExactly(Map.entry(frame.id(), new Rejection("too-narrow", 2.5, 2.4)));
        assertThat(rejections("select: {maxAspect: 2.5}", frame)).isEmpty();
        Frame upright = shot(A, 0).side(280).frame();
        assertThat(rejections("select: {maxAspect: 2.4}", upright))
                .containsExactly(Map.entry(upright.id(), new Rejection("too-narrow", 2.5, 2.4)));
    }

    @Test
    void a_pinned_frame_passes_every_step_and_takes_its_place_first() {
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            frames.add(shot(i < 10 ? A : B, i).aesthetic(5 + i / 10.0).frame());
        }
        Frame pinned = new Shot(A, 500, 0, 0.01, 0.1, 1, 10, false).frame();
        Frame like = shot(A, 501).aesthetic(9).hash(1).frame();
        frames.add(pinned);
        frames.add(like);
        Recipe recipe = recipe("detect: {target: [dog]}\nblur: {keepSharpest: 0.9}\naesthetic: {keepBest: 0.9}\n"
                + "select: {minSide: 200, maxAspect: 2, perVideo: 6, goal: 9}");
        Edits edits = new Edits(Set.of(pinned.id()), Set.of(frames.get(3).id()));

        Map<FrameId, Decision> decisions = new Selector()
                .select(recipe, frames, edits).stream().collect(Collectors.toMap(Decision::frame, d -> d));

        assertThat(decisions.get(pinned.id())).isEqualTo(new Decision(pinned.id(), Optional.empty()));
        assertThat(Objects.requireNonNull(decisions.get(like.id())).rejection())
                .contains(new Rejection("near-duplicate", 1, 0.90));
        assertThat(Objects.requireNonNull(decisions.get(frames.get(3).id())).rejection())
                .contains(new Rejection("vetoed", 0, 0));
        assertThat(decisions.values()).filteredOn(Decision::isKept).hasSize(9);
        assertThat(selector.select(recipe, frames))
                .filteredOn(d -> d.frame().equals(pinned.id()))
                .noneMatch(Decision::isKept);
    }

    @Test
    void more_pins_than_places_all_stay_and_leave_none() {
        List<Frame> frames =
                IntStream.range(0, 12).mapToObj(i -> shot(A, i).frame()).toList();
        Set<FrameId> pinned = frames.stream().limit(5).map(Frame::id).collect(Collectors.toSet());

        assertThat(selector.select(recipe("select: {similarity: 1, goal: 3}"), frames, new Edits(pinned, Set.of())))
                .filteredOn(Decision::isKept)
                .extracting(Decision::frame)
                .containsExactlyInAnyOrderElementsOf(pinned);
    }

    @Test
    void context_frames_are_a_share_of_the_frames_with_the_target() {
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            frames.add(shot(A, i).frame());
            frames.add(shot(A, 100 + i).context().aesthetic(i).frame());
        }
        String dog = "detect: {target: [dog], contextShare: 0.25}\nselect: {similarity: 1}\n";
        Map<FrameId, Rejection> rejections = rejections(dog, frames.toArray(Frame[]::new));
        // floor(0.25 * 10) = 2 places: the best of the first and of the second half in time.
        assertThat(rejections).hasSize(8).doesNotContainKeys(FrameId.of(A, 0, 104, 0), FrameId.of(A, 0, 109, 0));
        assertThat(rejections.values()).allSatisfy(r -> {
            assertThat(r.reason()).isEqualTo("over-context-share");
            assertThat(r.threshold()).isEqualTo(2);
            assertThat(r.score()).isBetween(3.0, 10.0);
        });
        assertThat(rejections(
                        "detect: {target: [dog], contextShare: 1}",
                        shot(A, 0).context().frame()))
                .as("no frame has the target, so there is nothing to be a share of")
                .containsValue(new Rejection("over-context-share", 1, 0));
    }

    @Test
    void context_frames_have_their_part_of_a_short_goal_and_cap() {
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            frames.add(shot(A, i).frame());
            frames.add(shot(A, 100 + i).context().aesthetic(9).frame());
        }
        for (String limit : List.of("goal: 11", "perVideo: 11")) {
            Recipe recipe =
                    recipe("detect: {target: [dog], contextShare: 0.1}\nselect: {similarity: 1, " + limit + "}");
            List<Frame> kept = kept(recipe, frames);
            assertThat(kept).hasSize(11);
            assertThat(kept.stream().filter(f -> Target.isContext(recipe.detect(), f)))
                    .as("11 * 0.1 / 1.1 = 1")
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void keeps_its_promises_over_random_sets(long seed) {
        Random random = new Random(seed);
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Shot shot = new Shot(
                    new VideoId(String.format("%064x", random.nextInt(4))),
                    random.nextInt(100),
                    i,
                    random.nextInt(20) / 20.0,
                    random.nextInt(40) / 4.0,
                    // Hashes around few centres, so that there are near-duplicates and chains of them.
                    (0x0123_4567_89AB_CDEFL * random.nextInt(30))
                            ^ (1L << random.nextInt(64))
                            ^ (7L << random.nextInt(60)),
                    400 + random.nextInt(200),
                    random.nextInt(4) > 0);
            frames.add(shot.frame());
        }
        String base = "detect: {target: [dog], contextShare: 0.2}\n";
        Recipe recipe = recipe(
                base
                        + "blur: {keepSharpest: 0.9}\naesthetic: {keepBest: 0.8}\nselect: {minSide: 420, perVideo: 15, goal: 40}");
        List<Decision> decisions = selector.select(recipe, frames);
        List<Frame> shuffled = new ArrayList<>(frames);
        Collections.shuffle(shuffled, random);
        assertThat(selector.select(recipe, shuffled)).isEqualTo(decisions);
        assertThat(decisions).hasSize(300).extracting(Decision::frame).doesNotHaveDuplicates();

        List<Frame> kept = kept(recipe, frames);
        long context =
                kept.stream().filter(f -> Target.isContext(recipe.detect(), f)).count();
        assertThat(kept).hasSizeBetween(1, 40);
        assertThat(context).isLessThanOrEqualTo((kept.size() - context) / 5);
        assertThat(kept.stream()
                        .collect(Collectors.groupingBy(Frame::video, Collectors.counting()))
                        .values())
                .allMatch(n -> n <= 15);
        assertThat(kept).allMatch(f -> f.image().width() >= 420);
        for (int a = 0; a < kept.size(); a++) {
            for (int b = 0; b < a; b++) {
                assertThat(alike(kept.get(a), kept.get(b))).isLessThan(0.90);
            }
        }
        Recipe limits = recipe(base + "blur: {threshold: 0}\nselect: {minSide: 420, perVideo: 15, goal: 40}");
        List<Frame> once = kept(limits, frames);
        assertThat(kept(limits, once)).as("what limits have kept they keep").isEqualTo(once);
    }

    @Test
    void every_rejected_near_duplicate_is_like_one_that_stays_at_that_step() {
        Random random = new Random(3);
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            frames.add(shot(A, i)
                    .hash(random.nextInt(1 << 16))
                    .aesthetic(random.nextInt(10))
                    .frame());
        }
        Recipe recipe = recipe("");
        List<Frame> kept = kept(recipe, frames);
        Set<FrameId> ids = kept.stream().map(Frame::id).collect(Collectors.toCollection(HashSet::new));
        for (Frame frame : frames) {
            if (!ids.contains(frame.id())) {
                assertThat(kept.stream()
                                .mapToDouble(stays -> alike(stays, frame))
                                .max())
                        .hasValueCloseTo(1.0, within(0.1));
            }
        }
        assertThat(kept).hasSizeBetween(2, 100);
    }

    @Test
    void every_reason_can_be_reached_in_one_set() {
        List<Frame> frames = new ArrayList<>();
        frames.add(shot(A, 1000).side(100).frame());
        frames.add(shot(A, 1001).sharpness(0.01).frame());
        frames.add(shot(A, 1002).sharpness(0.4).frame());
        frames.add(shot(A, 1003).aesthetic(0.1).frame());
        frames.add(shot(A, 1004).hash(0).frame());
        frames.add(shot(A, 1005).hash(0).frame());
        for (int i = 0; i < 20; i++) {
            frames.add(shot(A, i).frame());
            frames.add(shot(B, i).frame());
        }
        frames.add(shot(B, 2000).context().frame());
        frames.add(shot(B, 2001).context().frame());
        Recipe recipe = recipe("detect: {target: [dog], contextShare: 0.05}\nblur: {keepSharpest: 0.95}\n"
                + "aesthetic: {keepBest: 0.97}\nselect: {minSide: 200, perVideo: 16, goal: 22, similarity: 0.95}");
        Set<String> reasons = new TreeSet<>();
        for (Decision decision : selector.select(recipe, frames)) {
            decision.rejection().ifPresent(r -> reasons.add(r.reason()));
        }
        Recipe shareOnly = recipe("detect: {target: [dog], contextShare: 0.01}");
        for (Decision decision : selector.select(shareOnly, frames)) {
            decision.rejection().ifPresent(r -> reasons.add(r.reason()));
        }
        assertThat(reasons)
                .containsExactly(
                        "blurred-for-video",
                        "less-aesthetic",
                        "less-sharp",
                        "near-duplicate",
                        "over-context-share",
                        "over-goal",
                        "over-video-cap",
                        "too-small");
    }

    @Test
    void ten_thousand_unlike_frames_are_compared_in_full() {
        Random random = new Random(7);
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            frames.add(shot(A, i).hash(random.nextLong()).frame());
        }
        assertThat(kept(recipe(""), frames)).hasSizeGreaterThan(9_990);
    }

    private static double alike(Frame a, Frame b) {
        long differing = Long.parseUnsignedLong(
                        a.annotation(AestheticScore.class).orElseThrow().perceptualHash(), 16)
                ^ Long.parseUnsignedLong(
                        b.annotation(AestheticScore.class).orElseThrow().perceptualHash(), 16);
        return 1 - Long.bitCount(differing) / 64.0;
    }

    private List<Frame> kept(Recipe recipe, List<Frame> frames) {
        Map<FrameId, Frame> byId = frames.stream().collect(Collectors.toMap(Frame::id, f -> f));
        List<Frame> kept = new ArrayList<>();
        for (Decision decision : selector.select(recipe, frames)) {
            Frame frame = byId.get(decision.frame());
            if (frame != null && decision.isKept()) {
                kept.add(frame);
            }
        }
        return kept;
    }

    private Map<FrameId, Rejection> rejections(String yaml, Frame... frames) {
        return selector.select(recipe(yaml), List.of(frames)).stream()
                .filter(d -> !d.isKept())
                .collect(Collectors.toMap(Decision::frame, d -> d.rejection().orElseThrow()));
    }

    private static Recipe recipe(String yaml) {
        return RecipeReader.read(yaml, Map.of());
    }

    /** Frames of different time have hashes that differ in about half of their bits. */
    private static Shot shot(VideoId video, int time) {
        return new Shot(video, time, 0, 0.5, 5, new Random(time * 31L + video.hashCode()).nextLong(), 640, true);
    }

    private record Shot(
            VideoId video,
            int time,
            int ordinal,
            double sharpness,
            double aesthetic,
            long hash,
            int side,
            boolean target) {
        Shot sharpness(double score) {
            return new Shot(video, time, ordinal, score, aesthetic, hash, side, target);
        }

        Shot aesthetic(double score) {
            return new Shot(video, time, ordinal, sharpness, score, hash, side, target);
        }

        Shot hash(long bits) {
            return new Shot(video, time, ordinal, sharpness, aesthetic, bits, side, target);
        }

        Shot side(int pixels) {
            return new Shot(video, time, ordinal, sharpness, aesthetic, hash, pixels, target);
        }

        Shot context() {
            return new Shot(video, time, ordinal, sharpness, aesthetic, hash, side, false);
        }

        Frame frame() {
            List<Detection> objects = target ? List.of(new Detection("dog", 0.9, new Box(0, 0, side, 300))) : List.of();
            return new Frame(
                    FrameId.of(video, 0, time, ordinal),
                    video,
                    0,
                    time,
                    new ImageRef("k", side, 700, ImageRef.JPEG, 1, "0".repeat(64)),
                    List.of(
                            new Sharpness(sharpness, 0.1, 0.1, 10, 100, 50),
                            new Detections("m", objects),
                            new AestheticScore("s", aesthetic, String.format("%016x", hash))));
        }
    }
}
