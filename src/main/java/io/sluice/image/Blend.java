package io.sluice.image;

import io.sluice.frame.Box;

/** Puts a filled region into a picture without a seam. */
public final class Blend {
    private Blend() {}

    /**
     * {@code original} outside the mask, byte for byte. Inside, the share of {@code filled} rises from the mask's border
     * linearly and is whole from {@code featherPx} pixels on; the border of the picture is no border of the mask.
     *
     * @param filled as large as the original
     * @param mask as large as the original
     * @param featherPx 0 for {@code filled} everywhere inside
     */
    public static Image over(Image original, Image filled, Mask mask, int featherPx) {
        if (filled.width() != original.width()
                || filled.height() != original.height()
                || mask.width() != original.width()
                || mask.height() != original.height()) {
            throw new IllegalArgumentException("blend of " + original.width() + "x" + original.height() + ", "
                    + filled.width() + "x" + filled.height() + " and a mask of " + mask.width() + "x" + mask.height()
                    + ": the same size is required");
        }
        if (featherPx < 0) {
            throw new IllegalArgumentException("blend over " + featherPx + " pixels: 0 or more is required");
        }
        byte[] result = original.bgr().clone();
        Box bounds = mask.bounds();
        if (bounds.area() == 0) {
            return new Image(original.width(), original.height(), result);
        }
        // A pixel more on each side, so that what lies just outside the mask is seen as outside.
        int left = Math.max(0, (int) bounds.left() - 1);
        int top = Math.max(0, (int) bounds.top() - 1);
        int right = Math.min(mask.width(), (int) bounds.right() + 1);
        int bottom = Math.min(mask.height(), (int) bounds.bottom() + 1);
        Mask part = mask.crop(left, top, right, bottom);
        float[] depths = part.depths();
        for (int y = 0; y < part.height(); y++) {
            for (int x = 0; x < part.width(); x++) {
                float depth = depths[y * part.width() + x];
                if (depth > 0) {
                    double share = Math.min(1, depth / (featherPx + 1.0));
                    int at = 3 * ((top + y) * original.width() + left + x);
                    for (int channel = at; channel < at + 3; channel++) {
                        int before = original.bgr()[channel] & 0xff;
                        int after = filled.bgr()[channel] & 0xff;
                        result[channel] = (byte) Math.round(before + share * (after - before));
                    }
                }
            }
        }
        return new Image(original.width(), original.height(), result);
    }
}
