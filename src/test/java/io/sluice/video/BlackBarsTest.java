package io.sluice.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlackBarsTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;

    private interface Grey {
        int at(int x, int y, int picture);
    }

    @Test
    void bars_on_each_side_are_found_to_the_line() {
        assertThat(found(8, inside(0, 30, 320, 180))).isEqualTo(kept(0, 30, 320, 180));
        assertThat(found(8, inside(41, 0, 238, 240))).isEqualTo(kept(41, 0, 238, 240));
        assertThat(found(8, inside(20, 11, 277, 200))).isEqualTo(kept(20, 11, 277, 200));
        assertThat(found(8, inside(0, 0, 320, 240))).isNull();
    }

    @Test
    void noise_in_bars_is_no_picture() {
        Random random = new Random(1);
        Grey clean = inside(0, 30, 320, 180);
        assertThat(found(
                        8,
                        (x, y, n) -> Math.max(
                                0,
                                Math.min(
                                        255,
                                        clean.at(x, y, n)
                                                + (int) Math.round(4 * random.nextGaussian())
                                                + (random.nextInt(5000) == 0 ? 60 : 0)))))
                .isEqualTo(kept(0, 30, 320, 180));
    }

    @Test
    void a_bar_with_subtitles_stays_whether_they_come_and_go_or_are_always_there() {
        Grey clean = inside(0, 30, 320, 180);
        for (int every : new int[] {1, 2, 8}) {
            Grey written =
                    (x, y, n) -> n % every == 0 && y >= 218 && y < 230 && x > 60 && x < 260 && (x / 3 + y / 5) % 3 == 0
                            ? 230
                            : clean.at(x, y, n);
            assertThat(found(8, written)).as("in one of %s pictures", every).isEqualTo(kept(0, 30, 320, 210));
        }
    }

    @Test
    void a_logo_in_a_bar_keeps_it() {
        Grey clean = inside(0, 30, 320, 180);
        Grey marked = (x, y, n) -> y >= 8 && y < 20 && x > 280 && x < 310 ? 180 : clean.at(x, y, n);
        assertThat(found(8, marked)).isEqualTo(kept(0, 0, 320, 210));
    }

    @Test
    void dark_pictures_between_bright_ones_do_not_count() {
        Grey clean = inside(0, 30, 320, 180);
        assertThat(found(16, (x, y, n) -> n % 2 == 0 ? clean.at(x, y, n) : 3)).isEqualTo(kept(0, 30, 320, 180));
    }

    @Test
    void a_dark_video_is_left_whole() {
        assertThat(found(16, (x, y, n) -> 2)).isNull();
        Grey clean = inside(0, 30, 320, 180);
        assertThat(found(16, (x, y, n) -> clean.at(x, y, n) / 6)).isNull();
    }

    @Test
    void a_singer_on_a_dark_stage_is_left_whole() {
        assertThat(found(16, (x, y, n) -> {
                    double away = Math.hypot(x - 160 - 10 * Math.sin(n), y - 120);
                    return (int) Math.max(2, 220 - 2 * away);
                }))
                .isNull();
    }

    @Test
    void a_picture_that_is_wide_now_and_then_is_cut_to_its_largest() {
        Grey wide = inside(0, 30, 320, 180);
        Grey high = inside(0, 10, 320, 220);
        assertThat(found(16, (x, y, n) -> (n % 3 == 0 ? high : wide).at(x, y, n)))
                .isEqualTo(kept(0, 10, 320, 220));
    }

    @Test
    void few_pictures_do_not_tell() {
        assertThat(found(3, inside(0, 30, 320, 180))).isNull();
    }

    private static Grey inside(int left, int top, int width, int height) {
        return (x, y, n) -> x >= left && x < left + width && y >= top && y < top + height
                ? 40 + (x * 7 + y * 13 + n * 29) % 180
                : 0;
    }

    private static Crop kept(int left, int top, int width, int height) {
        return new Crop(WIDTH, HEIGHT, left, top, width, height);
    }

    private static @org.jspecify.annotations.Nullable Crop found(int pictures, Grey grey) {
        BlackBars bars = new BlackBars(WIDTH, HEIGHT);
        for (int n = 0; n < pictures; n++) {
            ByteBuffer picture = ByteBuffer.allocateDirect(WIDTH * HEIGHT);
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    picture.put((byte) grey.at(x, y, n));
                }
            }
            bars.add(picture, WIDTH);
        }
        return bars.crop();
    }
}
