package io.sluice.select;

import io.sluice.frame.Frame;
import io.sluice.recipe.Recipe;
import java.util.List;

/** How alike frames look, by one kind of measurement. Values of different kinds do not compare, so each has its own threshold. */
public interface Similarity {

    /** Reason of a rejection by this kind, the key of the report's counts. */
    String reason();

    /** From this value on two frames are near-duplicates under the recipe. */
    double threshold(Recipe.Select select);

    /**
     * Prepares frames for going through them in their order, each compared with those before it that stay.
     *
     * @param threshold from which on frames are near-duplicates
     * @throws IllegalArgumentException if a frame's measurement is not understood; names the frame
     */
    Staying of(List<Frame> frames, double threshold);

    /** Frames that stay, of the list it was made for. Used by one thread. */
    interface Staying {
        /**
         * How alike the frame is to the first of those that stay to which it is at least as alike as the threshold; {@link
         * Double#NaN} where there is none, as for a frame that was not measured.
         *
         * @param frame index in the list, higher than in all calls before
         */
        double alike(int frame);

        /** @param frame index in the list that {@link #alike} was asked for last; it stays */
        void add(int frame);
    }
}
