package io.sluice.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.onnx.Device;
import io.sluice.onnx.Placement;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class OnnxSettingsTest {

    private static Settings.Onnx settings(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(Settings.class)
                .withDefaultValues(values)
                .build()
                .getConfigMapping(Settings.class)
                .onnx();
    }

    @Test
    void without_settings_models_run_where_they_can_with_a_thread_a_core() {
        assertThat(OnnxSettings.placement(settings(Map.of())))
                .isEqualTo(Placement.of(Device.AUTO, Runtime.getRuntime().availableProcessors()));
    }

    @Test
    void every_limit_has_its_key() {
        assertThat(OnnxSettings.placement(settings(Map.of(
                        "sluice.onnx.device", "tensorrt",
                        "sluice.onnx.threads", "3",
                        "sluice.onnx.replicas", "2",
                        "sluice.onnx.batch", "16",
                        "sluice.onnx.gpu-memory", "4G",
                        "sluice.onnx.half-precision", "true",
                        "sluice.onnx.engine-cache", "/var/engines"))))
                .isEqualTo(new Placement(
                        Device.TENSORRT,
                        3,
                        2,
                        OptionalInt.of(16),
                        OptionalLong.of(4L << 30),
                        true,
                        Optional.of(Path.of("/var/engines"))));
    }

    @Test
    void what_is_not_allowed_is_named() {
        assertThatThrownBy(() -> OnnxSettings.placement(settings(Map.of("sluice.onnx.replicas", "0"))))
                .isInstanceOf(SettingsException.class)
                .hasMessage("sluice.onnx.replicas: '0' is not allowed; allowed: 1 or more");
    }

    @Test
    void a_required_device_that_is_not_there_ends_the_start() {
        Assumptions.assumeFalse(Files.exists(Path.of("/dev/nvidia0")), "this machine has a GPU");

        assertThatThrownBy(() -> OnnxSettings.runtime(settings(Map.of("sluice.onnx.device", "cuda"))))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("sluice.onnx.device: device cuda is required")
                .hasMessageEndingWith("allowed here: auto, cpu");
    }
}
