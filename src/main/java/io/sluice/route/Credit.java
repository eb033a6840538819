package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.frame.InfrastructureException;
import java.time.Duration;

/**
 * Holds extraction back while too many extracted frames wait for the filters, so that a fast decoder never fills the disk.
 * Thread-safe.
 */
public final class Credit {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Catalogue catalogue;
    private final long frames;
    private final Duration patience;

    /**
     * @param frames that may wait
     * @param patience after which a segment is given back, to be polled again; below the consumer's maximum poll interval
     */
    public Credit(Catalogue catalogue, long frames, Duration patience) {
        this.catalogue = catalogue;
        this.frames = frames;
        this.patience = patience;
    }

    /**
     * Returns when there is credit.
     *
     * @throws InfrastructureException if the filters do not come after
     */
    public void await() {
        long deadline = System.nanoTime() + patience.toNanos();
        while (catalogue.read(rows -> rows.frames().countWaitingForFilters()) > frames) {
            if (System.nanoTime() > deadline) {
                throw new InfrastructureException(
                        "extract: more than " + frames + " frames have waited for the filters for "
                                + patience.toSeconds() + " s; the segment is tried again",
                        null);
            }
            try {
                // The filters may run in another process, so only the catalogue can say that they have caught up.
                Thread.sleep(LOOK_AGAIN.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InfrastructureException("extract: interrupted while waiting for the filters", e);
            }
        }
    }
}
