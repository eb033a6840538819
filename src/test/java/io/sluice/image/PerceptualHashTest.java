package io.sluice.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PerceptualHashTest {

    @Test
    void the_text_form_has_sixteen_digits_and_comes_back() {
        assertThat(PerceptualHash.hex(0x0123456789abcdefL)).isEqualTo("0123456789abcdef");
        assertThat(PerceptualHash.parse("f123456789abcdef")).isEqualTo(0xf123456789abcdefL);
        assertThatThrownBy(() -> PerceptualHash.parse("12")).hasMessageContaining("16 hexadecimal digits");
    }

    @Test
    void similarity_counts_bits() {
        assertThat(PerceptualHash.similarity(5, 5)).isEqualTo(1);
        assertThat(PerceptualHash.similarity(0, 0xffL)).isEqualTo(1 - 8 / 64.0);
        assertThat(PerceptualHash.similarity(0, -1)).isZero();
    }

    @Test
    void a_picture_of_one_colour_has_no_bit() {
        assertThat(PerceptualHash.of(new Image(50, 40, new byte[50 * 40 * 3]))).isZero();
    }

    @Test
    void photos_keep_their_hash_when_compressed_and_scaled_and_differ_from_each_other() {
        List<Image> photos = AssetImages.KODAK.stream().map(AssetImages::read).toList();
        double same = 1;
        double different = 0;
        for (int i = 0; i < photos.size(); i++) {
            Image photo = photos.get(i);
            long hash = PerceptualHash.of(photo);
            for (Image copy : List.of(
                    Degraded.compressed(photo, 50),
                    Resize.to(photo, photo.width() / 3, photo.height() / 3),
                    Resize.to(photo, photo.width() * 2, photo.height() * 2),
                    Degraded.exposed(photo, 0.3))) {
                same = Math.min(same, PerceptualHash.similarity(hash, PerceptualHash.of(copy)));
            }
            for (int j = 0; j < i; j++) {
                different = Math.max(different, PerceptualHash.similarity(hash, PerceptualHash.of(photos.get(j))));
            }
        }
        // Measured: at least 0.969, and at most 0.656.
        assertThat(same).isGreaterThanOrEqualTo(0.9);
        assertThat(different).isLessThanOrEqualTo(0.75);
    }
}
