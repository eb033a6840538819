package io.sluice.video;

import static io.sluice.video.Videos.good;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.Assets;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cuts of real videos against those that FFmpeg's scene filter finds above 0.3, and the frames of shots. */
class SceneTest {
    /**
     * FFmpeg gives them 0.21 to 0.29, as it does to an explosion at 69.375 s. Looked at: in each, the camera is somewhere else
     * afterwards.
     */
    private static final double[] SOFTER_CUTS = {5.083, 41.125, 63.542, 65.458, 70.375};

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
    void cuts_are_found_where_they_were_made() throws IOException {
        assertThat(cuts("derived_4shots_cuts_at_3_6_9s.mp4")).containsExactly(3.0, 6.0, 9.0);
        assertThat(reference("derived_4shots_cuts_at_3_6_9s.mp4")).containsExactly(3.0, 6.0, 9.0);
    }

    @Test
    void all_of_the_references_cuts_are_found_and_no_flash_or_pan_is_one() throws IOException {
        String name = "mdn_tears-of-steel-battle_800x332_71s_multishot.webm";
        List<Double> expected = new ArrayList<>(reference(name));
        assertThat(expected).hasSize(18);
        for (double softer : SOFTER_CUTS) {
            expected.add(softer);
        }
        expected.sort(null);
        assertThat(cuts(name)).containsExactlyElementsOf(expected);
    }

    /** The better one of its two streams is of 30000/1001 frames a second, where the cut is at 8.008 s. */
    @Test
    void the_cut_of_the_better_of_two_streams_is_found() throws IOException {
        assertThat(reference("torchcodec_nasa_13013_two-video-streams.mp4")).containsExactly(8.08);
        assertThat(cuts("torchcodec_nasa_13013_two-video-streams.mp4")).containsExactly(8.008);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "intel_car-detection_768x432_12.5fps_30s.mp4",
                "intel_one-by-one-person_768x432_10fps_139s.mp4",
                "mdn_flower_960x540_5s.mp4",
                "androidx_pixel7_rot180_1080p.mp4",
                "androidx_bbb_mpeg2_1080p.ts",
                "androidx_hdr10_hevc_1080p.mp4",
                "derived_interlaced_tff_cockatoo.mp4",
                "imageio_newtonscradle_36frames.gif"
            })
    void one_shot_has_no_cut(String name) {
        assertThat(cuts(name)).isEmpty();
    }

    @Test
    void each_shot_gives_its_sharpest_frame_and_none_right_at_a_cut() {
        Videos.Extracted found =
                Videos.extract(decoders, good("derived_4shots_cuts_at_3_6_9s.mp4"), Videos.scenes(1, 20));
        assertThat(found.frames()).hasSize(4);
        for (int shot = 0; shot < 4; shot++) {
            assertThat(found.frames().get(shot).timeMicros())
                    .isBetween(shot == 0 ? 0 : 3_000_000L * shot + 100_000, 3_000_000L * (shot + 1) - 150_000);
        }
    }

    @Test
    void several_frames_of_a_shot_are_spread_over_it() {
        Videos.Extracted found =
                Videos.extract(decoders, good("derived_4shots_cuts_at_3_6_9s.mp4"), Videos.scenes(3, 20));
        assertThat(found.frames()).hasSize(12);
        for (int i = 0; i < 12; i++) {
            double place = found.frames().get(i).timeMicros() / 3e6;
            assertThat(Math.floor(place)).isEqualTo(i / 3);
            // Of 60 frames 16 share a stretch, so that parts are of 16 and 28 frames, or 32.
            assertThat(place % 1).isBetween(Math.max(0, (i % 3 - 0.8) / 3), (i % 3 + 1.8) / 3);
        }
    }

    @Test
    void a_long_shot_is_several() {
        Videos.Extracted found =
                Videos.extract(decoders, good("intel_car-detection_768x432_12.5fps_30s.mp4"), Videos.scenes(1, 2));
        assertThat(found.frames().stream().map(frame -> frame.timeMicros() / 10_000_000))
                .startsWith(0L, 1L, 2L)
                .hasSizeBetween(3, 4);
    }

    @Test
    void the_rate_is_kept_in_fast_cuts_too() {
        Videos.Extracted found = Videos.extract(
                decoders, good("mdn_tears-of-steel-battle_800x332_71s_multishot.webm"), Videos.scenes(2, 0.5));
        List<Long> cells = found.frames().stream()
                .map(frame -> frame.timeMicros() / 2_000_000)
                .toList();
        assertThat(cells).doesNotHaveDuplicates().hasSizeBetween(18, 36);
    }

    /** Times of cuts in seconds from the stream's start, in milliseconds. */
    private static List<Double> cuts(String name) {
        Progress progress = new Progress(
                new Wire.Sender(Channels.newChannel(OutputStream.nullOutputStream())), DecoderLimits.DEFAULT);
        FfmpegLog log = FfmpegLog.install();
        List<Double> times = new ArrayList<>();
        List<Boolean> told = new ArrayList<>();
        try (Container container = Container.open(good(name).toString(), DecoderLimits.DEFAULT, log, progress)) {
            int index = container.bestVideoStream();
            container.readOnly(index);
            AVStream stream = container.stream(index);
            TimeBase timeBase =
                    new TimeBase(stream.time_base().num(), stream.time_base().den());
            Cuts cuts = new Cuts();
            try (FrameDecoder decoder = new FrameDecoder(
                            stream,
                            DecoderLimits.DEFAULT,
                            2,
                            false,
                            progress,
                            FailPoint.ofThisProcess(),
                            HardwareDevice.NONE);
                    Thumbnails thumbnails = new Thumbnails(false)) {
                AVPacket packet;
                do {
                    packet = container.read(index);
                    decoder.decode(packet, frame -> {
                        boolean cut = cuts.next(thumbnails.of(frame));
                        times.add(Math.round(1000 * timeBase.seconds(FrameDecoder.ticks(frame) - stream.start_time()))
                                / 1000.0);
                        if (times.size() >= Cuts.AFTER) {
                            told.add(cut);
                        }
                        return true;
                    });
                } while (packet != null);
            }
            told.addAll(cuts.end());
        }
        assertThat(told).hasSameSizeAs(times);
        List<Double> found = new ArrayList<>();
        for (int i = 0; i < told.size(); i++) {
            if (told.get(i)) {
                found.add(times.get(i));
            }
        }
        return found;
    }

    private static List<Double> reference(String name) throws IOException {
        Path file = Assets.path("refs/scenes/ffmpeg_scene_cuts.json");
        return StreamSupport.stream(
                        new ObjectMapper()
                                .readTree(file.toFile())
                                .at("/results")
                                .get(name)
                                .get("cuts")
                                .spliterator(),
                        false)
                .map(cut -> cut.get("t").asDouble())
                .toList();
    }
}
