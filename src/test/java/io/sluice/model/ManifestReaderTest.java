package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.image.LetterboxPixels;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestReaderTest {
    private static final String GOOD = """
            id: rex
            role: detect
            kind: yolox
            file: rex.onnx
            licence: MIT
            input:
              width: 416
              height: 320
              colour: rgb
              scale: 0.5
              resize: letterbox-centre
              pad: 7
            labels: [dog, cat]
            """;

    @TempDir
    Path folder;

    private ModelManifest read(String yaml) throws IOException {
        return new ManifestReader(Kinds.ALL).read(Files.writeString(folder.resolve("rex.yaml"), yaml));
    }

    @Test
    void a_manifest_written_by_hand_needs_no_digest_and_takes_the_kinds_own_output() throws IOException {
        ModelManifest manifest = read(GOOD);

        assertThat(manifest.files())
                .containsExactly(new ModelFile(
                        "model",
                        folder.toAbsolutePath().normalize().resolve("rex.onnx"),
                        Optional.empty(),
                        OptionalLong.empty(),
                        Optional.empty()));
        assertThat(manifest.settings())
                .hasFieldOrPropertyWithValue(
                        "input",
                        new PictureFormat(
                                Resize.LETTERBOX_CENTRE,
                                416,
                                320,
                                Optional.empty(),
                                new LetterboxPixels(true, 0.5, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0), 7)))
                .hasFieldOrPropertyWithValue("strides", List.of(8, 16, 32))
                .hasFieldOrPropertyWithValue("overlap", 0.45);
        assertThat(manifest.labels()).containsExactly("dog", "cat");
        assertThat(manifest.onlyNamed()).isFalse();
    }

    @Test
    void labels_may_stand_in_a_text_file() throws IOException {
        Files.writeString(folder.resolve("words.txt"), "dog\n hot dog \n\n");
        assertThat(read(GOOD.replace("[dog, cat]", "words.txt")).labels()).containsExactly("dog", "hot dog");
        assertThatThrownBy(() -> read(GOOD.replace("[dog, cat]", "none.txt")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("none.txt' cannot be read");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pad: 7         | padding: 7     | unknown key 'input.padding'; allowed here: colour, height, mean, pad",
                "pad: 7         | pad: 256       | input.pad: '256' is not allowed; allowed: a whole number from 0 to 255",
                "pad: 7         | mean: [1, 2]   | input.mean: '[1,2]' is not allowed; allowed: a list of 3 numbers",
                "pad: 7         | std: [1, 0, 1] | input.std: '[1,0,1]' is not allowed",
                "colour: rgb    | colour: grey   | input.colour: 'grey' is not allowed; allowed: bgr, rgb",
                "width: 416     | width: wide    | input.width: 'wide' is not allowed; allowed: a whole number from 1 to 4096",
                "letterbox-centre | limit-side   | allowed: letterbox-top-left, letterbox-centre, stretch",
                "role: detect   | role: detektor | role: 'detektor' is not allowed; allowed: detect, text-detect",
                "kind: yolox    | kind: db-text  | kind: 'db-text' is not allowed; allowed: yolox, nanodet",
                "file: rex.onnx | file: ../x     | file: '../x' is not allowed; allowed: a file in the manifest's folder",
                "file: rex.onnx | file: /etc/x   | file: '/etc/x' is not allowed",
                "licence: MIT   | priority: 1    | key 'licence' is missing",
                "labels:        | sha256: abc;labels: | sha256: 'abc' is not allowed; allowed: 64 digits of 0-9 and a-f",
                "labels:        | url: ftp://x;labels: | url: 'ftp://x' is not allowed; allowed: an address with https",
                "id: rex        | id: My Dog     | id: 'My Dog' is not allowed; allowed: lower-case letters",
                "[dog, cat]     | [dog, dog]     | labels: 'dog' is there twice",
                "[dog, cat]     | []             | labels: '[]' is not allowed; allowed: at least one label",
                "[dog, cat]     | [dog]: x       | is not valid YAML",
                "role: detect   | id: rex2       | is not valid YAML",
            })
    void what_is_wrong_is_named_with_the_file_the_value_and_what_is_allowed(
            String right, String wrong, String message) {
        assertThatThrownBy(() -> read(GOOD.replace(right, wrong.replace(';', '\n'))))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("rex.yaml")
                .hasMessageContaining(message);
    }

    @Test
    void the_fingerprint_changes_with_what_changes_the_answers_alone() throws IOException {
        String fingerprint = read(GOOD).fingerprint();

        assertThat(read(GOOD.replace("MIT", "BSD-3-Clause")).fingerprint()).isEqualTo(fingerprint);
        assertThat(read(GOOD.replace("pad: 7", "pad: 8")).fingerprint()).isNotEqualTo(fingerprint);
        assertThat(read(GOOD.replace("dog, cat", "cat, dog")).fingerprint()).isNotEqualTo(fingerprint);
    }
}
