package io.sluice.video;

import static io.sluice.video.Videos.KEYFRAMES;
import static io.sluice.video.Videos.good;
import static io.sluice.video.Videos.rate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.Assets;
import io.sluice.recipe.Recipe;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtractionTest {
    /** A grid as fine as the fastest of the videos: every frame has a cell of its own. */
    private static final Recipe.Extract ALL = rate(120);

    private static Decoders decoders;

    /** Cuts at every second or so in place of ten: the videos are short. */
    private static Decoders shortSegments;

    @BeforeAll
    static void start() {
        decoders = new Decoders(1, DecoderLimits.DEFAULT);
        shortSegments = new Decoders(1, DecoderLimits.DEFAULT, 1_000_000, List.of());
    }

    @AfterAll
    static void stop() {
        decoders.close();
        shortSegments.close();
    }

    @Test
    void every_video_is_planned_and_extracted_by_keyframes_and_by_rate() throws IOException {
        for (Path video : Videos.in("videos/good")) {
            Videos.Extracted keyframes = Videos.extract(decoders, video, Videos.extract(Recipe.Mode.KEYFRAMES, 2));
            assertThat(keyframes.frames()).as("keyframes of %s", video).isNotEmpty();
            assertThat(keyframes.warnings()).as("warnings of %s", video).isEmpty();
            Videos.Extracted everySecond = Videos.extract(decoders, video, rate(1));
            assertThat(everySecond.warnings()).as("warnings of %s", video).isEmpty();
            double seconds = everySecond.plan().durationMicros() / 1e6;
            assertThat((double) everySecond.frames().size())
                    .as("one frame a second of %s, %s s", video, seconds)
                    .isCloseTo(Math.max(1, seconds), within(1.01));
            for (ExtractedFrame frame : keyframes.frames()) {
                assertThat(frame.width()).isEqualTo(keyframes.plan().width());
                assertThat(frame.height()).isEqualTo(keyframes.plan().height());
            }
            BufferedImage picture = decode(keyframes.frames().get(0));
            assertThat(picture.getWidth()).isEqualTo(keyframes.plan().width());
            assertThat(picture.getHeight()).isEqualTo(keyframes.plan().height());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "intel_car-detection_768x432_12.5fps_30s.mp4, 377",
        "mdn_flower_960x540_5s.mp4, 150",
        "derived_4shots_cuts_at_3_6_9s.mp4, 240",
        "derived_vfr_flower.mp4, 63",
        "androidx_vfr_518x488_5.6s.mp4, 167",
        "androidx_pixel7_rot180_1080p.mp4, 36",
        "androidx_hlg_hevc10_rot-90_editlist.mp4, 77",
        "decord_rot90_568x320_3frames.mov, 3",
        "androidx_hdr10_hevc_1080p.mp4, 28",
        "torchcodec_h265_10bit_200x200.mp4, 30",
        "androidx_bbb_sar64-45_bframes_800x640.mp4, 120",
        "androidx_bbb_mpeg2_1080p.ts, 58",
        "androidx_all-black_10s.mp4, 300",
        "derived_interlaced_tff_cockatoo.mp4, 40",
        "androidx_vp9_square_642x642.webm, 90",
        "torchcodec_av1_640x360.mkv, 125",
        "androidx_mpeg4_960x400.avi, 96",
        "imageio_newtonscradle_36frames.gif, 36"
    })
    void a_fine_grid_takes_every_frame_once(String name, int frames) {
        Videos.Extracted all = Videos.extract(decoders, good(name), ALL);
        assertThat(all.frames()).hasSize(frames);
        assertThat(all.decoded()).isEqualTo(frames);
        Set<String> identities = new HashSet<>();
        all.frames().forEach(frame -> identities.add(frame.ticks() + "/" + frame.ordinal()));
        assertThat(identities).hasSize(frames);
        assertThat(all.ticks()).isSorted();
    }

    @ParameterizedTest
    @CsvSource({
        "intel_one-by-one-person_768x432_10fps_139s.mp4, 1394",
        "mdn_tears-of-steel-battle_800x332_71s_multishot.webm, 1691",
        "androidx_long_1080p_10883frames_363s.mp4, 10883"
    })
    void every_frame_of_a_long_video_is_decoded_once(String name, int frames) {
        assertThat(Videos.extract(decoders, good(name), rate(0.1)).decoded()).isEqualTo(frames);
    }

    @ParameterizedTest
    @CsvSource({
        "intel_car-detection_768x432_12.5fps_30s.mp4, 120",
        "androidx_bbb_sar64-45_bframes_800x640.mp4, 120",
        "androidx_hlg_hevc10_rot-90_editlist.mp4, 8",
        "derived_4shots_cuts_at_3_6_9s.mp4, 7",
        "torchcodec_nasa_13013_two-video-streams.mp4, 120",
        "mdn_flower_960x540_5s.mp4, 120",
        "androidx_vfr_518x488_5.6s.mp4, 9"
    })
    void one_segment_or_many_give_the_same_frames_with_the_same_bytes(String name, double maxFps) {
        Path video = good(name);
        VideoPlan plan = shortSegments.plan(video, ALL);
        assertThat(plan.segments()).hasSizeGreaterThan(1);
        assertSameInAnySegments(shortSegments, video, plan, maxFps);
    }

    static void assertSameInAnySegments(Decoders decoders, Path video, VideoPlan plan, double maxFps) {
        // 0.7 a second: cells that reach over the borders of segments.
        List<Recipe.Extract> extracts = List.of(
                rate(maxFps),
                rate(0.7),
                rate(3),
                KEYFRAMES,
                Videos.extract(Recipe.Mode.KEYFRAMES, 0.7),
                Videos.extract(Recipe.Mode.KEYFRAMES, 0.7, 3, 0, Optional.empty()),
                Videos.extract(Recipe.Mode.RATE, 0.4, 3, 0, Optional.empty()),
                Videos.extract(Recipe.Mode.RATE, 0.4, 3, 1_300_000, Optional.of(4_400_000L)),
                Videos.limited(rate(2), 3),
                Videos.limited(KEYFRAMES, 2),
                Videos.scenes(1, 2),
                Videos.scenes(3, 7),
                Videos.limited(Videos.scenes(2, 2), 3));
        for (Recipe.Extract extract : extracts) {
            Videos.Extracted many = Videos.extract(decoders, video, plan, extract, Recipe.Encoding.JPEG);
            Videos.Extracted one =
                    Videos.extract(decoders, video, Videos.inOnePiece(plan), extract, Recipe.Encoding.JPEG);
            assertThat(prints(many)).as("%s", extract).isEqualTo(prints(one));
            if (extract.toMicros().isEmpty()) {
                assertThat(many.decoded()).as("%s", extract).isEqualTo(one.decoded());
            }
            assertThat(one.frames()).as("%s", extract).isNotEmpty();
            assertThat(one.ticks()).as("%s", extract).isSorted();
            extract.limit().ifPresent(limit -> assertThat(one.frames()).hasSizeLessThanOrEqualTo(limit));
        }
    }

    /** A line for each frame that differs if anything of the frame does. */
    private static List<String> prints(Videos.Extracted extracted) {
        return extracted.frames().stream()
                .map(frame -> frame.ticks() + "/" + frame.ordinal() + " " + frame.timeMicros() + " " + frame.width()
                        + "x" + frame.height() + " " + frame.encoded().length + " " + Arrays.hashCode(frame.encoded()))
                .toList();
    }

    @Test
    void segments_may_be_extracted_in_any_order() {
        Path video = good("intel_car-detection_768x432_12.5fps_30s.mp4");
        VideoPlan plan = decoders.plan(video, rate(1));
        assertThat(plan.segments()).hasSize(3);
        List<Segment> reversed = new ArrayList<>(plan.segments());
        Collections.reverse(reversed);
        List<Long> ticks = new ArrayList<>();
        for (Segment segment : reversed) {
            decoders.extract(
                    video, plan, segment, rate(1), Recipe.Encoding.JPEG, 90, frame -> ticks.add(frame.ticks()));
        }
        Collections.sort(ticks);
        assertThat(ticks).isEqualTo(Videos.extract(decoders, video, rate(1)).ticks());
    }

    @Test
    void the_first_frame_of_each_cell_is_taken_by_time_and_not_by_count() {
        Videos.Extracted all = Videos.extract(decoders, good("derived_vfr_flower.mp4"), ALL);
        Videos.Extracted some = Videos.extract(decoders, good("derived_vfr_flower.mp4"), rate(4));
        Set<Long> cells = new HashSet<>();
        List<Long> expected = all.frames().stream()
                .filter(frame -> cells.add(Math.floorDiv(frame.timeMicros() + 500, 250_000L)))
                .map(ExtractedFrame::ticks)
                .toList();
        assertThat(some.ticks()).isEqualTo(expected);
        assertThat(expected).hasSizeBetween(10, 20);
    }

    @Test
    void frames_outside_the_time_range_are_not_delivered() {
        Path video = good("intel_one-by-one-person_768x432_10fps_139s.mp4");
        Recipe.Extract range = Videos.extract(Recipe.Mode.RATE, 2, 25_000_000, Optional.of(42_000_000L));
        Videos.Extracted some = Videos.extract(decoders, video, range);
        assertThat(some.plan().segments()).hasSizeBetween(2, 3);
        assertThat(some.frames())
                .hasSize(34)
                .allSatisfy(frame -> assertThat(frame.timeMicros()).isBetween(25_000_000L, 41_999_999L));
    }

    @Test
    void a_start_other_than_0_is_time_0() {
        Videos.Extracted all = Videos.extract(decoders, good("androidx_bbb_mpeg2_1080p.ts"), rate(2));
        assertThat(all.plan().startTicks()).isPositive();
        assertThat(all.frames().get(0).ticks()).isEqualTo(all.plan().startTicks());
        assertThat(all.frames().get(0).timeMicros()).isZero();
        assertThat(all.frames()).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource({
        "androidx_pixel7_rot180_1080p.mp4, 180, 1920, 1080",
        "androidx_hlg_hevc10_rot-90_editlist.mp4, 90, 1080, 1920",
        "decord_rot90_568x320_3frames.mov, 90, 320, 568",
        "androidx_bbb_sar64-45_bframes_800x640.mp4, 0, 1138, 640"
    })
    void pictures_are_upright_with_square_pixels(String name, int rotation, int width, int height) {
        VideoPlan plan = decoders.plan(good(name), KEYFRAMES);
        assertThat(plan.rotationDegrees()).isEqualTo(rotation);
        assertThat(plan.width()).isEqualTo(width);
        assertThat(plan.height()).isEqualTo(height);
    }

    @ParameterizedTest
    @CsvSource({
        "intel_one-by-one-person_768x432_10fps_139s.mp4, 16950000, 17050000, person_f170.png",
        "intel_car-detection_768x432_12.5fps_30s.mp4, 26360000, 26440000, car_f330.png",
        "mdn_flower_960x540_5s.mp4, 4660000, 4680000, flower_f140.png"
    })
    void pixels_agree_with_frames_decoded_elsewhere(String name, long fromMicros, long toMicros, String reference)
            throws IOException {
        Path video = good(name);
        Recipe.Extract one = Videos.extract(Recipe.Mode.RATE, 120, fromMicros, Optional.of(toMicros));
        Videos.Extracted found = Videos.extract(decoders, video, decoders.plan(video, one), one, Recipe.Encoding.PNG);
        assertThat(found.frames()).hasSize(1);
        BufferedImage expected =
                ImageIO.read(Assets.path("refs/frames").resolve(reference).toFile());
        assertThat(difference(decode(found.frames().get(0)), expected)).isLessThan(1.5);
    }

    @Test
    void a_plan_survives_json() throws IOException {
        VideoPlan plan = decoders.plan(good("intel_car-detection_768x432_12.5fps_30s.mp4"), KEYFRAMES);
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readValue(json.writeValueAsString(plan), VideoPlan.class))
                .isEqualTo(plan);
    }

    private static BufferedImage decode(ExtractedFrame frame) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(frame.encoded()));
    }

    /** Mean absolute difference of a channel, 0 to 255. */
    private static double difference(BufferedImage a, BufferedImage b) {
        assertThat(a.getWidth()).isEqualTo(b.getWidth());
        assertThat(a.getHeight()).isEqualTo(b.getHeight());
        long sum = 0;
        for (int y = 0; y < a.getHeight(); y++) {
            for (int x = 0; x < a.getWidth(); x++) {
                int p = a.getRGB(x, y);
                int q = b.getRGB(x, y);
                for (int shift = 0; shift < 24; shift += 8) {
                    sum += Math.abs((p >> shift & 0xff) - (q >> shift & 0xff));
                }
            }
        }
        return sum / (3.0 * a.getWidth() * a.getHeight());
    }
}
