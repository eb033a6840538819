package io.sluice.captions;

import io.sluice.frame.FrameId;
import org.jspecify.annotations.Nullable;

/**
 * A caption as it goes out.
 *
 * @param file the picture, in the dataset's folder
 * @param caption as it stands in the dataset now
 * @param machine what the recipe would have there; null where that is not known
 */
public record Line(
        FrameId frame,
        String file,
        String caption,
        @Nullable String machine) {
    /** Whether a person has changed it. */
    public boolean isEdited() {
        return machine != null && !machine.strip().equals(caption.strip());
    }
}
