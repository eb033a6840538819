package io.sluice.model;

import io.sluice.image.Image;
import io.sluice.image.Mask;

/**
 * A picture with a part that is to be made up.
 *
 * @param mask as large as the picture; its inside is made up
 * @param painting what a network that is told paints there
 */
public record Hole(Image image, Mask mask, Painting painting) {
    public Hole {
        if (mask.width() != image.width() || mask.height() != image.height()) {
            throw new IllegalArgumentException("hole of " + mask.width() + "x" + mask.height() + " in an image of "
                    + image.width() + "x" + image.height() + ": the same size is required");
        }
    }

    public Hole(Image image, Mask mask) {
        this(image, mask, Painting.DEFAULT);
    }
}
