package io.sluice.assess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DistributionTest {

    @Test
    void quantiles_are_scores_that_are_there() {
        Distribution four = Distribution.of(0.4, 0.1, 0.3, 0.2);

        assertThat(four.count()).isEqualTo(4);
        assertThat(four.quantile(0)).isEqualTo(0.1);
        assertThat(four.quantile(0.25)).isEqualTo(0.1);
        assertThat(four.quantile(0.26)).isEqualTo(0.2);
        assertThat(four.quantile(0.5)).isEqualTo(0.2);
        assertThat(four.quantile(1)).isEqualTo(0.4);
        assertThat(four.below(0.3)).isEqualTo(2);
        assertThat(four.below(9)).isEqualTo(4);
        assertThatThrownBy(Distribution::of).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bins_have_equal_width_and_the_highest_score_is_in_the_last() {
        Distribution scores = Distribution.of(0, 1, 1, 2.5, 4);

        assertThat(scores.histogram(4)).containsExactly(1, 2, 1, 1);
        assertThat(scores.bin(-3, 4)).isZero();
        assertThat(scores.bin(2, 4)).isEqualTo(2);
        assertThat(scores.bin(7, 4)).isEqualTo(3);
        assertThat(Distribution.of(5, 5).histogram(3)).containsExactly(0, 2, 0);
    }

    @Test
    void a_fuller_bin_is_darker_and_an_empty_one_blank() {
        assertThat(Distribution.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 9).line(3)).isEqualTo("@ .");
    }
}
