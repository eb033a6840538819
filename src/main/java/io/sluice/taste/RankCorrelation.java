package io.sluice.taste;

import java.util.Arrays;
import org.hipparchus.stat.correlation.KendallsCorrelation;

/**
 * How far two lists of numbers go up and down together: Spearman's rank correlation, also of samples with repetition, which a
 * bootstrap draws by the thousand, and Kendall's tau-b. 0 where one of the lists has one value only.
 */
final class RankCorrelation {
    private final double[] first;
    private final double[] second;
    private final int[] firstPlaces;
    private final int[] secondPlaces;

    /** @param second as long as the first */
    RankCorrelation(double[] first, double[] second) {
        this.first = first;
        this.second = second;
        this.firstPlaces = places(first);
        this.secondPlaces = places(second);
    }

    /** For each value its place among the different values, from 0. */
    private static int[] places(double... values) {
        double[] different = Arrays.stream(values).sorted().distinct().toArray();
        return Arrays.stream(values)
                .mapToInt(value -> Arrays.binarySearch(different, value))
                .toArray();
    }

    double spearman() {
        int[] all = new int[first.length];
        Arrays.setAll(all, i -> i);
        return spearman(all);
    }

    /** Of a sample: places in the lists, which may come more than once. Without sorting, for places have few values. */
    double spearman(int[] sample) {
        double[] x = ranks(firstPlaces, sample);
        double[] y = ranks(secondPlaces, sample);
        // Mean ranks of ties keep the mean of all ranks.
        double mean = (sample.length + 1) / 2.0;
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i : sample) {
            double dx = x[firstPlaces[i]] - mean;
            double dy = y[secondPlaces[i]] - mean;
            xy += dx * dy;
            xx += dx * dx;
            yy += dy * dy;
        }
        return xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx * yy);
    }

    /** By place the mean rank of its ties in the sample, from 1. */
    private static double[] ranks(int[] places, int[] sample) {
        double[] ranks = new double[places.length];
        for (int i : sample) {
            ranks[places[i]]++;
        }
        double before = 0;
        for (int place = 0; place < ranks.length; place++) {
            double count = ranks[place];
            ranks[place] = before + (count + 1) / 2;
            before += count;
        }
        return ranks;
    }

    double kendall() {
        if (first.length < 2 || spread(firstPlaces) == 0 || spread(secondPlaces) == 0) {
            return 0;
        }
        return new KendallsCorrelation().correlation(first, second);
    }

    private static int spread(int... places) {
        return Arrays.stream(places).max().orElse(0);
    }
}
