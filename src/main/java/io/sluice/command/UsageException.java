package io.sluice.command;

/** The command cannot be carried out as it was given. The message says what to change. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
