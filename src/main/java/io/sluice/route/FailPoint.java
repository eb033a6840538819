package io.sluice.route;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Places where a test has the process killed, to see that nothing is lost. Named by the environment variable
 * {@code SLUICE_FAIL_POINT}, as in {@code mid-segment:3}: the process ends without any clean-up when it passes the place for the
 * third time. Without the variable nothing happens.
 */
public enum FailPoint {
    START_UP,
    INBOX_COPIED,
    OBJECT_CLAIMED,
    OBJECT_ENTERED,
    BROKER_START,
    MID_SEGMENT,
    BETWEEN_PRODUCE_AND_COMMIT,
    IN_SELECT,
    PICTURES_DROPPED,
    DATASET_WRITE,
    DATASET_FINISH;

    private static final String CHOSEN = System.getenv().getOrDefault("SLUICE_FAIL_POINT", "");

    private final AtomicInteger passes = new AtomicInteger();

    /** Ends the process if this is the chosen place and the count is reached. */
    public void pass() {
        if (CHOSEN.isEmpty()) {
            return;
        }
        String[] chosen = CHOSEN.split(":", 2);
        if (chosen[0].equals(name().toLowerCase(Locale.ROOT).replace('_', '-'))
                && passes.incrementAndGet() == (chosen.length == 1 ? 1 : Integer.parseInt(chosen[1]))) {
            // Not exit(): shutdown hooks would do what SIGKILL never does.
            Runtime.getRuntime().halt(137);
        }
    }
}
