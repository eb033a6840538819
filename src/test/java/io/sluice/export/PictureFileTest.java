package io.sluice.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.Assets;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureFileTest {
    private static Image noise(int width, int height) {
        byte[] pixels = new byte[3 * width * height];
        new Random(1).nextBytes(pixels);
        return new Image(width, height, pixels);
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 80, 94, 95, 97, 100})
    void knows_the_quality_of_a_jpeg_by_its_tables(int quality) {
        PictureFile read = PictureFile.read(ImageCodec.jpeg(noise(70, 50), quality));
        assertThat(read.quality()).hasValue(quality);
        assertThat(read.size()).isEqualTo(new Buckets.Size(70, 50));
        assertThat(read.problems(".jpg")).hasSize(quality < 95 ? 1 : 0);
    }

    @Test
    void a_png_of_ours_is_safe_and_one_that_is_called_jpg_is_not() {
        PictureFile read = PictureFile.read(ImageCodec.png(noise(31, 17)));
        assertThat(read.size()).isEqualTo(new Buckets.Size(31, 17));
        assertThat(read.problems(".png")).isEmpty();
        assertThat(read.problems(".jpg")).singleElement().asString().contains(".jpg", ".png");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 8})
    void sees_the_orientation_of_exif(int orientation) throws IOException {
        Path file = Assets.path("images/exif/Landscape_" + orientation + ".jpg");
        PictureFile read = PictureFile.read(Files.readAllBytes(file));
        assertThat(read.orientation()).isEqualTo(orientation);
        assertThat(read.problems(".jpg").stream().anyMatch(problem -> problem.contains("orientation")))
                .isEqualTo(orientation != 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"palette_color.png", "camera.png"})
    void sees_what_is_no_rgb(String name) throws IOException {
        PictureFile read = PictureFile.read(Files.readAllBytes(Assets.path("images/skimage/" + name)));
        assertThat(read.rgb()).isFalse();
    }

    @Test
    void refuses_what_is_no_picture_or_has_no_whole_head() {
        byte[] jpeg = ImageCodec.jpeg(noise(20, 20), 95);
        assertThatThrownBy(() -> PictureFile.read("GIF89a...".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .hasMessageContaining("neither");
        for (int length : new int[] {3, 10, 30, 100}) {
            assertThatThrownBy(() -> PictureFile.read(Arrays.copyOf(jpeg, length)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        byte[] png = ImageCodec.png(noise(20, 20));
        assertThatThrownBy(() -> PictureFile.read(Arrays.copyOf(png, png.length / 2)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
