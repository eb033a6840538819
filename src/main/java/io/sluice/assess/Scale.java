package io.sluice.assess;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * One thing that is measured and compared.
 *
 * @param name for people
 * @param key of the recipe that holds the threshold
 * @param side on which frames pass
 * @param threshold under the recipe; empty where it compares nothing
 * @param note on the threshold, as where a recipe's {@code auto} comes to; may be empty
 * @param reasons of rejections that go by this scale
 * @param score of a frame; empty where it was not measured
 */
record Scale(
        String name,
        String key,
        Side side,
        OptionalDouble threshold,
        String note,
        List<String> reasons,
        Function<MeasuredFrame, OptionalDouble> score) {

    /** Where frames pass. */
    enum Side {
        AT_LEAST("at least"),
        AT_MOST("at most"),
        BELOW("below");

        final String words;

        Side(String words) {
            this.words = words;
        }
    }

    boolean passes(double value) {
        if (threshold.isEmpty()) {
            return true;
        }
        double border = threshold.getAsDouble();
        return switch (side) {
            case AT_LEAST -> value >= border;
            case AT_MOST -> value <= border;
            case BELOW -> value < border;
        };
    }
}
