package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.frame.InfrastructureException;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * That this process is alive, as other processes over the same catalogue see it: a lease that it renews as long as it lives. By it
 * they tell work that was handed over from work that has killed a process.
 *
 * <p>A run is one life of an instance. The next run of the instance ends the one before at once, because both cannot be. Thread-safe;
 * renewing has a thread of its own, so that a process that is busy, or drains, does not seem dead.
 */
public final class Presence implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Presence.class);

    private final Catalogue catalogue;
    private final String name;
    private final String run;
    private final Duration length;
    private final Clock clock;
    private final ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "presence");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param instance no other process may have the name; the same after a restart
     * @param length how long a process that has ended seems alive; as long as Kafka takes a silent consumer for alive, because before
     *     that its work does not come to another
     */
    public Presence(Catalogue catalogue, String instance, Duration length, Clock clock) {
        this.catalogue = catalogue;
        this.name = "run-of/" + instance;
        this.run = instance + "/" + UUID.randomUUID();
        this.length = length;
        this.clock = clock;
    }

    /** This life of the process, other than all before it and beside it. */
    public String run() {
        return run;
    }

    /** Is present from now on. */
    public void start() {
        renew();
        long period = length.toMillis() / 4;
        renewal.scheduleWithFixedDelay(
                () -> {
                    try {
                        renew();
                    } catch (InfrastructureException e) {
                        LOG.warnf("presence of run=%s is not renewed: error=%s", run, e.getMessage());
                    }
                },
                period,
                period,
                TimeUnit.MILLISECONDS);
    }

    void renew() {
        long until = clock.millis() + length.toMillis();
        catalogue.update(rows -> rows.leases().seize(name, run, until));
    }

    /** Leaves in good order: what this process had begun was not its end. */
    @Override
    public void close() {
        renewal.shutdownNow();
        try {
            if (!renewal.awaitTermination(length.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warnf("presence of run=%s is still being renewed", run);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        catalogue.update(rows -> {
            rows.attempts().abandon(run);
            rows.leases().release(name, run);
        });
    }
}
