package io.sluice.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResizeTest {

    @Test
    void down_is_the_mean_over_the_area() {
        Image stripes = new Image(2, 1, new byte[] {10, 20, 30, 30, 40, 50});

        assertThat(Resize.to(stripes, 1, 1).bgr()).isEqualTo(new byte[] {20, 30, 40});
    }

    @Test
    void fit_keeps_proportions_and_never_enlarges() {
        Image wide = new Image(1920, 1080, new byte[1920 * 1080 * 3]);
        Image fitted = Resize.fit(wide, 768);

        assertThat(fitted.width()).isEqualTo(768);
        assertThat(fitted.height()).isEqualTo(432);
        assertThat(Resize.fit(fitted, 4000)).isSameAs(fitted);
        assertThat(Resize.fit(new Image(1000, 1, new byte[3000]), 10).height()).isEqualTo(1);
    }

    @Test
    void luma_weighs_colours_as_the_eye_does() {
        Luma luma = Luma.of(new Image(4, 1, new byte[] {-1, 0, 0, 0, -1, 0, 0, 0, -1, -1, -1, -1}));

        assertThat(luma.values()).isEqualTo(new byte[] {29, (byte) 150, 76, -1});
        assertThat(luma.mean()).isEqualTo((29 + 150 + 76 + 255) / 4.0);
        assertThat(new Luma(2, 1, new byte[] {0, 10}).deviation()).isEqualTo(5);
    }
}
