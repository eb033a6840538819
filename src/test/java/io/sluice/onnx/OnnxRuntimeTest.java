package io.sluice.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxRuntimeTest {
    private final OnnxRuntime runtime = new OnnxRuntime(Device.CPU, 1);

    private static Path model(String name) {
        try {
            return Path.of(Objects.requireNonNull(OnnxRuntimeTest.class.getResource(name + ".onnx"), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Tensor output(Map<String, Tensor> out, String name) {
        return Objects.requireNonNull(out.get(name), name);
    }

    @Test
    void a_session_tells_its_signature_with_symbolic_dimensions() {
        try (ModelSession session = runtime.open(model("affine"))) {
            assertThat(session.inputs())
                    .containsExactly(new TensorSpec("x", ElementType.FLOAT32, List.of(-1L, 3L, 128L, 128L)));
            assertThat(session.outputs()).hasToString("[y float32 [?,3,128,128]]");
            assertThat(session.device()).isEqualTo(Device.CPU);
        }
    }

    @Test
    void each_element_type_goes_in_and_comes_out() {
        Tensor floats = Tensor.floats(2);
        floats.floats().put(0, 1.5f).put(1, -2);
        Tensor longs = Tensor.longs(2);
        longs.longs().put(0, Long.MAX_VALUE).put(1, -7);
        Tensor bytes = Tensor.bytes(2);
        bytes.bytes().put(0, (byte) 255).put(1, (byte) 3);
        try (ModelSession session = runtime.open(model("types"))) {
            Map<String, Tensor> out = session.run(Map.of("f", floats, "l", longs, "b", bytes), Map::copyOf);

            assertThat(output(out, "f_out").floats().get(1)).isEqualTo(-2);
            assertThat(output(out, "l_out").longs().get(0)).isEqualTo(Long.MAX_VALUE);
            assertThat(output(out, "b_out").bytes().get(0)).isEqualTo((byte) 255);
            assertThat(output(out, "b_out").shape()).containsExactly(2);
            assertThatThrownBy(() -> output(out, "b_out").floats())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("tensor uint8 [2] has no values of type FLOAT32");
        }
    }

    @Test
    void one_allocation_serves_tensors_of_several_sizes() {
        Tensor memory = Tensor.floats(2, 3, 128, 128);
        memory.floats().put(0, 20);
        try (ModelSession session = runtime.open(model("affine"))) {
            Tensor one = Tensor.over(memory, 1, 3, 128, 128);
            assertThat(session.<Integer>run(
                            Map.of("x", memory), out -> output(out, "y").size()))
                    .isEqualTo(2 * 3 * 128 * 128);
            assertThat(session.<Float>run(
                            Map.of("x", one), out -> output(out, "y").floats().get(0)))
                    .isEqualTo(41);
        }
    }

    @Test
    void ten_thousand_runs_leak_no_native_memory() throws IOException {
        Path status = Path.of("/proc/self/status");
        Assumptions.assumeTrue(Files.exists(status), "the resident size is read from /proc, which only Linux has");
        Tensor in = Tensor.floats(1, 3, 128, 128);
        try (ModelSession session = runtime.open(model("affine"))) {
            for (int i = 0; i < 500; i++) {
                runOnce(session, in);
            }
            long before = residentKilobytes(status);
            for (int i = 0; i < 10_000; i++) {
                runOnce(session, in);
            }
            // One output is 192 kB: 10,000 that stay would be 1.9 GB. The Java heap may grow within its own limits
            // meanwhile.
            assertThat(residentKilobytes(status) - before).isLessThan(200_000);
        }
    }

    private static void runOnce(ModelSession session, Tensor in) {
        assertThat(session.<Float>run(
                        Map.of("x", in), out -> output(out, "y").floats().get(0)))
                .isEqualTo(1);
    }

    /** Memory that no file backs, which is where tensors lie, less what the Java heap has taken. */
    private static long residentKilobytes(Path status) throws IOException {
        long anonymous = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
        return anonymous - Runtime.getRuntime().totalMemory() / 1024;
    }

    @Test
    void concurrent_callers_get_their_own_answers() throws Exception {
        try (ModelSession session = runtime.open(model("affine"))) {
            ExecutorService callers = Executors.newFixedThreadPool(8);
            try {
                List<Future<Boolean>> answers = new ArrayList<>();
                for (int caller = 0; caller < 8; caller++) {
                    float value = caller;
                    answers.add(callers.submit(() -> {
                        Tensor in = Tensor.floats(1, 3, 128, 128);
                        for (int i = 0; i < in.size(); i++) {
                            in.floats().put(i, value);
                        }
                        boolean own = true;
                        for (int run = 0; run < 50; run++) {
                            own &= session.<Boolean>run(Map.of("x", in), out -> {
                                var y = output(out, "y").floats();
                                return y.get(0) == 2 * value + 1 && y.get(y.capacity() - 1) == 2 * value + 1;
                            });
                        }
                        return own;
                    }));
                }
                for (Future<Boolean> answer : answers) {
                    assertThat(answer.get(60, TimeUnit.SECONDS)).isTrue();
                }
            } finally {
                callers.shutdownNow();
            }
        }
    }

    @Test
    void closing_twice_is_harmless_and_a_closed_session_says_so() {
        ModelSession session = runtime.open(model("affine"));
        session.close();
        session.close();

        assertThatThrownBy(() -> runOnce(session, Tensor.floats(1, 3, 128, 128)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("affine.onnx")
                .hasMessageContaining("closed");
    }

    @Test
    void a_wrong_input_is_named_with_what_was_expected_and_given() {
        try (ModelSession session = runtime.open(model("affine"))) {
            assertThatThrownBy(() -> session.run(Map.of("x", Tensor.floats(1, 3, 64, 128)), out -> out))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining(
                            "input 'x' was given float32 [1,3,64,128]; expected: x float32 [?,3,128,128]");
            assertThatThrownBy(() -> session.run(Map.of("z", Tensor.floats(1)), out -> out))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("input 'x' is missing; given: [z]");
        }
    }

    @Test
    void a_network_that_cannot_compute_names_its_file_and_device() {
        try (ModelSession session = runtime.open(model("reshape"))) {
            assertThatThrownBy(() -> session.run(Map.of("x", Tensor.floats(4)), out -> out))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("reshape.onnx' cannot compute on cpu");
        }
    }

    @Test
    void a_file_that_is_no_model_is_named(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("page.onnx"), "<html>404</html>");

        assertThatThrownBy(() -> runtime.open(file))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(file + "' cannot be loaded");
        assertThatThrownBy(() -> runtime.open(folder.resolve("none.onnx")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("none.onnx': there is no such file");
    }

    @Test
    void a_required_gpu_that_is_missing_is_an_error_that_says_what_is_missing() {
        for (Device device : List.of(Device.CUDA, Device.TENSORRT)) {
            assertThatThrownBy(() -> on(device, new Gpu(false, false)).open(model("affine")))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("device " + device.word() + " is required")
                    .hasMessageContaining("mvn -Pgpu");
            assertThatThrownBy(() -> on(device, new Gpu(true, false)).open(model("affine")))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("device " + device.word() + " is required")
                    .hasMessageContaining("cuDNN 9")
                    .hasMessageContaining("libcublasLt.so.12 is not there");
            assertThatThrownBy(() -> on(device, new Gpu(true, false)).requireDevice())
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("libcublasLt.so.12 is not there");
            on(device, new Gpu(true, true)).requireDevice();
        }
        on(Device.CPU, new Gpu(true, false)).requireDevice();
        on(Device.AUTO, new Gpu(true, false)).requireDevice();
    }

    @Test
    void a_gpu_that_is_there_is_used_and_gets_its_limits() {
        Gpu cuda = new Gpu(true, true);
        try (ModelSession session = on(Device.AUTO, cuda).open(model("affine"))) {
            assertThat(session.device()).isEqualTo(Device.CUDA);
            assertThat(session.batch()).isEqualTo(Placement.GPU_BATCH);
        }
        Placement placement = new Placement(
                Device.TENSORRT,
                1,
                1,
                OptionalInt.of(3),
                OptionalLong.of(1 << 30),
                true,
                Optional.of(Path.of("engines")));
        Gpu tensorrt = new Gpu(true, true);
        try (ModelSession session = new OnnxRuntime(placement, cuda, tensorrt).open(model("affine"))) {
            assertThat(session.device()).isEqualTo(Device.TENSORRT);
            assertThat(session.batch()).isEqualTo(3);
        }
        assertThat(cuda.asked).containsExactly(Placement.of(Device.AUTO, 1));
        assertThat(tensorrt.asked).containsExactly(placement);
    }

    /** The native GPU providers of this build: whichever it is, what is required and not there is an error and no crash. */
    @ParameterizedTest
    @EnumSource(names = {"CUDA", "TENSORRT"})
    void this_build_refuses_a_gpu_that_this_machine_has_not(Device device) {
        Assumptions.assumeFalse(Files.exists(Path.of("/dev/nvidia0")), "this machine has a GPU");

        assertThatThrownBy(() -> new OnnxRuntime(device, 1).requireDevice())
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("device " + device.word() + " is required");
        OnnxRuntime auto = new OnnxRuntime(Device.AUTO, 1);
        try (ModelSession session = auto.open(model("affine"))) {
            assertThat(session.device()).isEqualTo(Device.CPU);
        }
    }

    @Test
    void float16_and_int32_are_converted_at_the_border() {
        Tensor floats = Tensor.floats(3);
        floats.floats().put(0, 1).put(1, -6).put(2, 300);
        Tensor longs = Tensor.longs(3);
        longs.longs().put(0, Integer.MAX_VALUE).put(1, -7);
        try (ModelSession session = runtime.open(model("half"))) {
            assertThat(session.inputs()).hasToString("[x float32 [?], i int64 [?]]");
            Map<String, Tensor> out = session.run(Map.of("x", floats, "i", longs), Map::copyOf);

            // A third in 11 binary digits.
            assertThat(output(out, "y").floats().get(0)).isEqualTo(0.33325195f);
            assertThat(output(out, "y").floats().get(1)).isEqualTo(-2);
            assertThat(output(out, "y").floats().get(2)).isEqualTo(100);
            assertThat(output(out, "i_out").longs().get(0)).isEqualTo(Integer.MAX_VALUE);
            assertThat(output(out, "i_out").longs().get(1)).isEqualTo(-7);
            longs.longs().put(0, 1L << 31);
            assertThatThrownBy(() -> session.run(Map.of("x", floats, "i", longs), out2 -> out2))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("input 'i' was given 2147483648; allowed: what int32 holds");
        }
    }

    @Test
    void memory_that_a_large_input_took_is_given_back_when_small_ones_follow() throws IOException {
        Path status = Path.of("/proc/self/status");
        Assumptions.assumeTrue(Files.exists(status), "the resident size is read from /proc, which only Linux has");
        try (ModelSession session = runtime.open(model("affine"))) {
            // 200 MB, and the arena has as much for the answer, and takes more than it needs.
            Tensor large = Tensor.floats(1000, 3, 128, 128);
            // What the first run takes is never given back.
            runOnce(session, Tensor.over(large, 1, 3, 128, 128));
            assertThat(session.<Integer>run(Map.of("x", large), Map::size)).isEqualTo(1);
            long before = residentKilobytes(status);
            runOnce(session, Tensor.over(large, 1, 3, 128, 128));

            assertThat(before - residentKilobytes(status)).isGreaterThan(150_000);
        }
    }

    @Test
    void auto_falls_back_to_the_cpu_and_says_so_once() {
        List<String> said = new ArrayList<>();
        Handler listener = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                said.add(entry.getLevel() + " " + entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(OnnxRuntime.class.getName());
        logger.addHandler(listener);
        try {
            OnnxRuntime auto = on(Device.AUTO, new Gpu(true, false));
            for (int i = 0; i < 2; i++) {
                try (ModelSession session = auto.open(model("affine"))) {
                    assertThat(session.device()).isEqualTo(Device.CPU);
                }
            }
            assertThat(auto.warnings())
                    .singleElement()
                    .asString()
                    .contains("models run on the CPU", "libcublasLt.so.12 is not there");
        } finally {
            logger.removeHandler(listener);
        }
        assertThat(said).singleElement().asString().startsWith("WARN").contains("models run on the CPU");
    }

    private static OnnxRuntime on(Device device, Gpu gpu) {
        return new OnnxRuntime(Placement.of(device, 1), gpu, gpu);
    }

    /** A GPU that is built in or not, and works or not; where it does, the CPU computes in its place. */
    private static final class Gpu implements GpuProvider {
        private final boolean builtIn;
        private final boolean works;
        private final List<Placement> asked = new ArrayList<>();

        private Gpu(boolean builtIn, boolean works) {
            this.builtIn = builtIn;
            this.works = works;
        }

        @Override
        public boolean isBuiltIn() {
            return builtIn;
        }

        @Override
        public void addTo(SessionOptions options, Placement placement) throws OrtException {
            asked.add(placement);
            if (!works) {
                throw new OrtException("libcublasLt.so.12 is not there");
            }
        }
    }
}
