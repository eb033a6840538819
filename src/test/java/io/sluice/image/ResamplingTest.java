package io.sluice.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.model.embed.Embedders;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Expected: what Pillow 12 gives for the same pixels. */
class ResamplingTest {
    private static final Luma STEPS = new Luma(8, 2, new byte[] {
        0,
        32,
        64,
        96,
        (byte) 128,
        (byte) 160,
        (byte) 192,
        (byte) 255,
        10,
        (byte) 200,
        30,
        (byte) 180,
        50,
        (byte) 160,
        70,
        (byte) 255
    });

    @Test
    void lanczos_down() {
        assertThat(levels(Resampling.LANCZOS.resize(STEPS, 3, 2))).containsExactly(26, 110, 208, 98, 106, 151);
    }

    @Test
    void lanczos_up() {
        assertThat(levels(Resampling.LANCZOS.resize(STEPS, 11, 3)))
                .containsExactly(
                        0, 0, 29, 69, 81, 111, 144, 159, 187, 233, 255, 0, 77, 105, 48, 123, 117, 98, 159, 127, 182,
                        255, 0, 153, 180, 26, 165, 122, 51, 159, 67, 130, 255);
    }

    @Test
    void bicubic_down() {
        assertThat(levels(Resampling.BICUBIC.resize(STEPS, 3, 1))).containsExactly(64, 110, 178);
    }

    @Test
    void bicubic_up() {
        assertThat(levels(Resampling.BICUBIC.resize(STEPS, 11, 3)))
                .containsExactly(
                        0, 9, 34, 67, 84, 112, 140, 159, 186, 225, 255, 0, 75, 102, 48, 124, 115, 99, 159, 133, 181,
                        255, 0, 141, 169, 28, 164, 118, 58, 159, 79, 136, 255);
    }

    @Test
    void bilinear_down() {
        assertThat(levels(Resampling.BILINEAR.resize(STEPS, 3, 1))).containsExactly(69, 111, 171);
    }

    @Test
    void bilinear_up() {
        assertThat(levels(Resampling.BILINEAR.resize(STEPS, 11, 3)))
                .containsExactly(
                        0, 19, 42, 65, 89, 112, 135, 159, 182, 218, 255, 5, 71, 94, 51, 118, 114, 105, 157, 141, 182,
                        255, 10, 122, 146, 37, 146, 115, 75, 155, 99, 146, 255);
    }

    @Test
    void a_window_is_a_part_of_the_whole_byte_for_byte() {
        Image photo = Embedders.pattern(61, 47);
        for (int[] whole : new int[][] {{23, 31}, {90, 70}, {61, 47}}) {
            Image resized = Resampling.BICUBIC.resize(photo, whole[0], whole[1]);
            Image part = Resampling.BICUBIC.window(photo, whole[0], whole[1], 5, 9, 17, 20);
            for (int y = 0; y < 20; y++) {
                int from = 3 * ((9 + y) * whole[0] + 5);
                assertThat(Arrays.copyOfRange(part.bgr(), 3 * 17 * y, 3 * 17 * (y + 1)))
                        .isEqualTo(Arrays.copyOfRange(resized.bgr(), from, from + 3 * 17));
            }
        }
        assertThatThrownBy(() -> Resampling.BICUBIC.window(photo, 23, 31, 7, 0, 17, 20))
                .hasMessageContaining("part of 17x20 at 7,0 of 23x31: it must lie inside");
    }

    private static int[] levels(Luma luma) {
        int[] levels = new int[luma.values().length];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = luma.values()[i] & 0xff;
        }
        return levels;
    }
}
