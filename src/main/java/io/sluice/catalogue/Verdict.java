package io.sluice.catalogue;

import java.util.Locale;

/** What the last stage has decided on a frame. */
public enum Verdict {
    KEPT,
    REJECTED,
    FAILED;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Verdict of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
