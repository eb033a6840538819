package io.sluice.image;

import io.sluice.frame.Box;

/**
 * Where a picture lies in a network's input: scaled to {@code contentWidth} x {@code contentHeight}, its top left corner at
 * {@code left}, {@code top}, and padding around it up to {@code width} x {@code height}. Sizes in pixels.
 *
 * @param scaleX input pixels for one pixel of the original, across
 * @param scaleY input pixels for one pixel of the original, down
 */
public record Letterbox(
        int width, int height, int contentWidth, int contentHeight, int left, int top, double scaleX, double scaleY) {

    /** Networks that halve the picture five times need sides that are multiples of this. */
    private static final int LIMIT_SIDE_STEP = 32;

    /** Keeps the proportions; padding is at the right or at the bottom. */
    public static Letterbox topLeft(int imageWidth, int imageHeight, int width, int height) {
        double ratio = Math.min((double) height / imageHeight, (double) width / imageWidth);
        return new Letterbox(width, height, scaled(imageWidth, ratio), scaled(imageHeight, ratio), 0, 0, ratio, ratio);
    }

    /** Keeps the proportions; padding is at both sides, where it is odd one pixel more at the right or at the bottom. */
    public static Letterbox centred(int imageWidth, int imageHeight, int width, int height) {
        double ratio = Math.min((double) height / imageHeight, (double) width / imageWidth);
        int contentWidth = scaled(imageWidth, ratio);
        int contentHeight = scaled(imageHeight, ratio);
        return new Letterbox(
                width,
                height,
                contentWidth,
                contentHeight,
                (width - contentWidth) / 2,
                (height - contentHeight) / 2,
                (double) contentWidth / imageWidth,
                (double) contentHeight / imageHeight);
    }

    /** Fills the input, whatever becomes of the proportions. */
    public static Letterbox stretch(int imageWidth, int imageHeight, int width, int height) {
        return new Letterbox(
                width, height, width, height, 0, 0, (double) width / imageWidth, (double) height / imageHeight);
    }

    /**
     * An input as large as the picture, but with no side above {@code side}; both sides are rounded to multiples of 32, so the
     * proportions change a little.
     */
    public static Letterbox limitSide(int imageWidth, int imageHeight, int side) {
        double ratio = Math.min(1, (double) side / Math.max(imageWidth, imageHeight));
        return stretch(imageWidth, imageHeight, stepped(imageWidth * ratio), stepped(imageHeight * ratio));
    }

    /**
     * As {@link #limitSide}, for networks that are made to see small pictures larger: no side below {@code side}, unless the other
     * would be above {@code longest}.
     */
    public static Letterbox minSide(int imageWidth, int imageHeight, int side, int longest) {
        double ratio = Math.max(1, (double) side / Math.min(imageWidth, imageHeight));
        ratio = Math.min(ratio, (double) longest / Math.max(imageWidth, imageHeight));
        return stretch(imageWidth, imageHeight, stepped(imageWidth * ratio), stepped(imageHeight * ratio));
    }

    /**
     * An input of one height and as wide as the picture then is, but at least {@code minWidth}, with padding at the right; one that
     * would be above {@code maxWidth} is squeezed.
     */
    public static Letterbox fitHeight(int imageWidth, int imageHeight, int height, int minWidth, int maxWidth) {
        int wanted = (int) Math.ceil((double) imageWidth * height / imageHeight);
        int contentWidth = Math.min(wanted, maxWidth);
        return new Letterbox(
                Math.max(contentWidth, minWidth),
                height,
                contentWidth,
                height,
                0,
                0,
                (double) contentWidth / imageWidth,
                (double) height / imageHeight);
    }

    private static int scaled(int side, double ratio) {
        return Math.max(1, (int) (side * ratio));
    }

    private static int stepped(double side) {
        return Math.max(LIMIT_SIDE_STEP, (int) Math.rint((int) side / (double) LIMIT_SIDE_STEP) * LIMIT_SIDE_STEP);
    }

    /** A position across in the original picture. */
    public double originalX(double x) {
        return (x - left) / scaleX;
    }

    /** A position down in the original picture. */
    public double originalY(double y) {
        return (y - top) / scaleY;
    }

    /** A box of the input in pixels of the original picture; it may reach beyond the picture. */
    public Box original(Box box) {
        return new Box(originalX(box.left()), originalY(box.top()), originalX(box.right()), originalY(box.bottom()));
    }
}
