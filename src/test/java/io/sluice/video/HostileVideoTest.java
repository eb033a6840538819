package io.sluice.video;

import static io.sluice.video.Videos.KEYFRAMES;
import static io.sluice.video.Videos.good;
import static io.sluice.video.Videos.rate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileVideoTest {
    private static final DecoderLimits LIMITS = new DecoderLimits(
            128, 2500, 30, 4096L * 2304, 1L << 30, 10L * 3600 * 1_000_000, 1_000_000, 16, 20, 30_000_000);

    private static Decoders decoders;

    @BeforeAll
    static void start() {
        decoders = new Decoders(1, LIMITS);
    }

    @AfterAll
    static void stop() {
        decoders.close();
    }

    @Test
    void hostile_files_end_with_a_reason_or_with_the_frames_that_decode() {
        Map<String, String> endings = new TreeMap<>();
        for (Path video : Videos.in("videos/hostile")) {
            endings.put(
                    video.getFileName().toString(),
                    Ending.of(decoders, video, rate(120)).words());
            Path fine = good("decord_rot90_568x320_3frames.mov");
            assertThat(Videos.extract(decoders, fine, rate(120)).frames())
                    .as("a good video after %s", video)
                    .hasSize(3);
        }
        assertThat(endings).isEqualTo(HostileVideos.endings());
    }

    @Test
    void limits_are_named_when_they_are_exceeded() {
        Path video = good("intel_car-detection_768x432_12.5fps_30s.mp4");
        assertRefused(
                video,
                new DecoderLimits(64, 700, 30, 300_000, 1 << 30, 1L << 40, 1000, 8, 60, 60_000_000),
                "pictures of 768x432: 300000 pixels are allowed");
        assertRefused(
                video,
                new DecoderLimits(64, 700, 30, 1 << 20, 1000, 1L << 40, 1000, 8, 60, 60_000_000),
                "the file has 2811553 bytes: 1000 are allowed");
        assertRefused(
                video,
                new DecoderLimits(64, 700, 30, 1 << 20, 1 << 30, 20_000_000, 1000, 8, 60, 60_000_000),
                "it claims to last 30 s: 20 s are allowed");
        assertRefused(
                video,
                new DecoderLimits(64, 700, 30, 1 << 20, 1 << 30, 1L << 40, 376, 8, 60, 60_000_000),
                "it claims 377 frames: 376 are allowed");
    }

    @Test
    void decoding_that_takes_too_long_for_what_it_gives_is_refused() {
        DecoderLimits limits = new DecoderLimits(64, 700, 30, 1 << 20, 1 << 30, 1L << 40, 10_000, 8, 0.0001, 1_000);
        try (Decoders strict = new Decoders(1, limits)) {
            assertThat(Ending.of(strict, good("intel_one-by-one-person_768x432_10fps_139s.mp4"), rate(120))
                            .words())
                    .matches("failed: decoding [0-9.]+ s of it took [0-9.]+ s: 1\\.0E-4 s for each second of video are"
                            + " allowed, and 0\\.001 s in any case");
        }
    }

    @Test
    void the_time_that_the_parent_takes_does_not_count_as_decoding() {
        DecoderLimits limits = new DecoderLimits(64, 700, 30, 1 << 20, 1 << 30, 1L << 40, 10_000, 8, 1, 1_000_000);
        Path video = good("mdn_flower_960x540_5s.mp4");
        try (Decoders strict = new Decoders(1, limits)) {
            VideoPlan plan = strict.plan(video, rate(120));
            CountDownLatch never = new CountDownLatch(1);
            SegmentResult result =
                    strict.extract(video, plan, plan.segments().get(0), rate(120), Recipe.Encoding.JPEG, 90, frame -> {
                        try {
                            assertThat(never.await(50, TimeUnit.MILLISECONDS)).isFalse();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            assertThat(result.decodedFrames()).isEqualTo(150);
        }
    }

    @Test
    void sound_alone_is_no_video(@TempDir Path folder) throws Exception {
        Commands.ffmpeg(folder, "-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac", "x.mp4");
        assertThat(Ending.of(decoders, folder.resolve("x.mp4"), KEYFRAMES).words())
                .isEqualTo("failed: no video stream");
    }

    @Test
    void sound_with_a_cover_picture_is_no_video(@TempDir Path folder) throws Exception {
        Commands.ffmpeg(folder, "-f", "lavfi", "-i", "testsrc=s=64x64", "-frames:v", "1", "cover.png");
        Commands.ffmpeg(
                folder,
                "-f",
                "lavfi",
                "-i",
                "sine=d=1",
                "-i",
                "cover.png",
                "-map",
                "0",
                "-map",
                "1",
                "-c:a",
                "aac",
                "-c:v",
                "copy",
                "-disposition:v",
                "attached_pic",
                "x.mp4");
        assertThat(Ending.of(decoders, folder.resolve("x.mp4"), KEYFRAMES).words())
                .isEqualTo("failed: no video stream, only a cover picture");
    }

    @Test
    void a_file_that_may_not_be_read_is_named_so(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("x.mp4"), "x");
        assumeTrue(file.toFile().setReadable(false) && !Files.isReadable(file), "this user may read any file");
        assertThat(Ending.of(decoders, file, KEYFRAMES).words())
                .isEqualTo("failed: the file may not be read: its permissions forbid it");
    }

    private static void assertRefused(Path video, DecoderLimits limits, String reason) {
        try (Decoders strict = new Decoders(1, limits)) {
            assertThatThrownBy(() -> strict.plan(video, KEYFRAMES))
                    .isInstanceOf(VideoException.class)
                    .hasMessage(reason);
        }
    }

    @Test
    void a_name_with_blanks_colons_and_umlauts_is_a_file_all_the_same(@TempDir Path folder) throws IOException {
        Path video = folder.resolve("http: a b%20ü.mov");
        Files.copy(good("decord_rot90_568x320_3frames.mov"), video);
        assertThat(decoders.plan(video, KEYFRAMES).codec()).isEqualTo("h264");
    }
}
