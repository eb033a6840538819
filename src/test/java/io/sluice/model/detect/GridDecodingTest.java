package io.sluice.model.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.frame.Box;
import io.sluice.model.detect.NonMaxSuppression.Candidate;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Decoding, against numbers computed by hand. */
class GridDecodingTest {

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

    private static void assertBox(Box box, double left, double top, double right, double bottom) {
        assertThat(box.left()).isCloseTo(left, within(1e-4));
        assertThat(box.top()).isCloseTo(top, within(1e-4));
        assertThat(box.right()).isCloseTo(right, within(1e-4));
        assertThat(box.bottom()).isCloseTo(bottom, within(1e-4));
    }
}
