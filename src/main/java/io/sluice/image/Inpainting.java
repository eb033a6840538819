package io.sluice.image;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.global.opencv_photo;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Fills what is inside a mask from its surroundings, without a model. Only the surroundings of each masked region are looked
 * at, so the time depends on what is masked, not on the picture.
 */
public final class Inpainting {
    /** Pixels around a masked one that its colour is made of; 3 to 5 are common, more smears. */
    static final int RADIUS = 4;

    /** Both methods look twice the radius far: the colour at the radius, and derivatives there. */
    private static final int MARGIN = 2 * RADIUS + 4;

    private Inpainting() {}

    public enum Method {
        /** Telea 2004, marching inward and averaging along the front: smooth, few artefacts. */
        TELEA(opencv_photo.INPAINT_TELEA),
        /** Bertalmio et al. 2001, carrying lines of equal brightness on, as a fluid flows: keeps edges, may streak. */
        NAVIER_STOKES(opencv_photo.INPAINT_NS);

        private final int flag;

        Method(int flag) {
            this.flag = flag;
        }
    }

    /**
     * @param mask as large as the picture
     * @return pixels outside the mask as they were; the same picture where the mask is empty
     */
    public static Image fill(Image image, Mask mask, Method method) {
        if (mask.width() != image.width() || mask.height() != image.height()) {
            throw new IllegalArgumentException("mask of " + mask.width() + "x" + mask.height() + " for an image of "
                    + image.width() + "x" + image.height() + ": the same size is required");
        }
        byte[] filled = image.bgr().clone();
        for (int[] region : regions(mask, MARGIN)) {
            fill(image, filled, mask, region, method);
        }
        return new Image(image.width(), image.height(), filled);
    }

    private static void fill(Image image, byte[] filled, Mask mask, int[] region, Method method) {
        int left = region[0];
        int width = region[2] - left;
        int height = region[3] - region[1];
        byte[] part = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            int from = 3 * ((region[1] + y) * image.width() + left);
            System.arraycopy(image.bgr(), from, part, 3 * y * width, 3 * width);
        }
        Mask hole = mask.crop(left, region[1], region[2], region[3]);
        try (PointerScope scope = new PointerScope()) {
            Mat result = new Mat();
            opencv_photo.inpaint(
                    Mats.of(height, width, opencv_core.CV_8UC3, part), Mats.of(hole), result, RADIUS, method.flag);
            part = Mats.bytes(result);
        }
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (hole.values()[y * width + x] != 0) {
                    int to = 3 * ((region[1] + y) * image.width() + left + x);
                    System.arraycopy(part, 3 * (y * width + x), filled, to, 3);
                }
            }
        }
    }

    /**
     * Boxes {left, top, right, bottom} around the connected parts of the mask, wider by the margin; those that would overlap are
     * one.
     */
    static List<int[]> regions(Mask mask, int margin) {
        List<int[]> regions = new ArrayList<>();
        try (PointerScope scope = new PointerScope()) {
            Mat labels = new Mat();
            Mat statistics = new Mat();
            Mat centroids = new Mat();
            int count = opencv_imgproc.connectedComponentsWithStats(Mats.of(mask), labels, statistics, centroids);
            IntPointer row = new IntPointer(statistics.data());
            for (int i = 1; i < count; i++) {
                int left = row.get(5L * i + opencv_imgproc.CC_STAT_LEFT);
                int top = row.get(5L * i + opencv_imgproc.CC_STAT_TOP);
                int right = left + row.get(5L * i + opencv_imgproc.CC_STAT_WIDTH);
                int bottom = top + row.get(5L * i + opencv_imgproc.CC_STAT_HEIGHT);
                add(regions, new int[] {
                    Math.max(0, left - margin),
                    Math.max(0, top - margin),
                    Math.min(mask.width(), right + margin),
                    Math.min(mask.height(), bottom + margin)
                });
            }
        }
        return regions;
    }

    private static void add(List<int[]> regions, int[] region) {
        int[] merged = region;
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int i = 0; i < regions.size(); i++) {
                int[] other = regions.get(i);
                if (other[0] < merged[2] && merged[0] < other[2] && other[1] < merged[3] && merged[1] < other[3]) {
                    merged = new int[] {
                        Math.min(other[0], merged[0]),
                        Math.min(other[1], merged[1]),
                        Math.max(other[2], merged[2]),
                        Math.max(other[3], merged[3])
                    };
                    regions.remove(i);
                    changed = true;
                    break;
                }
            }
        }
        regions.add(merged);
    }
}
