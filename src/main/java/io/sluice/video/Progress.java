package io.sluice.video;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What one request has cost so far, and how far into the video it has come. Tells the parent now and then that work goes on;
 * called for every packet and frame, it says little of what it hears.
 */
final class Progress {
    private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Wire.Sender sender;
    private final DecoderLimits limits;
    private long lastSent = System.nanoTime();
    private long spentNanos;
    private double contentSeconds;

    Progress(Wire.Sender sender, DecoderLimits limits) {
        this.sender = sender;
        this.limits = limits;
    }

    void beat() {
        long now = System.nanoTime();
        if (now - lastSent > SILENCE_NANOS) {
            lastSent = now;
            try {
                sender.send(Wire.Kind.PROGRESS, out -> {});
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** So much more of the video has been seen. */
    void advanced(double seconds) {
        contentSeconds += seconds;
    }

    /**
     * FFmpeg has been at work, reading or decoding, since {@code begin} by {@link System#nanoTime}.
     *
     * @throws VideoException if that is more than the video may take for what has been seen of it
     */
    void workedSince(long begin) {
        spentNanos += System.nanoTime() - begin;
        double spent = spentNanos / 1e9;
        double floor = limits.decodeFloorMicros() / 1e6;
        if (spent > Math.max(floor, contentSeconds * limits.maxDecodeSecondsPerSecond())) {
            throw new VideoException(String.format(
                    Locale.ROOT,
                    "decoding %.1f s of it took %.1f s: %s s for each second of video are allowed, and %s s in any case",
                    contentSeconds,
                    spent,
                    plain(limits.maxDecodeSecondsPerSecond()),
                    plain(floor)));
        }
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
