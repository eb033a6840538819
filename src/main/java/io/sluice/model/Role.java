package io.sluice.model;

import java.util.Locale;

/** A job that a model does. */
public enum Role {
    /** Objects in a picture, with a label and a box. */
    DETECT,
    /** Lines of text in a picture, with their corners. */
    TEXT_DETECT;

    /** As manifests, commands and reports write it: {@code detect}, {@code text-detect}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
