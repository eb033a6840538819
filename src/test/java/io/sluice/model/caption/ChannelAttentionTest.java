package io.sluice.model.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.model.ModelFiles;
import io.sluice.onnx.Device;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.OnnxRuntime;
import io.sluice.onnx.ScalarCorrection;
import io.sluice.onnx.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Numbers frozen for pictures of 224 pixels; the factors stand in make_models.py beside the network. */
class ChannelAttentionTest {
    private static final Path FROZEN = ModelFiles.resource("/io/sluice/onnx/frozen.onnx");
    private static final double UNTOUCHED = (8 / 192.0) * (1 / 56.0);

    private static double factor(List<ScalarCorrection> corrections) {
        Tensor x = Tensor.floats(2, 2);
        x.floats().put(0, 1e6f);
        try (ModelSession session = new OnnxRuntime(Device.CPU, 1).open(FROZEN, corrections)) {
            return session.run(
                    Map.of("x", x),
                    out -> Objects.requireNonNull(out.get("y")).floats().get(0) / 1e6);
        }
    }

    @Test
    void numbers_frozen_for_small_pictures_are_made_right_and_others_are_left_alone() {
        double frozen = (1 / 56.0) * (2 / 56.0) * (4 / 56.0) * UNTOUCHED;
        double right = (1 / 192.0) * (2 / 192.0) * (4 / 192.0) * UNTOUCHED;

        assertThat(factor(List.of())).isCloseTo(frozen, within(frozen * 1e-3));
        assertThat(factor(Florence2Captioner.channelAttention(768))).isCloseTo(right, within(right * 1e-3));
    }

    @Test
    void for_pictures_of_the_size_that_was_traced_nothing_changes() {
        assertThat(factor(Florence2Captioner.channelAttention(224))).isEqualTo(factor(List.of()));
    }

    @Test
    void the_file_stays_as_it_is() throws IOException {
        byte[] before = Files.readAllBytes(FROZEN);
        factor(Florence2Captioner.channelAttention(768));
        assertThat(Files.readAllBytes(FROZEN)).isEqualTo(before);
    }
}
