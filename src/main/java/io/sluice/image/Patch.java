package io.sluice.image;

import io.sluice.frame.Box;

/**
 * A square window on a picture. Where it reaches beyond the picture it shows it mirrored at the border, which is not repeated.
 *
 * @param left in pixels of the picture; may be negative
 * @param top in pixels of the picture; may be negative
 * @param side in pixels, at least 1
 */
public record Patch(int left, int top, int side) {
    public Patch {
        if (side < 1) {
            throw new IllegalArgumentException("patch of side " + side + ": at least 1 is required");
        }
    }

    /**
     * A window with the middle of {@code part} in its middle, moved so that it reaches beyond the picture no more than it has
     * to.
     */
    public static Patch around(Box part, int side, int imageWidth, int imageHeight) {
        return new Patch(
                start((part.left() + part.right()) / 2, side, imageWidth),
                start((part.top() + part.bottom()) / 2, side, imageHeight),
                side);
    }

    private static int start(double middle, int side, int size) {
        if (side >= size) {
            return -((side - size) / 2);
        }
        return (int) Math.min(Math.max(Math.round(middle - side / 2.0), 0), size - side);
    }

    /** What the window shows. */
    public Image of(Image image) {
        byte[] bgr = new byte[Math.multiplyExact(3 * side, side)];
        for (int y = 0; y < side; y++) {
            int row = mirrored(top + y, image.height()) * image.width();
            for (int x = 0; x < side; x++) {
                System.arraycopy(
                        image.bgr(), 3 * (row + mirrored(left + x, image.width())), bgr, 3 * (y * side + x), 3);
            }
        }
        return new Image(side, side, bgr);
    }

    /** What the window shows. */
    public Mask of(Mask mask) {
        byte[] values = new byte[Math.multiplyExact(side, side)];
        for (int y = 0; y < side; y++) {
            int row = mirrored(top + y, mask.height()) * mask.width();
            for (int x = 0; x < side; x++) {
                values[y * side + x] = mask.values()[row + mirrored(left + x, mask.width())];
            }
        }
        return new Mask(side, side, values);
    }

    private static int mirrored(int position, int size) {
        if (size == 1) {
            return 0;
        }
        int period = 2 * (size - 1);
        int within = Math.floorMod(position, period);
        return within < size ? within : period - within;
    }
}
