package io.sluice.curation;

/** The state of a thing forbids what was asked for. The message names both, and what would help. */
public final class ConflictException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ConflictException(String message) {
        super(message);
    }
}
