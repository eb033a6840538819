package io.sluice.application;

/** A setting of the process is wrong; the message names its key, its value and what is allowed. */
public class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SettingsException(String message) {
        super(message);
    }
}
