package io.sluice.frame;

import org.jspecify.annotations.Nullable;

/** A store, device, broker or database is at fault, no frame is. The batch stops, is not committed, and is polled again. */
public class InfrastructureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InfrastructureException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
