package io.sluice.video;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A 2x3 picture with six different pixels, put upright by hand in all eight ways. */
class OrientationTest {
    private static final int ONE = 1 << 16;

    @Test
    void all_eight_matrices_move_pixels_as_the_matrix_says() {
        int[][] linear = {
            {ONE, 0, 0, ONE},
            {-ONE, 0, 0, ONE},
            {ONE, 0, 0, -ONE},
            {-ONE, 0, 0, -ONE},
            {0, ONE, ONE, 0},
            {0, ONE, -ONE, 0},
            {0, -ONE, ONE, 0},
            {0, -ONE, -ONE, 0}
        };
        int[][] stored = {{1, 2}, {3, 4}, {5, 6}};
        for (int[] m : linear) {
            Orientation orientation = Orientation.of(new int[] {m[0], m[1], 0, m[2], m[3], 0, 0, 0, 1 << 30});
            assertThat(apply(orientation, stored)).isDeepEqualTo(byMatrix(m, stored));
        }
    }

    @Test
    void turns_are_named_clockwise() {
        assertThat(Orientation.of(new int[] {0, ONE, 0, -ONE, 0, 0, 0, 0, 1}).rotationDegrees())
                .isEqualTo(90);
        assertThat(Orientation.of(new int[] {-ONE, 0, 0, 0, -ONE, 0, 0, 0, 1}).rotationDegrees())
                .isEqualTo(180);
        assertThat(Orientation.of(new int[] {0, -ONE, 0, ONE, 0, 0, 0, 0, 1}).rotationDegrees())
                .isEqualTo(270);
        assertThat(Orientation.UPRIGHT.rotationDegrees()).isZero();
    }

    @Test
    void absurd_matrices_give_the_nearest_orientation_and_are_known_for_it() {
        int[] smallest = {Integer.MIN_VALUE, 0, 0, 0, Integer.MIN_VALUE, 0, 0, 0, 0};
        assertThat(Orientation.of(smallest).rotationDegrees()).isEqualTo(180);
        assertThat(Orientation.isExact(smallest)).isTrue();
        assertThat(Orientation.isExact(new int[9])).isFalse();
        assertThat(Orientation.of(new int[9])).isEqualTo(Orientation.UPRIGHT);
        assertThat(Orientation.isExact(new int[] {ONE, ONE, 0, -ONE, ONE, 0, 0, 0, 1}))
                .isFalse();
    }

    /** Transposes and mirrors as {@link Rendering} does. */
    private static int[][] apply(Orientation orientation, int[][] picture) {
        int[][] result = picture;
        if (orientation.transpose()) {
            result = new int[picture[0].length][picture.length];
            for (int y = 0; y < picture.length; y++) {
                for (int x = 0; x < picture[0].length; x++) {
                    result[x][y] = picture[y][x];
                }
            }
        }
        int height = result.length;
        int width = result[0].length;
        int[][] mirrored = new int[height][width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                mirrored[orientation.mirrorVertically() ? height - 1 - y : y][
                                orientation.mirrorHorizontally() ? width - 1 - x : x] =
                        result[y][x];
            }
        }
        return mirrored;
    }

    /** x' = a x + c y, y' = b x + d y, moved so that the smallest coordinates are 0. */
    private static int[][] byMatrix(int[] m, int[][] picture) {
        int a = Integer.signum(m[0]);
        int b = Integer.signum(m[1]);
        int c = Integer.signum(m[2]);
        int d = Integer.signum(m[3]);
        int right = picture[0].length - 1;
        int bottom = picture.length - 1;
        int left = Math.min(0, a * right) + Math.min(0, c * bottom);
        int top = Math.min(0, b * right) + Math.min(0, d * bottom);
        boolean crossed = a == 0;
        int[][] result = new int[crossed ? right + 1 : bottom + 1][crossed ? bottom + 1 : right + 1];
        for (int y = 0; y <= bottom; y++) {
            for (int x = 0; x <= right; x++) {
                result[b * x + d * y - top][a * x + c * y - left] = picture[y][x];
            }
        }
        return result;
    }
}
