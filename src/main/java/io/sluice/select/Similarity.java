package io.sluice.select;

import io.sluice.frame.Frame;
import java.util.List;

/** How alike frames look, by one kind of measurement. Values of different kinds do not compare, so each has its own threshold. */
public interface Similarity {

    /** From this value on two frames are near-duplicates, where the recipe leaves it to {@code auto}. */
    double threshold();

    /**
     * Prepares the frames once, so that comparing pairs is cheap.
     *
     * @throws IllegalArgumentException if a frame's measurement is not understood; names the frame
     */
    Pairs of(List<Frame> frames);

    /** Compares frames of the list it was made for. */
    interface Pairs {
        /**
         * 0 (unlike) to 1 (the same); {@link Double#NaN} where one of the two was not measured.
         *
         * @param a index in the list
         * @param b index in the list
         */
        double between(int a, int b);
    }
}
