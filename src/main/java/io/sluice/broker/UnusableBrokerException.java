package io.sluice.broker;

import org.jspecify.annotations.Nullable;

/**
 * A broker, or cluster, that cannot be used as it is configured: it refuses, or lacks what is required. Trying again does not help;
 * the message says what does.
 */
public final class UnusableBrokerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnusableBrokerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
