package io.sluice.image;

import io.sluice.frame.Box;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Which pixels of a picture are meant: a byte each, rows from the top without padding; 0 is outside, anything else inside. The
 * array is shared, not copied, and never written to.
 */
public record Mask(int width, int height, byte[] values) {
    private static final byte INSIDE = (byte) 255;

    /** @throws IllegalArgumentException if a side is below 1 or the array has another length */
    public Mask {
        if (width < 1 || height < 1 || values.length != (long) width * height) {
            throw new IllegalArgumentException("mask of " + width + "x" + height + " with " + values.length
                    + " bytes: sides of at least 1 and a byte a pixel are required");
        }
    }

    public static Mask empty(int width, int height) {
        return new Mask(width, height, new byte[Math.multiplyExact(width, height)]);
    }

    /** Filled with 255 on every pixel that a box touches. */
    public static Mask ofBoxes(int width, int height, List<Box> boxes) {
        Mask mask = empty(width, height);
        for (Box box : boxes) {
            Box inside = box.clip(width, height);
            int left = (int) Math.floor(inside.left());
            int right = (int) Math.ceil(inside.right());
            if (inside.area() == 0) {
                continue;
            }
            for (int y = (int) Math.floor(inside.top()); y < Math.ceil(inside.bottom()); y++) {
                Arrays.fill(mask.values, y * width + left, y * width + right, INSIDE);
            }
        }
        return mask;
    }

    /**
     * Filled with 255 inside each polygon and on its outline.
     *
     * @param polygons corners x0, y0, x1, y1, ... in pixels, at least three; outside the picture is allowed
     */
    public static Mask ofPolygons(int width, int height, List<List<Double>> polygons) {
        Mask mask = empty(width, height);
        if (polygons.isEmpty()) {
            return mask;
        }
        try (PointerScope scope = new PointerScope()) {
            Mat drawn = Mats.of(mask);
            for (List<Double> corners : polygons) {
                if (corners.size() < 6 || corners.size() % 2 != 0) {
                    throw new IllegalArgumentException("polygon of " + corners.size()
                            + " numbers: x and y of at least three corners are required");
                }
                int[] points = new int[corners.size()];
                for (int i = 0; i < points.length; i++) {
                    points[i] = (int) Math.round(corners.get(i));
                }
                opencv_imgproc.fillPoly(
                        drawn,
                        new Point(new IntPointer(points)),
                        new int[] {points.length / 2},
                        1,
                        new Scalar(255, 0, 0, 0));
            }
            return new Mask(width, height, Mats.bytes(drawn));
        }
    }

    /** With every pixel that is at most {@code pixels} away from one inside, as the crow flies; values are 0 or 255. */
    public Mask grow(int pixels) {
        if (pixels < 0) {
            throw new IllegalArgumentException("mask grown by " + pixels + " pixels: 0 or more is required");
        }
        Box bounds = bounds();
        Mask grown = empty(width, height);
        if (bounds.area() == 0) {
            return grown;
        }
        int left = Math.max(0, (int) bounds.left() - pixels);
        int top = Math.max(0, (int) bounds.top() - pixels);
        int right = Math.min(width, (int) bounds.right() + pixels);
        int bottom = Math.min(height, (int) bounds.bottom() + pixels);
        Mask outside = crop(left, top, right, bottom).inverted();
        float[] distances = distancesToZero(outside);
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                if (distances[(y - top) * outside.width + x - left] <= pixels) {
                    grown.values[y * width + x] = INSIDE;
                }
            }
        }
        return grown;
    }

    /** Inside where this or {@code other} is. */
    public Mask union(Mask other) {
        requireSameSize(other);
        byte[] all = values.clone();
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) Math.max(all[i] & 0xff, other.values[i] & 0xff);
        }
        return new Mask(width, height, all);
    }

    /** Inside where this is and {@code other} is not. */
    public Mask subtract(Mask other) {
        requireSameSize(other);
        byte[] rest = values.clone();
        for (int i = 0; i < rest.length; i++) {
            if (other.values[i] != 0) {
                rest[i] = 0;
            }
        }
        return new Mask(width, height, rest);
    }

    /** Share of the pixels that are inside, 0 to 1. */
    public double areaShare() {
        int inside = 0;
        for (byte value : values) {
            if (value != 0) {
                inside++;
            }
        }
        return (double) inside / values.length;
    }

    public boolean isEmpty() {
        for (byte value : values) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** The smallest box around the inside, in whole pixels; without area where the mask is empty. */
    public Box bounds() {
        int left = width;
        int right = 0;
        int top = height;
        int bottom = 0;
        for (int y = 0; y < height; y++) {
            int row = y * width;
            int first = 0;
            while (first < width && values[row + first] == 0) {
                first++;
            }
            if (first == width) {
                continue;
            }
            int last = width - 1;
            while (values[row + last] == 0) {
                last--;
            }
            left = Math.min(left, first);
            right = Math.max(right, last + 1);
            top = Math.min(top, y);
            bottom = y + 1;
        }
        return right == 0 ? new Box(0, 0, 0, 0) : new Box(left, top, right, bottom);
    }

    /** The boxes around the connected parts, wider by a margin and clipped to the picture; those that would overlap are one. */
    public List<Box> parts(int margin) {
        return Inpainting.regions(this, margin).stream()
                .map(region -> new Box(region[0], region[1], region[2], region[3]))
                .toList();
    }

    /** What of this lies in the box. */
    public Mask within(Box box) {
        return intersect(ofBoxes(width, height, List.of(box)));
    }

    /** Inside where this and {@code other} are. */
    public Mask intersect(Mask other) {
        requireSameSize(other);
        byte[] both = values.clone();
        for (int i = 0; i < both.length; i++) {
            if (other.values[i] == 0) {
                both[i] = 0;
            }
        }
        return new Mask(width, height, both);
    }

    /**
     * This mask in another size, in which each pixel that an inside pixel touches is inside: it never shrinks.
     *
     * @param toWidth in pixels, at least 1
     * @param toHeight in pixels, at least 1
     */
    public Mask scaled(int toWidth, int toHeight) {
        if (toWidth == width && toHeight == height) {
            return this;
        }
        byte[] scaled = new byte[Math.multiplyExact(toWidth, toHeight)];
        for (int y = 0; y < height; y++) {
            int fromY = (int) ((long) y * toHeight / height);
            int toY = (int) (((y + 1L) * toHeight + height - 1) / height);
            for (int x = 0; x < width; x++) {
                if (values[y * width + x] == 0) {
                    continue;
                }
                int fromX = (int) ((long) x * toWidth / width);
                int toX = (int) (((x + 1L) * toWidth + width - 1) / width);
                for (int row = fromY; row < toY; row++) {
                    Arrays.fill(scaled, row * toWidth + fromX, row * toWidth + toX, INSIDE);
                }
            }
        }
        return new Mask(toWidth, toHeight, scaled);
    }

    /** @return for each pixel inside, how far the next pixel outside is; the picture's border counts as inside */
    float[] depths() {
        return distancesToZero(this);
    }

    Mask crop(int left, int top, int right, int bottom) {
        byte[] part = new byte[(right - left) * (bottom - top)];
        for (int y = top; y < bottom; y++) {
            System.arraycopy(values, y * width + left, part, (y - top) * (right - left), right - left);
        }
        return new Mask(right - left, bottom - top, part);
    }

    private Mask inverted() {
        byte[] inverted = new byte[values.length];
        for (int i = 0; i < inverted.length; i++) {
            inverted[i] = values[i] == 0 ? INSIDE : 0;
        }
        return new Mask(width, height, inverted);
    }

    private static float[] distancesToZero(Mask mask) {
        try (PointerScope scope = new PointerScope()) {
            Mat distances = new Mat();
            opencv_imgproc.distanceTransform(
                    Mats.of(mask),
                    distances,
                    opencv_imgproc.DIST_L2,
                    opencv_imgproc.DIST_MASK_PRECISE,
                    opencv_core.CV_32F);
            return Mats.floats(distances);
        }
    }

    private void requireSameSize(Mask other) {
        if (other.width != width || other.height != height) {
            throw new IllegalArgumentException("masks of " + width + "x" + height + " and " + other.width + "x"
                    + other.height + ": the same size is required");
        }
    }
}
