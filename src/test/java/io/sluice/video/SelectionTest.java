package io.sluice.video;

import static io.sluice.video.Videos.KEYFRAMES;
import static io.sluice.video.Videos.good;
import static io.sluice.video.Videos.rate;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.recipe.Recipe;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Minimum and limit. */
class SelectionTest {
    private static final String PEOPLE = "intel_one-by-one-person_768x432_10fps_139s.mp4";

    private static Decoders decoders;

    @BeforeAll
    static void start() {
        decoders = new Decoders(1, DecoderLimits.DEFAULT);
    }

    @AfterAll
    static void stop() {
        decoders.close();
    }

    @Test
    void with_a_minimum_frames_are_left_out_while_the_picture_stands_still() {
        List<Long> all = seconds(Videos.extract(decoders, good(PEOPLE), rate(2)));
        Videos.Extracted some =
                Videos.extract(decoders, good(PEOPLE), Videos.extract(Recipe.Mode.RATE, 0.2, 2, 0, Optional.empty()));
        assertThat(all).hasSize(279);
        assertThat(Videos.extract(decoders, good(PEOPLE), rate(2)).ticks()).containsAll(some.ticks());
        // One of each five seconds at least: 28; somebody is to be seen in about half of them.
        assertThat(some.frames()).hasSizeBetween(60, 200);
        Set<Long> cells = new HashSet<>();
        some.frames().forEach(frame -> cells.add(frame.timeMicros() / 5_000_000));
        assertThat(cells).hasSize(28);
    }

    @Test
    void a_still_picture_gives_the_minimum_alone() {
        Videos.Extracted black = Videos.extract(
                decoders,
                good("androidx_all-black_10s.mp4"),
                Videos.extract(Recipe.Mode.RATE, 0.5, 10, 0, Optional.empty()));
        assertThat(black.frames().stream().map(ExtractedFrame::timeMicros))
                .containsExactly(0L, 2_000_000L, 4_000_000L, 6_000_000L, 8_000_000L);
    }

    @Test
    void a_moving_picture_gives_every_frame_of_the_grid_in_spite_of_the_minimum() {
        Path video = good("mdn_tears-of-steel-battle_800x332_71s_multishot.webm");
        Optional<Long> to = Optional.of(20_000_000L);
        List<Long> all = seconds(Videos.extract(decoders, video, Videos.extract(Recipe.Mode.RATE, 2, 10_000_000, to)));
        List<Long> some =
                seconds(Videos.extract(decoders, video, Videos.extract(Recipe.Mode.RATE, 0.1, 2, 10_000_000, to)));
        assertThat(some).isEqualTo(all).hasSize(20);
    }

    @Test
    void keyframes_far_apart_are_helped_out_by_other_frames() {
        Path video = good("intel_car-detection_768x432_12.5fps_30s.mp4");
        Videos.Extracted keyframes = Videos.extract(decoders, video, KEYFRAMES);
        Videos.Extracted more =
                Videos.extract(decoders, video, Videos.extract(Recipe.Mode.KEYFRAMES, 1, 2, 0, Optional.empty()));
        assertThat(keyframes.frames()).hasSize(7);
        assertThat(more.ticks()).containsAll(keyframes.ticks());
        // 30.16 s: a frame in each second, and no second has two.
        assertThat(seconds(more))
                .containsExactlyElementsOf(LongStream.range(0, 31).boxed().toList());
        // Not the first of its second, but it is there already.
        assertThat(more.frames().stream().filter(frame -> keyframes.ticks().contains(frame.ticks())))
                .hasSize(7);
    }

    @ParameterizedTest
    @CsvSource({"KEYFRAMES, 5", "RATE, 7", "RATE, 1", "RATE, 1000", "SCENE, 7"})
    void a_limit_thins_evenly_over_the_range(Recipe.Mode mode, int limit) {
        Recipe.Extract extract = Videos.limited(
                new Recipe.Extract(
                        mode,
                        java.util.OptionalDouble.empty(),
                        2,
                        20_000_000,
                        Optional.of(90_000_000L),
                        java.util.OptionalInt.empty(),
                        2,
                        false),
                limit);
        Videos.Extracted found = Videos.extract(decoders, good(PEOPLE), extract);
        assertThat(found.plan().segments()).hasSizeGreaterThan(1);
        int expected = Math.min(limit, 140);
        assertThat(found.frames()).hasSize(expected);
        for (int i = 0; i < expected; i++) {
            long cell = 70_000_000L / expected;
            assertThat(found.frames().get(i).timeMicros())
                    .isBetween(20_000_000 + i * cell, 20_000_000 + (i + 1) * cell);
        }
    }

    @Test
    void a_limit_holds_where_the_length_is_not_the_claimed_one(@TempDir Path folder) throws Exception {
        Path lying = io.sluice.Assets.path("videos/hostile/androidx_fragmented_bogus-duration-143165s.mp4");
        Videos.Extracted found = Videos.extract(decoders, lying, Videos.limited(rate(120), 10));
        // A second of 30 frames.
        assertThat(found.plan().durationMicros()).isBetween(900_000L, 1_100_000L);
        assertThat(found.frames()).hasSize(10);
        VideoPlan honest = found.plan();
        VideoPlan tooShort = new VideoPlan(
                honest.container(),
                honest.codec(),
                honest.stream(),
                honest.timeBaseNumerator(),
                honest.timeBaseDenominator(),
                honest.startTicks(),
                100_000,
                honest.width(),
                honest.height(),
                honest.rotationDegrees(),
                honest.crop(),
                honest.segments(),
                honest.warnings());
        assertThat(Videos.extract(decoders, lying, tooShort, Videos.limited(rate(120), 10), Recipe.Encoding.JPEG)
                        .frames())
                .hasSizeLessThanOrEqualTo(10);
        FfmpegCommand.assumeEncoder("mpeg2video");
        // A pipe cannot be written back to, so that the file says nothing of its length.
        Path unknown = folder.resolve("unknown.mkv");
        FfmpegCommand.make(unknown, 64, 48, 10, 6, "-c:v", "mpeg2video", "-f", "matroska", "-live", "1");
        VideoPlan plan = decoders.plan(unknown, Videos.limited(rate(10), 6));
        assertThat(plan.durationMicros()).isBetween(5_800_000L, 6_100_000L);
        assertThat(seconds(Videos.extract(decoders, unknown, Videos.limited(rate(10), 6))))
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void without_a_graphics_card_videos_are_decoded_in_software() {
        Path video = good("derived_4shots_cuts_at_3_6_9s.mp4");
        try (Decoders cuda = new Decoders(1, DecoderLimits.DEFAULT, Hardware.CUDA)) {
            Videos.Extracted found = Videos.extract(cuda, video, rate(1));
            Videos.Extracted expected = Videos.extract(decoders, video, rate(1));
            assertThat(found.ticks()).isEqualTo(expected.ticks()).hasSize(12);
            assertThat(found.warnings()).isEmpty();
            for (int i = 0; i < 12; i++) {
                assertThat(found.frames().get(i).encoded())
                        .isEqualTo(expected.frames().get(i).encoded());
            }
        }
    }

    private static List<Long> seconds(Videos.Extracted extracted) {
        return extracted.frames().stream()
                .map(frame -> frame.timeMicros() / 1_000_000)
                .toList();
    }
}
