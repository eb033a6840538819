package io.sluice.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.Box;
import io.sluice.image.Inpainting.Method;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_photo;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InpaintingTest {

    @ParameterizedTest
    @EnumSource
    void a_hole_in_a_flat_picture_is_filled_with_its_colour(Method method) {
        byte[] bgr = new byte[3 * 60 * 40];
        Arrays.fill(bgr, (byte) 90);
        Mask hole = Mask.ofBoxes(60, 40, List.of(new Box(20, 10, 35, 25)));
        byte[] spoiled = bgr.clone();
        for (int i = 0; i < hole.values().length; i++) {
            if (hole.values()[i] != 0) {
                spoiled[3 * i] = (byte) 255;
            }
        }

        Image filled = Inpainting.fill(new Image(60, 40, spoiled), hole, method);

        // OpenCV's Telea adds the direction of the gradient to the mean: up to 1.4 levels a step of the front.
        for (int i = 0; i < bgr.length; i++) {
            assertThat(filled.bgr()[i] & 0xff).as("byte %d", i).isBetween(84, 96);
        }
    }

    @ParameterizedTest
    @EnumSource
    void pixels_outside_the_mask_stay(Method method) {
        Image photo = Degraded.noisy(ImageCodecTest.checks(120, 90), 20);
        Mask mask =
                Mask.ofBoxes(120, 90, List.of(new Box(0, 0, 9, 9), new Box(50, 40, 70, 60), new Box(100, 0, 120, 90)));

        Image filled = Inpainting.fill(photo, mask, method);

        int changed = 0;
        for (int i = 0; i < mask.values().length; i++) {
            boolean same = filled.bgr()[3 * i] == photo.bgr()[3 * i]
                    && filled.bgr()[3 * i + 1] == photo.bgr()[3 * i + 1]
                    && filled.bgr()[3 * i + 2] == photo.bgr()[3 * i + 2];
            if (mask.values()[i] == 0) {
                assertThat(same).isTrue();
            } else if (!same) {
                changed++;
            }
        }
        assertThat(changed).isGreaterThan(1000);
    }

    @ParameterizedTest
    @EnumSource
    void the_surroundings_alone_give_what_the_whole_picture_gives(Method method) {
        Image photo = AssetImages.read("images/kodak/23.png");
        Mask mask = Mask.ofBoxes(768, 512, List.of(new Box(100, 100, 140, 120), new Box(600, 400, 640, 470)));

        Image filled = Inpainting.fill(photo, mask, method);

        try (PointerScope scope = new PointerScope()) {
            Mat whole = new Mat();
            opencv_photo.inpaint(
                    Mats.of(photo),
                    Mats.of(mask),
                    whole,
                    Inpainting.RADIUS,
                    method == Method.TELEA ? opencv_photo.INPAINT_TELEA : opencv_photo.INPAINT_NS);
            assertThat(Arrays.mismatch(filled.bgr(), Mats.bytes(whole))).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_mask_over_everything_and_an_empty_one_are_taken(Method method) {
        Image photo = ImageCodecTest.checks(30, 20);

        assertThat(Inpainting.fill(photo, Mask.empty(30, 20), method).bgr()).isEqualTo(photo.bgr());
        assertThat(Inpainting.fill(photo, Mask.ofBoxes(30, 20, List.of(new Box(0, 0, 30, 20))), method)
                        .bgr())
                .hasSize(1800);
    }

    @ParameterizedTest
    @EnumSource
    void a_mask_of_another_size_is_refused(Method method) {
        assertThatThrownBy(() -> Inpainting.fill(ImageCodecTest.checks(30, 20), Mask.empty(20, 30), method))
                .hasMessageContaining("same size");
    }

    @Test
    void telea_and_navier_stokes_differ() {
        Image photo = ImageCodecTest.checks(60, 60);
        Mask mask = Mask.ofBoxes(60, 60, List.of(new Box(20, 20, 40, 40)));

        assertThat(Inpainting.fill(photo, mask, Method.TELEA).bgr())
                .isNotEqualTo(Inpainting.fill(photo, mask, Method.NAVIER_STOKES).bgr());
    }
}
