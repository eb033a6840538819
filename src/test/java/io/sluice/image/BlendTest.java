package io.sluice.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.frame.Box;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlendTest {
    private static final Image BLACK = plain(20, 1, 0);
    private static final Image BRIGHT = plain(20, 1, 200);
    private static final Mask MASK = Mask.ofBoxes(20, 1, List.of(new Box(5, 0, 15, 1)));

    @Test
    void without_a_feather_the_mask_is_the_border() {
        assertThat(greens(Blend.over(BLACK, BRIGHT, MASK, 0)))
                .containsExactly(0, 0, 0, 0, 0, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 0, 0, 0, 0, 0);
    }

    @Test
    void the_share_rises_inside_the_mask_and_nothing_leaves_it() {
        assertThat(greens(Blend.over(BLACK, BRIGHT, MASK, 3)))
                .containsExactly(0, 0, 0, 0, 0, 50, 100, 150, 200, 200, 200, 200, 150, 100, 50, 0, 0, 0, 0, 0);
    }

    @Test
    void the_border_of_the_picture_is_no_border_of_the_mask() {
        Mask left = Mask.ofBoxes(20, 1, List.of(new Box(0, 0, 3, 1)));

        assertThat(greens(Blend.over(BLACK, BRIGHT, left, 1))).startsWith(200, 200, 100, 0);
    }

    @Test
    void outside_the_mask_every_byte_is_the_original() {
        Image photo = Degraded.noisy(ImageCodecTest.checks(90, 70), 30);
        Image other = Degraded.noisy(ImageCodecTest.checks(90, 70), 60);
        Mask mask = Mask.ofBoxes(90, 70, List.of(new Box(10, 10, 20, 20), new Box(80, 60, 90, 70)))
                .grow(7);

        Image blended = Blend.over(photo, other, mask, 4);

        for (int i = 0; i < mask.values().length; i++) {
            if (mask.values()[i] == 0) {
                assertThat(Arrays.copyOfRange(blended.bgr(), 3 * i, 3 * i + 3))
                        .isEqualTo(Arrays.copyOfRange(photo.bgr(), 3 * i, 3 * i + 3));
            }
        }
        assertThat(Blend.over(photo, other, Mask.empty(90, 70), 4).bgr()).isEqualTo(photo.bgr());
    }

    private static int[] greens(Image image) {
        int[] greens = new int[image.width()];
        for (int x = 0; x < greens.length; x++) {
            greens[x] = image.bgr()[3 * x + 1] & 0xff;
        }
        return greens;
    }

    private static Image plain(int width, int height, int level) {
        byte[] bgr = new byte[3 * width * height];
        Arrays.fill(bgr, (byte) level);
        return new Image(width, height, bgr);
    }
}
