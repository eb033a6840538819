package io.sluice.route;

/** A message that cannot be read: not JSON, of another major schema version, or without a field that is required. */
public final class MessageException extends Exception {
    private static final long serialVersionUID = 1;

    public MessageException(String message) {
        super(message);
    }
}
