package io.sluice.export;

import org.jspecify.annotations.Nullable;

/**
 * An example as a trainer's reader finds it.
 *
 * @param stem what names it
 * @param repeats 0 where the layout does not say
 * @param picture SHA-256 of the file
 * @param mask SHA-256 of the file; null where there is none
 */
record ReadExample(
        String stem,
        int repeats,
        String caption,
        String picture,
        @Nullable String mask) {}
