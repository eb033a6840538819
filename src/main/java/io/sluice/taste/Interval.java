package io.sluice.taste;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * A number measured on a sample, with the bounds between which it lies in 95 of 100 samples of the kind.
 *
 * @param low 2.5 % of the resampled values are below
 * @param high 2.5 % are above
 */
public record Interval(double value, double low, double high) {
    /** Resampled values; enough for the 2.5 % at each end to be 25 of them. */
    private static final int SAMPLES = 1000;

    private static final double TAIL = 0.025;

    /**
     * By the percentile bootstrap: whole groups are drawn with repetition, as many as there are.
     *
     * @param groups each the places of what belongs together
     * @param measure of a sample of places
     */
    static Interval of(double value, int[][] groups, long seed, ToDoubleFunction<int[]> measure) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            int[][] drawn = new int[groups.length][];
            for (int j = 0; j < groups.length; j++) {
                drawn[j] = groups[random.nextInt(groups.length)];
            }
            values[i] = measure.applyAsDouble(
                    Arrays.stream(drawn).flatMapToInt(Arrays::stream).toArray());
        }
        Arrays.sort(values);
        int tail = (int) (SAMPLES * TAIL);
        return new Interval(value, values[tail], values[SAMPLES - 1 - tail]);
    }

    /** The wider bounds of both, at each end. */
    Interval with(Interval other) {
        return new Interval(value, Math.min(low, other.low), Math.max(high, other.high));
    }

    /** As a line for people has it: {@code 0.71 (0.60 to 0.79)}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", value, low, high);
    }
}
