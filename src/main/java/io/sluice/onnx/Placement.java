package io.sluice.onnx;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Where sessions run, and what they may take. The same for all sessions of a process.
 *
 * @param threads that one operator of a network uses, from 1
 * @param replicas sessions over each network, from 1; so many calls run at the same time, each with all threads
 * @param batch inputs that a network is given at once where it leaves that open, from 1; empty for one on the CPU, where more
 *     gain nothing, and {@link #GPU_BATCH} on a GPU
 * @param gpuMemoryBytes of a session's arena on a GPU; empty for all there is
 * @param halfPrecision whether TensorRT may compute in 16 bits
 * @param engineCache folder in which TensorRT keeps its engines; empty for none
 */
public record Placement(
        Device device,
        int threads,
        int replicas,
        OptionalInt batch,
        OptionalLong gpuMemoryBytes,
        boolean halfPrecision,
        Optional<Path> engineCache) {
    /** A guess: enough to hide the launch of kernels behind their work, and small beside a GPU's memory. */
    static final int GPU_BATCH = 8;

    /** @throws IllegalArgumentException if a number is below 1 */
    public Placement {
        atLeastOne("threads", threads);
        atLeastOne("replicas", replicas);
        atLeastOne("batch", batch.orElse(1));
        atLeastOne("gpuMemoryBytes", gpuMemoryBytes.orElse(1));
    }

    /** Threads as given, and nothing else limited or asked for. */
    public static Placement of(Device device, int threads) {
        return new Placement(device, threads, 1, OptionalInt.empty(), OptionalLong.empty(), false, Optional.empty());
    }

    /** Inputs at once on a device that is known. */
    int batchOn(Device known) {
        return batch.orElse(known.isGpu() ? GPU_BATCH : 1);
    }

    private static void atLeastOne(String what, long number) {
        if (number < 1) {
            throw new IllegalArgumentException("ONNX Runtime with " + number + " " + what + ": at least 1 is required");
        }
    }
}
