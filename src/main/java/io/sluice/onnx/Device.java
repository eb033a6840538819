package io.sluice.onnx;

import java.util.Locale;

/** Where a model is to run. */
public enum Device {
    /** CUDA where this build has it and it can be loaded, else the CPU. */
    AUTO,
    CPU,
    /** CUDA or nothing: a missing GPU is an error. */
    CUDA,
    /** TensorRT, with CUDA for what it cannot do, or nothing. Engines are built when a model is opened, which takes minutes. */
    TENSORRT;

    /** As configuration and reports write it: {@code auto}, {@code cpu}, {@code cuda}, {@code tensorrt}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isGpu() {
        return this == CUDA || this == TENSORRT;
    }
}
