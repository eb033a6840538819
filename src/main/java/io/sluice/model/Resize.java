package io.sluice.model;

import io.sluice.image.Letterbox;
import java.util.Locale;

/** How a picture of any size fills a network's input; {@link Letterbox} has the geometry of each. */
public enum Resize {
    LETTERBOX_TOP_LEFT,
    LETTERBOX_CENTRE,
    STRETCH,
    LIMIT_SIDE,
    MIN_SIDE,
    FIT_HEIGHT,
    /** The middle square, as {@link io.sluice.image.CentreCrop} makes it. */
    CENTRE_CROP;

    /** As manifests write it: {@code letterbox-top-left}, ... */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
