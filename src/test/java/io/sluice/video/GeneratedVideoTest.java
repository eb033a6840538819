package io.sluice.video;

import static io.sluice.video.Videos.KEYFRAMES;
import static io.sluice.video.Videos.rate;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Structures that the videos at hand do not have, made with the ffmpeg command where it is installed. */
class GeneratedVideoTest {
    private static Decoders decoders;

    @BeforeAll
    static void start() {
        decoders = new Decoders(1, DecoderLimits.DEFAULT, 1_000_000, List.of());
    }

    @AfterAll
    static void stop() {
        decoders.close();
    }

    @ParameterizedTest
    @CsvSource({
        "libx264, open.mp4, -x264-params open-gop=1:keyint=30:min-keyint=30:bframes=3:b-pyramid=normal",
        "libx264, open.mkv, -x264-params open-gop=1:keyint=30:min-keyint=30:bframes=3",
        "libx264, intra.mp4, -g 1",
        "libx264, interlaced.mp4, -x264-params tff=1:keyint=30:bframes=2",
        "libx265, open.mp4, -x265-params open-gop=1:keyint=30:min-keyint=30:bframes=4:log-level=none",
        "libx265, open.mkv, -x265-params open-gop=1:keyint=30:min-keyint=30:bframes=4:log-level=none",
        "libvpx-vp9, alt.webm, -g 30 -deadline realtime -cpu-used 8 -auto-alt-ref 1 -lag-in-frames 12",
        "libvpx, alt.webm, -g 30 -deadline realtime -cpu-used 8 -auto-alt-ref 1 -lag-in-frames 12",
        "libsvtav1, svt.mkv, -g 30 -preset 12",
        "libsvtav1, svt.mp4, -g 30 -preset 12"
    })
    void one_segment_or_many_give_the_same_frames_with_the_same_bytes(
            String encoder, String name, String options, @TempDir Path folder) throws Exception {
        FfmpegCommand.assumeEncoder(encoder);
        Path video = FfmpegCommand.make(
                folder.resolve(name), 192, 108, 25, 6, ("-c:v " + encoder + " " + options).split(" "));
        VideoPlan plan = decoders.plan(video, KEYFRAMES);
        assertThat(plan.segments()).hasSizeGreaterThan(2);
        assertThat(Videos.extract(decoders, video, rate(120)).frames()).hasSize(150);
        ExtractionTest.assertSameInAnySegments(decoders, video, plan, 12);
    }
}
