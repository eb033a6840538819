package io.sluice.taste;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.hipparchus.stat.correlation.SpearmansCorrelation;
import org.junit.jupiter.api.Test;

class RankCorrelationTest {
    @Test
    void samples_with_ties_and_repetition_agree_with_the_library() {
        Random random = new Random(1);
        for (int round = 0; round < 50; round++) {
            int size = 5 + random.nextInt(60);
            double[] x = random.ints(size, 1, 11).asDoubleStream().toArray();
            double[] y = random.doubles(size).map(d -> Math.rint(d * 20)).toArray();
            int[] sample = random.ints(size, 0, size).toArray();
            double[] sampledX = Arrays.stream(sample).mapToDouble(i -> x[i]).toArray();
            double[] sampledY = Arrays.stream(sample).mapToDouble(i -> y[i]).toArray();

            RankCorrelation correlation = new RankCorrelation(x, y);

            assertThat(correlation.spearman()).isCloseTo(new SpearmansCorrelation().correlation(x, y), within(1e-12));
            assertThat(correlation.spearman(sample))
                    .isCloseTo(new SpearmansCorrelation().correlation(sampledX, sampledY), within(1e-12));
        }
    }

    @Test
    void known_values() {
        double[] x = {1, 2, 3, 4};
        assertThat(new RankCorrelation(x, new double[] {10, 20, 30, 40}).spearman())
                .isEqualTo(1);
        assertThat(new RankCorrelation(x, new double[] {4, 3, 2, 1}).kendall()).isEqualTo(-1);
        // One of six pairs is the other way round.
        assertThat(new RankCorrelation(x, new double[] {1, 2, 4, 3}).kendall()).isCloseTo(4 / 6.0, within(1e-12));
        assertThat(new RankCorrelation(x, new double[] {7, 7, 7, 7}).spearman()).isZero();
        assertThat(new RankCorrelation(x, new double[] {7, 7, 7, 7}).kendall()).isZero();
    }
}
