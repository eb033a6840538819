package io.sluice.route;

/** A request that is not taken: what in it, which value, and what is allowed instead. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    /** Of a value, as much as tells a person which one it is. */
    private static final int SHOWN = 500;

    private final String what;
    private final String value;
    private final String allowed;

    public RefusedException(String what, String value, String allowed) {
        super(what + ": '" + shown(value) + "' is not allowed; allowed: " + allowed);
        this.what = what;
        this.value = shown(value);
        this.allowed = allowed;
    }

    public String what() {
        return what;
    }

    public String value() {
        return value;
    }

    public String allowed() {
        return allowed;
    }

    private static String shown(String value) {
        return value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "...";
    }
}
