package io.sluice.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ModelFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ReplicatedSessionTest {
    private static final Path AFFINE = ModelFiles.resource("/io/sluice/onnx/affine.onnx");

    @Test
    void calls_run_at_the_same_time_each_in_a_replica_of_its_own() throws Exception {
        CyclicBarrier together = new CyclicBarrier(3);
        List<ModelSession> replicas = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            replicas.add(new Meeting(together));
        }
        ExecutorService callers = Executors.newFixedThreadPool(3);
        try (ModelSession session = new ReplicatedSession(replicas)) {
            List<Future<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                calls.add(callers.submit(() -> session.<Integer>run(Map.of(), out -> 1)));
            }
            for (Future<Integer> call : calls) {
                assertThat(call.get(60, TimeUnit.SECONDS)).isEqualTo(1);
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(replicas).allSatisfy(replica -> {
            assertThat(((Meeting) replica).calls).isEqualTo(2);
            assertThat(((Meeting) replica).closed).isTrue();
        });
    }

    @Test
    void a_replica_that_failed_is_used_again() {
        try (ModelSession session = new OnnxRuntime(new Placement(
                        Device.CPU, 1, 2, OptionalInt.empty(), OptionalLong.empty(), false, Optional.empty()))
                .open(AFFINE)) {
            Tensor in = Tensor.floats(1, 3, 128, 128);
            for (int i = 0; i < 3; i++) {
                assertThat(catchThrown(() -> session.run(Map.of("x", Tensor.floats(1)), out -> out)))
                        .isInstanceOf(ModelException.class);
            }
            assertThat(session).isInstanceOf(ReplicatedSession.class);
            assertThat(session.<Integer>run(Map.of("x", in), Map::size)).isEqualTo(1);
        }
    }

    private static Throwable catchThrown(Runnable call) {
        return org.assertj.core.api.Assertions.catchThrowable(call::run);
    }

    /** Answers when three calls have met. */
    private static final class Meeting implements ModelSession {
        private final CyclicBarrier together;
        private int calls;
        private boolean closed;

        private Meeting(CyclicBarrier together) {
            this.together = together;
        }

        @Override
        public <R> R run(Map<String, Tensor> in, Function<Map<String, Tensor>, R> read) {
            calls++;
            try {
                together.await(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new AssertionError("the calls did not meet", e);
            }
            return read.apply(in);
        }

        @Override
        public List<TensorSpec> inputs() {
            return List.of();
        }

        @Override
        public List<TensorSpec> outputs() {
            return List.of();
        }

        @Override
        public Device device() {
            return Device.CPU;
        }

        @Override
        public int batch() {
            return 1;
        }

        @Override
        public Path file() {
            return AFFINE;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
