package io.sluice.catalogue;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What follows the next select of a dataset, whatever its recipe and the process say. */
public enum AfterSelect {
    /** It waits for a person to go on. */
    REST,
    /** Chosen frames are finished at once. */
    GO_ON;

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<AfterSelect> of(@Nullable String word) {
        return Optional.ofNullable(word)
                .map(known -> valueOf(known.toUpperCase(Locale.ROOT).replace('-', '_')));
    }
}
