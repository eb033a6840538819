package io.sluice.catalogue;

import java.util.Locale;

/** What a person has said of a frame in a dataset. */
public enum FrameEdit {
    /** It is in the dataset, whatever the rules say. */
    PIN,
    /** It is not in the dataset, whatever the rules say. */
    VETO;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static FrameEdit of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
