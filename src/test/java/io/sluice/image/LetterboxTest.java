package io.sluice.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.Box;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class LetterboxTest {
    private static final List<Double> ZEROS = List.of(0.0, 0.0, 0.0);
    private static final List<Double> ONES = List.of(1.0, 1.0, 1.0);

    @Test
    void a_wide_picture_is_padded_at_the_bottom() {
        Letterbox letterbox = Letterbox.topLeft(768, 576, 416, 416);

        assertThat(letterbox.contentWidth()).isEqualTo(416);
        assertThat(letterbox.contentHeight()).isEqualTo(312);
        assertThat(letterbox.original(new Box(0, 0, 208, 312))).isEqualTo(new Box(0, 0, 384, 576));
    }

    @Test
    void a_tall_picture_is_padded_at_both_sides() {
        Letterbox letterbox = Letterbox.centred(300, 400, 416, 416);

        assertThat(letterbox.contentWidth()).isEqualTo(312);
        assertThat(letterbox.left()).isEqualTo(52);
        assertThat(letterbox.top()).isZero();
        assertThat(letterbox.original(new Box(52, 0, 364, 416))).isEqualTo(new Box(0, 0, 300, 400));
    }

    @Test
    void a_stretched_picture_has_a_scale_for_each_direction() {
        Letterbox letterbox = Letterbox.stretch(200, 100, 400, 400);

        assertThat(letterbox.scaleX()).isEqualTo(2);
        assertThat(letterbox.scaleY()).isEqualTo(4);
    }

    @Test
    void limited_sides_are_multiples_of_32_and_never_0() {
        assertThat(sizes(Letterbox.limitSide(500, 333, 960))).isEqualTo("512x320");
        assertThat(sizes(Letterbox.limitSide(1920, 1080, 960))).isEqualTo("960x544");
        assertThat(sizes(Letterbox.limitSide(4000, 10, 960))).isEqualTo("960x32");
        // 80 / 32 = 2.5 goes to the even 2, as Python rounds.
        assertThat(sizes(Letterbox.limitSide(80, 112, 960))).isEqualTo("64x128");
    }

    private static String sizes(Letterbox letterbox) {
        return letterbox.width() + "x" + letterbox.height();
    }

    @Test
    void pixels_become_planes_in_the_networks_colour_order_with_padding() {
        // Two pixels: blue 10, green 20, red 30, and 40, 50, 60.
        Image image = new Image(2, 1, new byte[] {10, 20, 30, 40, 50, 60});
        LetterboxPixels rgb = new LetterboxPixels(true, 0.1, List.of(1.0, 0.0, 0.0), List.of(2.0, 1.0, 1.0), 100);
        FloatBuffer out = FloatBuffer.allocate(12);

        rgb.write(image, Letterbox.centred(2, 1, 2, 2), out);

        // Red (3 - 1) / 2 and (6 - 1) / 2, the padding (10 - 1) / 2; green 2 and 5; blue 1 and 4.
        assertThat(out.array()).containsExactly(1, 2.5f, 4.5f, 4.5f, 2, 5, 10, 10, 1, 4, 10, 10);
        assertThat(out.position()).isZero();
    }

    @Test
    void pixels_are_scaled_bilinearly_in_8_bits() {
        // Halving averages 2x2 pixels: (0 + 100 + 50 + 50) / 4, and rounds (1 + 2 + 2 + 2) / 4 = 1.75 to 2.
        byte[] bgr = new byte[3 * 8];
        int[] blue = {0, 100, 1, 2, 50, 50, 2, 2};
        for (int i = 0; i < blue.length; i++) {
            bgr[3 * i] = (byte) blue[i];
        }
        FloatBuffer out = FloatBuffer.allocate(3 * 2 * 2);

        new LetterboxPixels(false, 1, ZEROS, ONES, 114).write(new Image(4, 2, bgr), Letterbox.topLeft(4, 2, 2, 2), out);

        assertThat(out.array()).containsExactly(50, 2, 114, 114, 0, 0, 114, 114, 0, 0, 114, 114);
    }

    @Test
    void a_deviation_of_0_is_refused() {
        assertThatThrownBy(() -> new LetterboxPixels(false, 1, ZEROS, ZEROS, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("std [0.0, 0.0, 0.0]");
    }

    @Test
    void small_pictures_are_enlarged_unless_they_are_strips() {
        // 736 / 400 = 1.84: 800 * 1.84 = 1472.
        Letterbox enlarged = Letterbox.minSide(800, 400, 736, 2016);
        assertThat(enlarged.width()).isEqualTo(1472);
        assertThat(enlarged.height()).isEqualTo(736);
        // 736 / 132 would make 3953 of 709; 2016 / 709 = 2.843: 375 rounded to 384.
        Letterbox strip = Letterbox.minSide(709, 132, 736, 2016);
        assertThat(strip.width()).isEqualTo(2016);
        assertThat(strip.height()).isEqualTo(384);
        assertThat(Letterbox.minSide(1000, 800, 736, 2016).width()).isEqualTo(992);
        assertThat(Letterbox.minSide(4032, 3000, 736, 2016).width()).isEqualTo(2016);
    }

    @Test
    void lines_have_one_height_and_short_ones_are_padded() {
        Letterbox line = Letterbox.fitHeight(100, 20, 32, 320, 4096);
        assertThat(line.width()).isEqualTo(320);
        assertThat(line.contentWidth()).isEqualTo(160);
        assertThat(line.contentHeight()).isEqualTo(32);
        assertThat(Letterbox.fitHeight(1001, 64, 32, 320, 4096).width()).isEqualTo(501);
        assertThat(Letterbox.fitHeight(9000, 32, 32, 320, 4096).contentWidth()).isEqualTo(4096);
    }
}
