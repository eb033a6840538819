package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepublishedTest {
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final ManualClock clock = new ManualClock();
    private final Republished republished = new Republished(PAUSE, clock);

    @Test
    void pauses_double_and_after_the_last_it_was_in_vain() {
        List<Long> seconds = new ArrayList<>();
        long begin = clock.millis();
        while (!republished.isInVain("a")) {
            republished.isMissed("a");
            if (republished.isDue("a")) {
                seconds.add((clock.millis() - begin) / 1000);
                republished.published("a");
            }
            republished.forgetOthers();
            clock.pass(Duration.ofSeconds(5));
        }

        assertThat(seconds).containsExactly(0L, 10L, 30L, 70L, 150L, 310L);
        assertThat((clock.millis() - begin) / 1000).isEqualTo(630);
        assertThat(republished.isDue("a")).isFalse();
    }

    @Test
    void what_was_read_is_forgotten_and_begins_anew() {
        republished.published("a");
        republished.published("b");
        republished.isMissed("b");
        republished.forgetOthers();

        assertThat(republished.size()).isEqualTo(1);
        assertThat(republished.isDue("a")).isTrue();
        assertThat(republished.isDue("b")).isFalse();
    }

    @Test
    void nothing_is_in_vain_before_it_was_tried() {
        assertThat(republished.isInVain("a")).isFalse();
        assertThat(republished.isDue("a")).isTrue();
    }
}
