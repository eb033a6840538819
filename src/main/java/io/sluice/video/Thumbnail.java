package io.sluice.video;

/**
 * A frame made small, to tell whether two show the same: the mean of each of {@value #SIDE} x {@value #SIDE} places, whatever
 * the frame's shape.
 *
 * @param planes luma, then the two colour differences, a byte a place in rows, 0 to 255
 * @param clarity variance of the Laplacian of the luma at working size; 0 where nobody asked for it
 */
record Thumbnail(byte[][] planes, double clarity) {
    static final int SIDE = 24;

    /** Mean difference over all places and planes, the colour differences weighed as one plane: 0 to 255. */
    double difference(Thumbnail other) {
        return (meanChange(other, 0) + (meanChange(other, 1) + meanChange(other, 2)) / 2) / 2;
    }

    /** The most by which the luma of a place differs: 0 to 255. */
    int largestLumaChange(Thumbnail other) {
        int largest = 0;
        for (int i = 0; i < planes[0].length; i++) {
            largest = Math.max(largest, change(other, 0, i));
        }
        return largest;
    }

    /**
     * Correlation of the luma over all places, 0 to 1: 1 for the same picture in another light; 0 for another picture, and for an
     * even one, which is like nothing.
     */
    double likeness(Thumbnail other) {
        double here = mean(planes[0]);
        double there = mean(other.planes[0]);
        double both = 0;
        double mine = 0;
        double theirs = 0;
        for (int i = 0; i < planes[0].length; i++) {
            double a = (planes[0][i] & 0xff) - here;
            double b = (other.planes[0][i] & 0xff) - there;
            both += a * b;
            mine += a * a;
            theirs += b * b;
        }
        return both <= 0 ? 0 : both / Math.sqrt(mine * theirs);
    }

    private static double mean(byte[] plane) {
        long sum = 0;
        for (byte value : plane) {
            sum += value & 0xff;
        }
        return (double) sum / plane.length;
    }

    private double meanChange(Thumbnail other, int plane) {
        long sum = 0;
        for (int i = 0; i < planes[plane].length; i++) {
            sum += change(other, plane, i);
        }
        return (double) sum / planes[plane].length;
    }

    private int change(Thumbnail other, int plane, int place) {
        return Math.abs((planes[plane][place] & 0xff) - (other.planes[plane][place] & 0xff));
    }
}
