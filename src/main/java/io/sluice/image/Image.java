package io.sluice.image;

import io.sluice.frame.Crop;

/**
 * A decoded picture: 8-bit BGR, interleaved, rows from the top without padding, so {@code bgr.length == 3 * width * height}.
 * The array is shared, not copied: whoever holds an image reads it and never writes to it, so that a cached picture can serve
 * several stages.
 */
public record Image(int width, int height, byte[] bgr) {
    /** @throws IllegalArgumentException if a side is below 1 or the array has another length */
    public Image {
        if (width < 1 || height < 1 || bgr.length != 3L * width * height) {
            throw new IllegalArgumentException("image of " + width + "x" + height + " with " + bgr.length
                    + " bytes: sides of at least 1 and 3 bytes a pixel are required");
        }
    }

    /** The pixels of this part. */
    public Image cut(Crop crop) {
        byte[] part = new byte[3 * crop.width() * crop.height()];
        for (int y = 0; y < crop.height(); y++) {
            System.arraycopy(
                    bgr, 3 * ((crop.top() + y) * width + crop.left()), part, 3 * y * crop.width(), 3 * crop.width());
        }
        return new Image(crop.width(), crop.height(), part);
    }
}
