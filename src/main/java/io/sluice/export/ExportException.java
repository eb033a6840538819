package io.sluice.export;

/** The export cannot be made as it was asked for. The message says of what, and what to change. */
public final class ExportException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ExportException(String message) {
        super(message);
    }
}
