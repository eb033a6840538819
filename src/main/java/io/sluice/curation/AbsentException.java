package io.sluice.curation;

/** What was asked for is not there: a dataset, a frame, a picture, an export. The message names it. */
public final class AbsentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public AbsentException(String message) {
        super(message);
    }
}
