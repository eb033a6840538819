package io.sluice.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalWeightsTest {
    @TempDir
    Path root;

    private static byte[] field(int number, byte[]... parts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            body.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        varint(out, number << 3 | 2);
        varint(out, body.size());
        out.writeBytes(body.toByteArray());
        return out.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest > 0x7f) {
            out.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private static byte[] text(int number, String text) {
        return field(number, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A TensorProto whose weights are elsewhere. */
    private static byte[] tensor(int number, String location) {
        return field(
                number, field(13, text(1, "offset"), text(2, "0")), field(13, text(1, "location"), text(2, location)));
    }

    private Path model(byte[]... fields) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] field : fields) {
            out.writeBytes(field);
        }
        Path folder = Files.createDirectories(root.resolve("model"));
        return Files.write(folder.resolve("m.onnx"), out.toByteArray());
    }

    @Test
    void a_network_that_keeps_its_weights_in_itself_names_nothing() throws Exception {
        Path affine = Path.of(OnnxRuntimeTest.class.getResource("affine.onnx").toURI());
        assertThat(ExternalWeights.of(affine)).isEmpty();
    }

    @Test
    void weights_are_found_wherever_a_tensor_can_be() throws IOException {
        Path file = model(
                field(7, new byte[0], field(8, new byte[40_000]), tensor(5, "w0")),
                field(7, field(1, field(5, tensor(5, "w1")))),
                field(7, field(1, field(5, field(6, tensor(5, "w2"))))),
                field(7, field(1, field(5, tensor(10, "w3")))),
                field(7, field(15, tensor(1, "w4"))),
                field(25, field(7, field(5, tensor(5, "w5")))),
                field(20, field(1, tensor(5, "sub/w6"))));
        Path folder = root.resolve("model");
        Files.createDirectories(folder.resolve("sub"));
        for (String name : new String[] {"w0", "w1", "w2", "w3", "w4", "w5", "sub/w6"}) {
            Files.writeString(folder.resolve(name), "");
        }
        assertThat(ExternalWeights.of(file))
                .extracting(weights -> folder.relativize(weights).toString())
                .containsExactlyInAnyOrder("w0", "w1", "w2", "w3", "w4", "w5", "sub/w6");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "/etc/passwd", "link", "sub/../../secret", "", ".", "linked/secret"})
    void weights_outside_the_models_folder_are_refused_before_anything_opens_them(String location) throws IOException {
        Path file = model(field(7, tensor(5, location)));
        Path secret = Files.writeString(root.resolve("secret"), "s");
        Files.createSymbolicLink(file.resolveSibling("link"), secret);
        Files.createSymbolicLink(file.resolveSibling("linked"), root);
        assertThatThrownBy(() -> new OnnxRuntime(Device.CPU, 1).open(file))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("names weights in '" + location + "'; allowed: a file in the model's folder");
    }

    @Test
    void weights_that_are_not_there_are_named_and_so_is_a_file_that_is_no_network() throws IOException {
        Path file = model(field(7, tensor(5, "*/_ORT_MEM_ADDR_/*")));
        assertThatThrownBy(() -> ExternalWeights.of(file))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("which is not there");
        for (byte[] broken : new byte[][] {{0x3a, 0x7f}, {0x3b}, {0x00}, {0x3a}, {(byte) 0xff, (byte) 0xff}}) {
            Path bad = model(broken);
            assertThatThrownBy(() -> ExternalWeights.of(bad))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("it is no ONNX file");
        }
    }
}
