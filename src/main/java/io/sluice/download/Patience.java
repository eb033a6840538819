package io.sluice.download;

import java.time.Duration;

/**
 * How long a downloader bears with a server.
 *
 * @param connect until a connection must stand
 * @param silence after which a connection that brings nothing is given up
 * @param attempts in a row that bring nothing new, from 1
 * @param backOff before the second attempt; twice as long before each one that follows
 */
public record Patience(Duration connect, Duration silence, int attempts, Duration backOff) {
    /** For servers on the internet: about a quarter of a minute of waiting between five attempts. */
    public static final Patience USUAL =
            new Patience(Duration.ofSeconds(20), Duration.ofSeconds(60), 5, Duration.ofSeconds(1));

    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** How long to wait after this many attempts that brought nothing. */
    Duration before(int failed) {
        Duration wait = backOff.multipliedBy(1L << Math.min(failed - 1, 16));
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }

    /** What a server asks for, within reason. */
    static Duration bounded(Duration asked) {
        return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
    }
}
