package io.sluice.api;

/** A request with a value that is not allowed. The message names the key, the value and what is allowed. */
final class RequestException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RequestException(String message) {
        super(message);
    }

    static RequestException of(String key, Object value, String allowed) {
        return new RequestException(key + ": '" + value + "' is not allowed; allowed: " + allowed);
    }
}
