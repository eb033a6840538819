package io.sluice.video;

import static io.sluice.video.Videos.KEYFRAMES;
import static io.sluice.video.Videos.good;
import static io.sluice.video.Videos.rate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a child that fails costs: its video, and nothing else. */
class DecoderFailureTest {
    private static final DecoderLimits TIGHT = new DecoderLimits(
            64,
            700,
            3,
            DecoderLimits.DEFAULT.maxPixels(),
            DecoderLimits.DEFAULT.maxFileBytes(),
            DecoderLimits.DEFAULT.maxDurationMicros(),
            DecoderLimits.DEFAULT.maxFramesPerVideo(),
            8,
            60,
            60_000_000);

    private final Path video = good("mdn_flower_960x540_5s.mp4");
    private final Path next = good("decord_rot90_568x320_3frames.mov");

    @Test
    void a_native_crash_costs_the_video_and_the_next_one_decodes() {
        assertCosts("abort:20", "SIGSEGV");
    }

    @Test
    void a_hang_costs_the_video_and_the_next_one_decodes() {
        assertCosts("hang:20", "was killed: no progress for 3 s, while extracting segment 0 of 'mdn_flower");
    }

    @Test
    void memory_without_end_costs_the_video_and_the_next_one_decodes() {
        assertCosts("allocate:20", "700 MB are allowed, while extracting segment 0 of 'mdn_flower");
    }

    private void assertCosts(String failPoint, String message) {
        List<String> arguments = List.of("-D" + FailPoint.PROPERTY + "=" + failPoint);
        try (Decoders decoders = new Decoders(1, TIGHT, Planner.SEGMENT_MICROS, arguments)) {
            assertThatThrownBy(() -> Videos.extract(decoders, video, rate(120)))
                    .isInstanceOf(DecoderDiedException.class)
                    .hasMessageContaining(message);
            assertThat(Videos.extract(decoders, next, rate(120)).frames()).hasSize(3);
        }
    }

    @Test
    void a_bad_video_leaves_the_child_warm() {
        try (Decoders decoders = new Decoders(1, TIGHT)) {
            decoders.plan(next, KEYFRAMES);
            List<Long> before = decoders.children();
            assertThatThrownBy(() -> decoders.plan(next.resolveSibling("no.mp4"), KEYFRAMES))
                    .isInstanceOf(VideoException.class)
                    .hasMessage("the file is not there");
            assertThatThrownBy(() -> decoders.plan(
                            next.resolve("../../hostile/small_mp4_no-tracks_262bytes.mp4")
                                    .normalize(),
                            KEYFRAMES))
                    .isInstanceOf(VideoException.class)
                    .hasMessage("no video stream");
            decoders.plan(next, KEYFRAMES);
            assertThat(decoders.children()).isEqualTo(before).hasSize(1);
        }
    }

    @Test
    void an_exception_of_the_sink_is_passed_on_and_the_next_call_works() {
        try (Decoders decoders = new Decoders(1, TIGHT)) {
            VideoPlan plan = decoders.plan(video, rate(120));
            VideoException mine = new VideoException("of the sink");
            assertThatThrownBy(() -> decoders.extract(
                            video, plan, plan.segments().get(0), rate(120), Recipe.Encoding.JPEG, 90, frame -> {
                                throw mine;
                            }))
                    .isSameAs(mine);
            assertThat(Videos.extract(decoders, next, rate(120)).frames()).hasSize(3);
        }
    }

    @Test
    void a_child_that_was_killed_while_idle_is_replaced() {
        try (Decoders decoders = new Decoders(1, TIGHT)) {
            decoders.plan(next, KEYFRAMES);
            ProcessHandle child = ProcessHandle.of(decoders.children().get(0)).orElseThrow();
            child.destroyForcibly();
            Awaitility.await().until(() -> !child.isAlive());
            assertThat(decoders.plan(next, KEYFRAMES).codec()).isEqualTo("h264");
        }
    }

    @Test
    void a_child_ends_when_its_parent_does() throws Exception {
        Process child = child(Hardware.NONE);
        Wire.Message ready = Wire.receive(child.getInputStream(), 100);
        assertThat(ready).isNotNull();
        assertThat(ready.kind()).isEqualTo(Wire.Kind.READY);
        assertEndsWithItsParent(child);
    }

    @Test
    void a_child_says_once_that_there_is_no_graphics_card() throws Exception {
        Process child = child(Hardware.CUDA);
        Wire.Message first = Wire.receive(child.getInputStream(), 1000);
        assertThat(first).isNotNull();
        if (first.kind() == Wire.Kind.NOTE) {
            assertThat(Wire.readText(first.fields()))
                    .startsWith("no CUDA device can be opened")
                    .endsWith("videos are decoded in software");
            first = Wire.receive(child.getInputStream(), 1000);
            assertThat(first).isNotNull();
        }
        assertThat(first.kind()).isEqualTo(Wire.Kind.READY);
        assertEndsWithItsParent(child);
    }

    private static Process child(Hardware hardware) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                DecoderClassPath.find(),
                DecoderMain.class.getName(),
                hardware.name());
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void assertEndsWithItsParent(Process child) throws Exception {
        child.getOutputStream().close();
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isZero();
    }

    @Test
    void closing_ends_a_call_under_way() throws Exception {
        List<String> hang = List.of("-D" + FailPoint.PROPERTY + "=hang:1");
        Decoders decoders = new Decoders(1, DecoderLimits.DEFAULT, Planner.SEGMENT_MICROS, hang);
        CompletableFuture<VideoPlan> call = CompletableFuture.supplyAsync(() -> decoders.plan(video, KEYFRAMES));
        Awaitility.await().until(() -> decoders.children().size() == 1);
        decoders.close();
        assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(DecoderDiedException.class);
    }
}
