package io.sluice.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.frame.Box;
import io.sluice.image.Letterbox;
import io.sluice.image.LetterboxPixels;
import io.sluice.model.PictureFormat;
import io.sluice.model.Resize;
import io.sluice.model.TextRegion;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Decoding, against numbers computed by hand. */
class DbTextDetectorTest {

    @Test
    void unclipping_moves_each_side_out_by_area_times_ratio_by_perimeter() {
        // 20 x 10: 200 * 1.5 / 60 = 5.
        Optional<List<Double>> grown =
                DbTextDetector.unclip(List.of(10.0, 10.0, 30.0, 10.0, 30.0, 20.0, 10.0, 20.0), 1.5);
        assertThat(grown).contains(List.of(5.0, 5.0, 35.0, 5.0, 35.0, 25.0, 5.0, 25.0));
    }

    @Test
    void unclipping_follows_the_rotation_of_the_line() {
        // A square of side 5, turned so that its sides are (4, 3) and (-3, 4): 25 * 2 / 20 = 2.5, half a side.
        Optional<List<Double>> grown = DbTextDetector.unclip(List.of(10.0, 10.0, 14.0, 13.0, 11.0, 17.0, 7.0, 14.0), 2);

        List<Double> expected = List.of(9.5, 6.5, 17.5, 12.5, 11.5, 20.5, 3.5, 14.5);
        for (int i = 0; i < 8; i++) {
            assertThat(grown.orElseThrow().get(i)).isCloseTo(expected.get(i), within(1e-9));
        }
    }

    @Test
    void what_stays_below_five_pixels_is_no_text() {
        // 3 x 3 grows by 9 * 1.5 / 12 = 1.125 at each side to 5.25; with a ratio of 1.3 to 4.95.
        List<Double> corners = List.of(0.0, 0.0, 3.0, 0.0, 3.0, 3.0, 0.0, 3.0);
        assertThat(DbTextDetector.unclip(corners, 1.5)).isPresent();
        assertThat(DbTextDetector.unclip(corners, 1.3)).isEmpty();
    }

    @Test
    void text_regions_come_in_pixels_of_the_original_from_top_to_bottom() {
        // Map of 64x32 for a picture of 128x64. Pixels 10..29 x 20..26 at 0.8, 40..49 x 4..10 at 0.6, and a faint one.
        float[] map = new float[64 * 32];
        fill(map, 10, 20, 20, 7, 0.8f);
        fill(map, 40, 4, 10, 7, 0.6f);
        fill(map, 2, 2, 12, 8, 0.4f);

        List<TextRegion> found = DbTextDetector.decode(
                FloatBuffer.wrap(map),
                Letterbox.stretch(128, 64, 64, 32),
                128,
                64,
                new DbTextDetector.Settings(
                        new PictureFormat(
                                Resize.LIMIT_SIDE,
                                960,
                                960,
                                Optional.empty(),
                                new LetterboxPixels(false, 1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0), 0)),
                        0.3,
                        0.5,
                        1.5,
                        false));

        assertThat(found).extracting(TextRegion::score).containsExactly(0.6, 0.8);
        // 19 x 6 between the centres of the outermost pixels grows by 114 * 1.5 / 50 = 3.42: 6.58 to 32.42, 16.58 to
        // 29.42.
        assertThat(found.get(1).bounds()).isEqualTo(new Box(13, 33, 65, 59));
    }

    private static void fill(float[] map, int left, int top, int width, int height, float value) {
        for (int y = top; y < top + height; y++) {
            for (int x = left; x < left + width; x++) {
                map[y * 64 + x] = value;
            }
        }
    }
}
