package io.sluice.store;

/** The bucket does not have the object any more, or has another content under its key. Trying again is of no use. */
public final class ObjectGoneException extends Exception {
    private static final long serialVersionUID = 1;

    public ObjectGoneException(String message) {
        super(message);
    }
}
