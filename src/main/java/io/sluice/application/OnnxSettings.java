package io.sluice.application;

import io.quarkus.runtime.configuration.MemorySize;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.OnnxRuntime;
import io.sluice.onnx.Placement;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What the settings say of the place where models run. */
final class OnnxSettings {
    private OnnxSettings() {}

    /** @throws SettingsException if a setting is wrong, or if it requires a device that cannot be had */
    static OnnxRuntime runtime(Settings.Onnx settings) {
        if (settings.latency().isNegative()) {
            throw new SettingsException(
                    "sluice.onnx.latency: '" + settings.latency() + "' is not allowed; allowed: 0s or more");
        }
        OnnxRuntime runtime = new OnnxRuntime(placement(settings), settings.latency());
        try {
            runtime.requireDevice();
        } catch (ModelException e) {
            throw new SettingsException("sluice.onnx.device: " + e.getMessage() + "; allowed here: auto, cpu");
        }
        return runtime;
    }

    static Placement placement(Settings.Onnx settings) {
        Optional<Long> memory = settings.gpuMemory().map(MemorySize::asLongValue);
        settings.threads().ifPresent(threads -> atLeastOne("threads", threads));
        atLeastOne("replicas", settings.replicas());
        settings.batch().ifPresent(batch -> atLeastOne("batch", batch));
        memory.ifPresent(bytes -> atLeastOne("gpu-memory", bytes));
        return new Placement(
                settings.device(),
                settings.threads().orElse(Runtime.getRuntime().availableProcessors()),
                settings.replicas(),
                settings.batch().map(OptionalInt::of).orElse(OptionalInt.empty()),
                memory.map(OptionalLong::of).orElse(OptionalLong.empty()),
                settings.halfPrecision(),
                settings.engineCache().map(folder -> folder.toAbsolutePath().normalize()));
    }

    private static void atLeastOne(String key, long value) {
        if (value < 1) {
            throw new SettingsException("sluice.onnx." + key + ": '" + value + "' is not allowed; allowed: 1 or more");
        }
    }
}
