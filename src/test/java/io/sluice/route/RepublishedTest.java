package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepublishedTest {
    private static final Duration PAUSE = Duration.ofSeconds(10);

    /** A clock that is set by hand. */
    private static final class Hand extends Clock {
        private long millis = 1_000_000;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("UTC only");
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }
    }

    private final Hand clock = new Hand();
    private final Republished republished = new Republished(PAUSE, clock);

    @Test
    void pauses_double_and_after_the_last_it_was_in_vain() {
        List<Long> seconds = new ArrayList<>();
        long begin = clock.millis;
        while (!republished.isInVain("a")) {
            republished.isMissed("a");
            if (republished.isDue("a")) {
                seconds.add((clock.millis - begin) / 1000);
                republished.published("a");
            }
            republished.forgetOthers();
            clock.millis += 5000;
        }

        assertThat(seconds).containsExactly(0L, 10L, 30L, 70L, 150L, 310L);
        assertThat((clock.millis - begin) / 1000).isEqualTo(630);
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
