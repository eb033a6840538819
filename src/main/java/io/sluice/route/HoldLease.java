package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;

/**
 * Lets an exchange go on in one process only: the one that holds the lease. In the others the route ends here. Thread-safe.
 *
 * <p>The catalogue is asked when a third of the lease has passed, not at each tick; a process that does not hold it asks each
 * time.
 */
public final class HoldLease implements Processor {
    private static final Logger LOG = Logger.getLogger(HoldLease.class);

    private final Catalogue catalogue;
    private final String name;
    private final String holder;
    private final Duration length;
    private final Clock clock;
    private long until;
    private boolean held;

    /**
     * @param holder no other process may have the name; the same after a restart, so that the lease is had back at once
     * @param length after which another process takes over from one that has ended
     */
    public HoldLease(Catalogue catalogue, String name, String holder, Duration length, Clock clock) {
        this.catalogue = catalogue;
        this.name = name;
        this.holder = holder;
        this.length = length;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        if (!hold()) {
            exchange.setRouteStop(true);
        }
    }

    /** Whether this process holds the lease; takes or renews it if need be. */
    public synchronized boolean hold() {
        long now = clock.millis();
        if (held && until - now > length.toMillis() * 2 / 3) {
            return true;
        }
        long wanted = now + length.toMillis();
        boolean taken = catalogue.write(rows -> rows.leases().take(name, holder, now, wanted));
        if (taken != held) {
            LOG.infof("lease=%s instance=%s %s", name, holder, taken ? "taken" : "lost to another process");
        }
        held = taken;
        until = wanted;
        return taken;
    }

    /** Whether this process holds the lease, without asking the catalogue. */
    public synchronized boolean isHeld() {
        return held && clock.millis() < until;
    }

    /** Lets another process take over at once. */
    public synchronized void release() {
        if (held) {
            held = false;
            catalogue.update(rows -> rows.leases().release(name, holder));
        }
    }
}
