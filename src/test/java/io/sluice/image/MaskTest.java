package io.sluice.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.Box;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskTest {

    @Test
    void a_box_fills_every_pixel_that_it_touches() {
        Mask mask = Mask.ofBoxes(10, 8, List.of(new Box(2.4, 3, 4.1, 5)));

        assertThat(mask.bounds()).isEqualTo(new Box(2, 3, 5, 5));
        assertThat(mask.areaShare()).isEqualTo(6 / 80.0);
        assertThat(Mask.ofBoxes(10, 8, List.of(new Box(-5, -5, 2, 1))).bounds()).isEqualTo(new Box(0, 0, 2, 1));
        assertThat(Mask.ofBoxes(10, 8, List.of(new Box(20, 20, 30, 30))).isEmpty())
                .isTrue();
    }

    @Test
    void a_polygon_is_filled_with_its_outline() {
        Mask triangle = Mask.ofPolygons(10, 10, List.of(List.of(0.0, 0.0, 9.0, 0.0, 0.0, 9.0)));

        assertThat(triangle.areaShare()).isEqualTo(55 / 100.0);
        assertThatThrownBy(() -> Mask.ofPolygons(10, 10, List.of(List.of(0.0, 0.0, 9.0, 0.0))))
                .hasMessageContaining("three corners");
    }

    @Test
    void growing_reaches_as_far_as_the_crow_flies() {
        Mask dot = Mask.ofBoxes(21, 21, List.of(new Box(10, 10, 11, 11)));
        Mask disc = dot.grow(5);

        assertThat(disc.bounds()).isEqualTo(new Box(5, 5, 16, 16));
        for (int y = 0; y < 21; y++) {
            for (int x = 0; x < 21; x++) {
                boolean near = Math.hypot(x - 10, y - 10) <= 5;
                assertThat(disc.values()[y * 21 + x] != 0).as(x + "," + y).isEqualTo(near);
            }
        }
        assertThat(dot.grow(0).values()).isEqualTo(dot.values());
        assertThat(Mask.empty(5, 5).grow(3).isEmpty()).isTrue();
    }

    @Test
    void growing_stops_at_the_picture() {
        assertThat(Mask.ofBoxes(6, 4, List.of(new Box(0, 0, 1, 1))).grow(200).areaShare())
                .isEqualTo(1);
    }

    @Test
    void union_and_difference_count_pixels_once() {
        Mask left = Mask.ofBoxes(10, 10, List.of(new Box(0, 0, 6, 10)));
        Mask right = Mask.ofBoxes(10, 10, List.of(new Box(4, 0, 10, 10)));

        assertThat(left.union(right).areaShare()).isEqualTo(1);
        assertThat(left.subtract(right).areaShare()).isEqualTo(0.4);
        assertThatThrownBy(() -> left.union(Mask.empty(3, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("same size");
    }
}
