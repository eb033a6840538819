package io.sluice.route;

/** A message that cannot be read: not JSON, of another major schema version, or without a field that is required. */
public final class MessageException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean newer;

    public MessageException(String message) {
        this(message, false);
    }

    /** @param newer whether a later version of this program may be able to read it */
    MessageException(String message, boolean newer) {
        super(message);
        this.newer = newer;
    }

    boolean isNewer() {
        return newer;
    }
}
