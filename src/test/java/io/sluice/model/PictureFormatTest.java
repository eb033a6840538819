package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sluice.image.Image;
import io.sluice.image.Letterbox;
import io.sluice.image.Resampling;
import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How manifests say that pictures are scaled. */
class PictureFormatTest {
    private static final Image NOISE = noise(61, 30);

    private static Image noise(int width, int height) {
        byte[] pixels = new byte[3 * width * height];
        new Random(3).nextBytes(pixels);
        return new Image(width, height, pixels);
    }

    private static PictureFormat format(String resample) throws IOException {
        ObjectNode tree = (ObjectNode) new YAMLMapper().readTree("""
                input: { width: 16, height: 16, colour: bgr, resize: letterbox-centre, pad: 9%s }
                """.formatted(resample));
        return PictureFormat.read(new ManifestSection(Path.of("rex.yaml"), tree), Resize.LETTERBOX_CENTRE);
    }

    private static float[] written(PictureFormat format, Image image) {
        float[] numbers = new float[3 * 16 * 16];
        Letterbox letterbox = Letterbox.centred(NOISE.width(), NOISE.height(), 16, 16);
        format.write(image, letterbox, FloatBuffer.wrap(numbers));
        return numbers;
    }

    @ParameterizedTest
    @CsvSource({"bilinear, BILINEAR", "bicubic, BICUBIC", "lanczos, LANCZOS"})
    void the_filter_that_is_named_scales_the_picture_within_its_padding(String word, Resampling filter)
            throws IOException {
        // 61 x 30 in 16 x 16: 16 x 7, four lines of padding above it and five below.
        assertThat(written(format(", resample: " + word), NOISE))
                .isEqualTo(written(format(""), filter.resize(NOISE, 16, 7)))
                .startsWith(9, 9, 9)
                .isNotEqualTo(written(format(""), NOISE));
    }

    @Test
    void plain_is_what_is_meant_where_nothing_is_said() throws IOException {
        assertThat(format(", resample: plain")).isEqualTo(format(""));
    }

    @Test
    void another_word_is_refused() {
        assertThatThrownBy(() -> format(", resample: cubic"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("input.resample")
                .hasMessageContaining("plain, bilinear, bicubic, lanczos");
    }
}
