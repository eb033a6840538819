package io.sluice.select;

import io.sluice.frame.FrameId;
import java.util.Set;

/**
 * What a person has said of frames of a dataset. It wins over every rule of the filters and of select.
 *
 * @param pinned are in the dataset
 * @param vetoed are not
 */
public record Edits(Set<FrameId> pinned, Set<FrameId> vetoed) {
    /** Nobody has said anything. */
    public static final Edits NONE = new Edits(Set.of(), Set.of());

    public Edits {
        pinned = Set.copyOf(pinned);
        vetoed = Set.copyOf(vetoed);
    }
}
