package io.sluice.frame;

/**
 * An upright rectangle in pixels of the original image; left and top inclusive, right and bottom exclusive.
 */
public record Box(double left, double top, double right, double bottom) {

    public double width() {
        return Math.max(0, right - left);
    }

    public double height() {
        return Math.max(0, bottom - top);
    }

    /** In square pixels. */
    public double area() {
        return width() * height();
    }

    /** Intersection over union, 0 to 1. */
    public double iou(Box other) {
        double width = Math.min(right, other.right) - Math.max(left, other.left);
        double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
        if (width <= 0 || height <= 0) {
            return 0;
        }
        double intersection = width * height;
        return intersection / (area() + other.area() - intersection);
    }

    /** This box without what lies outside an image of the given size. */
    public Box clip(int imageWidth, int imageHeight) {
        return new Box(
                Math.min(Math.max(left, 0), imageWidth),
                Math.min(Math.max(top, 0), imageHeight),
                Math.min(Math.max(right, 0), imageWidth),
                Math.min(Math.max(bottom, 0), imageHeight));
    }
}
