package io.sluice.assess;

import java.util.Arrays;

/** How scores are spread. Quantiles are scores that are there: of n sorted scores that of the share q is number ceil(q n), from 1. */
public final class Distribution {
    private static final String LEVELS = " .:-=+*#%@";

    private final double[] sorted;

    private Distribution(double[] sorted) {
        this.sorted = sorted;
    }

    /** @param scores at least one, in any order */
    public static Distribution of(double... scores) {
        if (scores.length == 0) {
            throw new IllegalArgumentException("a distribution of no scores: one at least is required");
        }
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        return new Distribution(sorted);
    }

    public int count() {
        return sorted.length;
    }

    /** @param share 0 for the lowest score to 1 for the highest */
    public double quantile(double share) {
        int rank = (int) Math.ceil(share * sorted.length - 1e-9);
        return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1];
    }

    /** Scores that are below. */
    public int below(double threshold) {
        int below = 0;
        while (below < sorted.length && sorted[below] < threshold) {
            below++;
        }
        return below;
    }

    /** Different scores, ascending. */
    public double[] distinct() {
        return Arrays.stream(sorted).distinct().toArray();
    }

    /** How many scores lie in each of so many bins of equal width from the lowest score to the highest. */
    public int[] histogram(int bins) {
        int[] counts = new int[bins];
        for (double score : sorted) {
            counts[bin(score, bins)]++;
        }
        return counts;
    }

    /** The bin that a score lies in, or would lie in; the first and the last take what is outside. */
    int bin(double score, int bins) {
        double low = sorted[0];
        double width = sorted[sorted.length - 1] - low;
        return width == 0 ? bins / 2 : (int) Math.max(0, Math.min(bins - 1, Math.floor((score - low) / width * bins)));
    }

    /** The histogram as a line of letters, the fuller the darker; a blank is an empty bin. */
    public String line(int bins) {
        int[] counts = histogram(bins);
        int most = Arrays.stream(counts).max().orElseThrow();
        StringBuilder line = new StringBuilder();
        for (int count : counts) {
            line.append(LEVELS.charAt((int) Math.ceil((LEVELS.length() - 1.0) * count / most)));
        }
        return line.toString();
    }
}
