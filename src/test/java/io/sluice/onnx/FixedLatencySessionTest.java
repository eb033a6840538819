package io.sluice.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FixedLatencySessionTest {
    private static final Duration LATENCY = Duration.ofMillis(200);

    private static Path affine() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(OnnxRuntimeTest.class.getResource("affine.onnx"))
                .toURI());
    }

    private static Tensor picture() {
        Tensor picture = Tensor.floats(1, 3, 128, 128);
        picture.floats().put(0, 0.5f);
        return picture;
    }

    private static float first(Map<String, Tensor> out) {
        return Objects.requireNonNull(out.get("y")).floats().get(0);
    }

    @Test
    void a_run_takes_the_time_and_gives_what_it_gives_without() throws URISyntaxException {
        OnnxRuntime quick = new OnnxRuntime(Device.CPU, 1);
        OnnxRuntime slow = new OnnxRuntime(Placement.of(Device.CPU, 1), LATENCY);
        try (ModelSession expected = quick.open(affine());
                ModelSession session = slow.open(affine())) {
            long begin = System.nanoTime();
            float answer = session.<Float>run(Map.of("x", picture()), FixedLatencySessionTest::first);

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(LATENCY);
            assertThat(answer).isEqualTo(expected.<Float>run(Map.of("x", picture()), FixedLatencySessionTest::first));
            assertThat(session.inputs()).isEqualTo(expected.inputs());
            assertThat(session.outputs()).isEqualTo(expected.outputs());
        }
    }

    @Test
    void a_run_that_is_interrupted_ends_and_says_so() throws URISyntaxException {
        OnnxRuntime slow = new OnnxRuntime(Placement.of(Device.CPU, 1), Duration.ofHours(1));
        try (ModelSession session = slow.open(affine())) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> session.run(Map.of("x", picture()), FixedLatencySessionTest::first))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("affine.onnx")
                    .hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void a_time_below_zero_is_refused() {
        assertThatThrownBy(() -> new OnnxRuntime(Placement.of(Device.CPU, 1), Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-0.001S");
    }
}
