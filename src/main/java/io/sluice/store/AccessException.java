package io.sluice.store;

import io.sluice.frame.InfrastructureException;

/** The storage answers, and does not let this process have what it asks for; it will not until somebody changes something. */
public final class AccessException extends InfrastructureException {
    private static final long serialVersionUID = 1;

    public AccessException(String message, Throwable cause) {
        super(message, cause);
    }
}
