package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.catalogue.Catalogue;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HoldLeaseTest {
    private static final Duration LENGTH = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock();
    private Catalogue catalogue;
    private HoldLease first;
    private HoldLease second;

    @BeforeEach
    void open() {
        catalogue = Catalogue.embedded(folder.resolve("catalogue.db"));
        first = new HoldLease(catalogue, "control", "one", LENGTH, clock);
        second = new HoldLease(catalogue, "control", "two", LENGTH, clock);
    }

    @AfterEach
    void close() {
        catalogue.close();
    }

    @Test
    void a_route_goes_on_in_the_process_that_holds_the_lease_alone() throws Exception {
        assertThat(goesOn(first)).isTrue();
        assertThat(goesOn(second)).isFalse();
        assertThat(first.isHeld()).isTrue();
        assertThat(second.isHeld()).isFalse();
    }

    @Test
    void a_holder_that_works_keeps_it_for_ever() throws Exception {
        for (int second = 0; second < 300; second += 5) {
            assertThat(goesOn(first)).isTrue();
            assertThat(goesOn(this.second)).isFalse();
            clock.pass(Duration.ofSeconds(5));
        }
    }

    @Test
    void a_process_that_has_ended_is_followed_when_its_lease_has_run_out_and_not_before() throws Exception {
        assertThat(goesOn(first)).isTrue();
        clock.pass(LENGTH.minusMillis(1));
        assertThat(goesOn(second)).isFalse();
        clock.pass(Duration.ofMillis(1));
        assertThat(goesOn(second)).isTrue();
    }

    @Test
    void a_holder_that_paused_while_another_took_over_does_nothing_when_it_comes_back() throws Exception {
        assertThat(goesOn(first)).isTrue();
        clock.pass(LENGTH);
        assertThat(first.isHeld()).as("it knows without asking").isFalse();
        assertThat(goesOn(second)).isTrue();
        assertThat(goesOn(first)).isFalse();
        first.release();
        assertThat(goesOn(second)).as("nor does it take the other's away").isTrue();
        clock.pass(LENGTH);
        assertThat(goesOn(first)).isTrue();
    }

    @Test
    void who_stops_in_good_order_is_followed_at_once_and_who_starts_again_has_it_back() throws Exception {
        assertThat(goesOn(first)).isTrue();
        assertThat(goesOn(new HoldLease(catalogue, "control", "one", LENGTH, clock)))
                .as("the next life of the same instance")
                .isTrue();
        first.release();
        assertThat(goesOn(second)).isTrue();
    }

    private static boolean goesOn(HoldLease lease) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(context);
            lease.process(exchange);
            return !exchange.isRouteStop();
        }
    }
}
