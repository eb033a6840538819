package io.sluice.video;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** Tells the parent now and then that work goes on. Called for every packet and frame, it says little of what it hears. */
final class Progress {
    private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Wire.Sender sender;
    private long lastSent = System.nanoTime();

    Progress(Wire.Sender sender) {
        this.sender = sender;
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
}
