package io.sluice.frame;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * The part of a picture that was cut out, in whole pixels of the picture it was cut from; left and top inclusive, right and bottom
 * exclusive.
 *
 * @param ofWidth of the picture it was cut from
 * @param ofHeight of the picture it was cut from
 */
public record Crop(int left, int top, int right, int bottom, int ofWidth, int ofHeight) {
    /** Less of an object than this does not show it. */
    private static final double LEAST_SHARE = 0.5;

    public Crop {
        if (left < 0 || top < 0 || right <= left || bottom <= top || right > ofWidth || bottom > ofHeight) {
            throw new IllegalArgumentException("crop (" + left + ", " + top + ")-(" + right + ", " + bottom
                    + ") is not inside a picture of " + ofWidth + "x" + ofHeight);
        }
    }

    /**
     * Objects with what is around them. Sides grow evenly, and away from the picture's edge where there is no more of it.
     *
     * @param objects one at least
     * @param margin added on each side, as a share of what encloses the objects
     * @param minSide pixels that each side has at least, where the picture has so many
     * @param maxAspect longer side at most, as a multiple of the shorter one, where the picture is large enough
     */
    public static Crop around(List<Box> objects, int width, int height, double margin, int minSide, double maxAspect) {
        double left = width;
        double top = height;
        double right = 0;
        double bottom = 0;
        for (Box object : objects) {
            Box box = object.clip(width, height);
            left = Math.min(left, box.left());
            top = Math.min(top, box.top());
            right = Math.max(right, box.right());
            bottom = Math.max(bottom, box.bottom());
        }
        double across = Math.max((right - left) * (1 + 2 * margin), minSide);
        double down = Math.max((bottom - top) * (1 + 2 * margin), minSide);
        int cutWidth = (int) Math.min(width, Math.ceil(Math.max(across, down / maxAspect)));
        int cutHeight = (int) Math.min(height, Math.ceil(Math.max(down, across / maxAspect)));
        int cutLeft = start((left + right) / 2, cutWidth, width);
        int cutTop = start((top + bottom) / 2, cutHeight, height);
        return new Crop(cutLeft, cutTop, cutLeft + cutWidth, cutTop + cutHeight, width, height);
    }

    private static int start(double middle, int side, int whole) {
        return (int) Math.min(Math.max(Math.round(middle - side / 2.0), 0), whole - side);
    }

    public int width() {
        return right - left;
    }

    public int height() {
        return bottom - top;
    }

    /** Whether nothing was cut off. */
    @JsonIgnore
    public boolean isWhole() {
        return width() == ofWidth && height() == ofHeight;
    }

    /** Whether half of the box at least is inside. */
    public boolean shows(Box box) {
        return box.area() > 0 && inside(box).area() >= LEAST_SHARE * box.area();
    }

    /** The box in pixels of what was cut out, without what lies outside. */
    public Box inside(Box box) {
        return new Box(box.left() - left, box.top() - top, box.right() - left, box.bottom() - top)
                .clip(width(), height());
    }
}
