package io.sluice.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CropTest {
    @ParameterizedTest
    @CsvSource({
        // an object of 100 x 100 in the middle with a quarter of it on each side
        "400, 300, 500, 400, 0.25, 1, 2,  375, 275, 525, 425",
        // at least so many pixels, around the middle
        "400, 300, 500, 400, 0.25, 200, 2,  350, 250, 550, 450",
        // in the corner the part moves into the picture and stays as large
        "0, 0, 100, 100, 0.25, 200, 2,  0, 0, 200, 200",
        "900, 500, 1000, 600, 0, 200, 2,  800, 400, 1000, 600",
        // a tall object gets wider, a wide one taller
        "400, 100, 450, 500, 0, 1, 2,  325, 100, 525, 500",
        "100, 300, 900, 350, 0, 1, 4,  100, 225, 900, 425",
        // no more than there is
        "100, 100, 900, 500, 1, 1, 2,  0, 0, 1000, 600",
        "400, 300, 500, 400, 0, 5000, 2,  0, 0, 1000, 600",
        // what a detector says of the outside does not count
        "-100, -50, 100, 50, 0, 1, 2,  0, 0, 100, 50",
    })
    void has_the_object_with_what_is_around_it(
            double l,
            double t,
            double r,
            double b,
            double margin,
            int minSide,
            double maxAspect,
            int cl,
            int ct,
            int cr,
            int cb) {
        assertThat(Crop.around(List.of(new Box(l, t, r, b)), 1000, 600, margin, minSide, maxAspect))
                .isEqualTo(new Crop(cl, ct, cr, cb, 1000, 600));
    }

    @Test
    void encloses_all_objects() {
        Crop crop = Crop.around(List.of(new Box(100, 100, 150, 200), new Box(300, 120, 400, 160)), 1000, 600, 0, 1, 10);

        assertThat(crop).isEqualTo(new Crop(100, 100, 400, 200, 1000, 600));
        assertThat(crop.isWhole()).isFalse();
        assertThat(new Crop(0, 0, 1000, 600, 1000, 600).isWhole()).isTrue();
    }

    @Test
    void shows_what_is_inside_by_half_at_least() {
        Crop crop = new Crop(100, 50, 300, 250, 1000, 600);

        assertThat(crop.shows(new Box(250, 100, 350, 200))).isTrue();
        assertThat(crop.shows(new Box(251, 100, 351, 200))).isFalse();
        assertThat(crop.shows(new Box(400, 100, 500, 200))).isFalse();
        assertThat(crop.inside(new Box(90, 60, 110, 300))).isEqualTo(new Box(0, 10, 10, 200));
    }

    @Test
    void that_is_not_inside_the_picture_is_refused() {
        assertThatThrownBy(() -> new Crop(0, 0, 1001, 600, 1000, 600))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1001")
                .hasMessageContaining("1000x600");
    }
}
