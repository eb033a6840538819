package io.sluice.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.Assets;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoding and rendering on several threads: order, bytes, and what becomes of a failure. */
class DeliveryTest {
    private static final Recipe EVERY_FRAME = recipe("jpeg");

    private final InProcessDecoder decoder = new InProcessDecoder();

    private static Recipe recipe(String encoding) {
        return RecipeReader.read(
                "",
                Map.of(
                        "extract.mode", "rate",
                        "extract.maxFps", "120",
                        "extract.cropBlackBars", "false",
                        "export.image.encode", encoding));
    }

    private List<ExtractedFrame> frames(Path video, Recipe recipe, int threads) {
        List<ExtractedFrame> frames = new ArrayList<>();
        decoder.extract(video, decoder.plan(video, recipe.extract()), recipe, frames::add, threads);
        return frames;
    }

    /** All of a frame, in a form that is equal where the bytes are. */
    private static List<Object> content(ExtractedFrame frame) {
        return List.of(
                frame.ticks(),
                frame.ordinal(),
                frame.timeMicros(),
                frame.width(),
                frame.height(),
                frame.mediaType(),
                ByteBuffer.wrap(frame.encoded()));
    }

    private static void assertSame(List<ExtractedFrame> some, List<ExtractedFrame> others) {
        assertThat(some.stream().map(DeliveryTest::content).toList())
                .isEqualTo(others.stream().map(DeliveryTest::content).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 16})
    void frames_are_sent_in_order_and_with_the_same_bytes_on_any_number_of_threads(int threads, @TempDir Path folder) {
        // Small pictures behind large ones are done before them.
        Path video = TinyVideo.of("matroska", avcodec.AV_CODEC_ID_MJPEG)
                .then(640, 480, avutil.AV_PIX_FMT_YUVJ420P, 7)
                .then(32, 16, avutil.AV_PIX_FMT_YUVJ420P, 7)
                .then(640, 480, avutil.AV_PIX_FMT_YUVJ422P, 7)
                .write(folder.resolve("sizes.mkv"));

        List<ExtractedFrame> alone = frames(video, EVERY_FRAME, 1);

        assertThat(alone).hasSize(21).isSortedAccordingTo(java.util.Comparator.comparing(ExtractedFrame::ticks));
        assertThat(alone).extracting(ExtractedFrame::width).contains(640, 32);
        assertSame(frames(video, EVERY_FRAME, threads), alone);
    }

    @ParameterizedTest
    @ValueSource(strings = {"derived_interlaced_tff_cockatoo.mp4", "imageio_newtonscradle_36frames.gif"})
    void neighbours_and_shared_buffers_do_not_change_under_a_renderer(String name) {
        Path video = Videos.good(name);
        assertSame(frames(video, recipe("png"), 8), frames(video, recipe("png"), 1));
    }

    @Test
    void what_can_be_shown_of_a_broken_video_does_not_depend_on_threads() {
        Path video = Assets.path("videos/hostile/mp4parse_no_timescale_rotation-int64min.mp4");
        List<ExtractedFrame> alone = frames(video, EVERY_FRAME, 1);
        assertThat(alone).hasSize(142);
        for (int i = 0; i < 10; i++) {
            assertSame(frames(video, EVERY_FRAME, 4), alone);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void a_picture_that_cannot_be_delivered_ends_the_video_with_its_reason(int threads, @TempDir Path folder) {
        // JPEG ends at 65500 lines or columns.
        Path video = TinyVideo.of("matroska", avcodec.AV_CODEC_ID_FFV1)
                .then(65_536, 16, avutil.AV_PIX_FMT_YUV420P, 3)
                .write(folder.resolve("wide.mkv"));
        assertThatThrownBy(() -> frames(video, EVERY_FRAME, threads))
                .isInstanceOf(VideoException.class)
                .hasMessageContaining("65536x16 cannot be encoded as image/jpeg");
    }

    @Test
    void a_receiver_that_fails_ends_the_extraction_and_leaves_no_renderer_behind(@TempDir Path folder) {
        Path video = TinyVideo.mpeg4("matroska").write(folder.resolve("video.mkv"));
        VideoPlan plan = decoder.plan(video, EVERY_FRAME.extract());
        assertThatThrownBy(() -> decoder.extract(
                        video,
                        plan,
                        EVERY_FRAME,
                        frame -> {
                            throw new IllegalStateException("no more");
                        },
                        4))
                .hasMessage("no more");
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("renderer"));
    }
}
