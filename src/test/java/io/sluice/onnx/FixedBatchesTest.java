package io.sluice.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.InfrastructureException;
import io.sluice.model.ModelFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class FixedBatchesTest {
    private static final TensorSpec OPEN = new TensorSpec("x", ElementType.FLOAT32, List.of(-1L, 2L));
    private static final TensorSpec ONE = new TensorSpec("x", ElementType.FLOAT32, List.of(1L, 2L));

    /** Of each row: ten times its first number and its second. */
    private static List<Float> ask(FixedBatches batches, Float... inputs) {
        return batches.run(
                List.of(inputs),
                (input, memory) -> memory.floats().put(0, input).put(1, 5),
                (input, out) -> Objects.requireNonNull(out.get("y")).floats().get(0));
    }

    @Test
    void an_open_batch_is_filled_up_so_that_all_have_one_shape() {
        Fake session = new Fake(OPEN, 4, 99);

        assertThat(ask(new FixedBatches(session, "x", 2), 1f, 2f, 3f, 4f, 5f, 6f))
                .containsExactly(15f, 25f, 35f, 45f, 55f, 65f);
        // The last input fills up, so that nothing of the batch before is computed again.
        assertThat(session.seen).containsExactly(List.of(1f, 2f, 3f, 4f), List.of(5f, 6f, 6f, 6f));
    }

    @Test
    void a_fixed_batch_of_one_is_looped_over() {
        Fake session = new Fake(ONE, 4, 99);

        assertThat(ask(new FixedBatches(session, "x", 2), 1f, 2f, 3f)).containsExactly(15f, 25f, 35f);
        assertThat(session.seen).containsExactly(List.of(1f), List.of(2f), List.of(3f));
    }

    @Test
    void a_batch_without_memory_is_halved_and_stays_so() {
        Fake session = new Fake(OPEN, 8, 3);
        FixedBatches batches = new FixedBatches(session, "x", 2);

        assertThat(ask(batches, 1f, 2f, 3f, 4f, 5f)).containsExactly(15f, 25f, 35f, 45f, 55f);
        assertThat(session.refused).isEqualTo(2);
        assertThat(batches.size()).isEqualTo(2);
        assertThat(ask(batches, 7f)).containsExactly(75f);
        assertThat(session.refused).isEqualTo(2);
        assertThat(session.seen.get(3)).containsExactly(7f, 7f);
    }

    @Test
    void one_without_memory_is_the_device_s_fault() {
        FixedBatches batches = new FixedBatches(new Fake(OPEN, 2, 0), "x", 2);

        assertThatThrownBy(() -> ask(batches, 1f))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContaining("Failed to allocate memory");
    }

    @Test
    void a_session_without_memory_says_so_and_goes_on_with_less() {
        Path hungry = ModelFiles.resource("/io/sluice/onnx/hungry.onnx");
        Placement placement =
                new Placement(Device.CPU, 1, 1, OptionalInt.of(8), OptionalLong.empty(), false, Optional.empty());
        try (ModelSession session = new OnnxRuntime(placement).open(hungry)) {
            assertThatThrownBy(() -> session.run(Map.of("x", Tensor.floats(3, 4)), out -> out))
                    .isInstanceOf(MemoryShortage.OnCpu.class)
                    .hasMessageContaining("hungry.onnx' cannot compute on cpu");
            FixedBatches batches = new FixedBatches(session, "x", 4);
            assertThat(batches.run(
                            List.of(1f, 2f, 3f),
                            (input, memory) -> memory.floats().put(0, input).put(3, 1),
                            (input, out) -> Objects.requireNonNull(out.get("y"))
                                    .floats()
                                    .get(0)))
                    .containsExactly(2f, 3f, 4f);
            assertThat(batches.size()).isEqualTo(2);
        }
    }

    @Test
    void other_faults_are_no_shortage_of_memory() {
        assertThat(MemoryShortage.isSaidBy("CUDA failure 2: out of memory ; GPU=0 ; hostname=box"))
                .isTrue();
        assertThat(MemoryShortage.isSaidBy(
                        "bfc_arena.cc:376 Available memory of 1048576 is smaller than requested bytes of 9"))
                .isTrue();
        assertThat(MemoryShortage.isSaidBy("CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0"))
                .isTrue();
        assertThat(MemoryShortage.isSaidBy("CUDA failure 700: an illegal memory access was encountered"))
                .isFalse();
        assertThat(MemoryShortage.isSaidBy("The input tensor cannot be reshaped to the requested shape"))
                .isFalse();
    }

    /** y = ten times the first number of a row and its second; has no memory for more than a number of rows. */
    private static final class Fake implements ModelSession {
        private final TensorSpec input;
        private final int batch;
        private final int most;
        private final List<List<Float>> seen = new ArrayList<>();
        private int refused;

        private Fake(TensorSpec input, int batch, int most) {
            this.input = input;
            this.batch = batch;
            this.most = most;
        }

        @Override
        public <R> R run(Map<String, Tensor> in, Function<Map<String, Tensor>, R> read) {
            Tensor x = Objects.requireNonNull(in.get("x"));
            int rows = (int) x.shape()[0];
            if (rows > most) {
                refused++;
                throw new MemoryShortage.OnGpu(
                        "Failed to allocate memory for requested buffer of size 1", new IllegalStateException());
            }
            List<Float> first = new ArrayList<>();
            Tensor y = Tensor.floats(rows, 1);
            for (int row = 0; row < rows; row++) {
                first.add(x.floats().get(2 * row));
                y.floats().put(row, 10 * x.floats().get(2 * row) + x.floats().get(2 * row + 1));
            }
            seen.add(first);
            return read.apply(Map.of("y", y));
        }

        @Override
        public List<TensorSpec> inputs() {
            return List.of(input);
        }

        @Override
        public List<TensorSpec> outputs() {
            return List.of();
        }

        @Override
        public Device device() {
            return Device.CUDA;
        }

        @Override
        public int batch() {
            return batch;
        }

        @Override
        public Path file() {
            return Path.of("fake.onnx");
        }

        @Override
        public void close() {}
    }
}
