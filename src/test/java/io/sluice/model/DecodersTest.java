package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.frame.Box;
import io.sluice.image.Letterbox;
import io.sluice.model.ModelManifest.TextOutput;
import io.sluice.model.NonMaxSuppression.Candidate;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Decoding, against numbers computed by hand. */
class DecodersTest {

    @Test
    void yolox_boxes_are_relative_to_their_cell_and_stride() {
        // 16x8 pixels: grids of 2x1 and 1x0 cells for strides 8 and 16, so two rows of 5 + 2 numbers.
        float ln3 = (float) Math.log(3);
        FloatBuffer out = FloatBuffer.wrap(new float[] {
            0, 0, 0, 0, 0.9f, 0.04f, 0.05f, //
            0.5f, 0.25f, ln3, 0, 0.8f, 0.5f, 0.25f
        });

        List<Candidate> found = YoloxDetector.decode(out, 2, 16, 8, List.of(8, 16), 0.05);

        // Centre (1 + 0.5) * 8 = 12, 0.25 * 8 = 2; size 3 * 8 = 24 by 8; scores 0.8 * 0.5 and 0.8 * 0.25.
        assertThat(found).extracting(Candidate::label).containsExactly(0, 1);
        assertThat(found).extracting(Candidate::score).containsExactly(0.4, 0.2);
        assertBox(found.get(0).box(), 0, -2, 24, 6);
    }

    @Test
    void yolox_rows_go_through_the_grids_row_by_row() {
        // 32x16 pixels: 4x2 cells of 8, then 2x1 of 16. Row 6 is x 2, y 1 of the first; row 9 is x 1 of the second.
        float[] out = new float[10 * 6];
        for (int row : new int[] {6, 9}) {
            out[row * 6 + 4] = 1;
            out[row * 6 + 5] = 0.5f;
        }

        List<Candidate> found = YoloxDetector.decode(FloatBuffer.wrap(out), 1, 32, 16, List.of(8, 16), 0.05);

        assertBox(found.get(0).box(), 12, 4, 20, 12);
        assertBox(found.get(1).box(), 8, -8, 24, 8);
    }

    @Test
    void nanodet_distances_are_expectations_over_eight_bins() {
        // 2x1 cells of 8 pixels, one class; the second cell's centre is 1 * 8 + 3.5 = 11.5 and 3.5.
        float[] distances = new float[2 * 32];
        distances[32 + 1] = 100; // left: bin 1 for certain, 8 pixels
        distances[32 + 8 + 2] = 100; // top: bin 2, 16 pixels
        // right: all bins alike, 3.5 cells, 28 pixels
        distances[32 + 24] = 100; // bottom: bins 0 and 4 alike, 2 cells, 16 pixels
        distances[32 + 28] = 100;
        List<Candidate> found = new ArrayList<>();

        NanoDetDetector.decode(
                FloatBuffer.wrap(new float[] {0.04f, 0.75f}), FloatBuffer.wrap(distances), 1, 2, 1, 8, 0.05, found);

        assertThat(found).singleElement().extracting(Candidate::score).isEqualTo(0.75);
        assertBox(found.get(0).box(), 3.5, -12.5, 39.5, 19.5);
    }

    @Test
    void suppression_is_per_class_and_keeps_the_most_confident() {
        // Overlap of the first two: 50 of 150; of the first and the third: 80 of 120.
        List<Candidate> candidates = List.of(
                new Candidate(0, 0.5, new Box(5, 0, 15, 10)),
                new Candidate(0, 0.9, new Box(0, 0, 10, 10)),
                new Candidate(0, 0.6, new Box(2, 0, 12, 10)),
                new Candidate(1, 0.7, new Box(2, 0, 12, 10)));

        assertThat(NonMaxSuppression.apply(candidates, 0.6, 100))
                .extracting(Candidate::score)
                .containsExactly(0.9, 0.7, 0.5);
        assertThat(NonMaxSuppression.apply(candidates, 0.3, 100))
                .extracting(Candidate::score)
                .containsExactly(0.9, 0.7);
        assertThat(NonMaxSuppression.apply(candidates, 0.6, 1))
                .extracting(Candidate::score)
                .containsExactly(0.9);
    }

    @Test
    void equal_scores_stay_in_the_order_given() {
        List<Candidate> candidates = IntStream.range(0, 5)
                .mapToObj(i -> new Candidate(i, 0.5, new Box(0, 0, 1, 1)))
                .toList();

        assertThat(NonMaxSuppression.apply(candidates, 0.5, 3))
                .extracting(Candidate::label)
                .containsExactly(0, 1, 2);
    }

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
                new TextOutput(0.3, 0.5, 1.5, false));

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

    private static void assertBox(Box box, double left, double top, double right, double bottom) {
        assertThat(box.left()).isCloseTo(left, within(1e-4));
        assertThat(box.top()).isCloseTo(top, within(1e-4));
        assertThat(box.right()).isCloseTo(right, within(1e-4));
        assertThat(box.bottom()).isCloseTo(bottom, within(1e-4));
    }
}
