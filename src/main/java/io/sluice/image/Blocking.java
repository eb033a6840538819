package io.sluice.image;

/** How far the 8x8 blocks of compression show. */
public final class Blocking {
    private static final int BLOCK = 8;

    /** Levels added to both sides of the ratio, so that a flat picture has none. */
    private static final double FLAT = 0.25;

    private Blocking() {}

    /**
     * By how much steps between neighbours are larger across the borders of a grid of 8x8 pixels than elsewhere, as a share of
     * those; the mean of both directions.
     *
     * @param luma as it was decoded: the grid starts at its left upper corner, scaling would have moved it
     * @return 0 for none; about 0.1 to 0.3 for JPEG of quality 30
     */
    public static double of(Luma luma) {
        byte[] v = luma.values();
        int width = luma.width();
        long[] across = new long[BLOCK];
        long[] down = new long[BLOCK];
        for (int y = 0; y < luma.height(); y++) {
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                int value = v[at] & 0xff;
                if (x + 1 < width) {
                    across[x % BLOCK] += Math.abs(value - (v[at + 1] & 0xff));
                }
                if (y + 1 < luma.height()) {
                    down[y % BLOCK] += Math.abs(value - (v[at + width] & 0xff));
                }
            }
        }
        double excess = excess(across, width, luma.height()) + excess(down, luma.height(), width);
        return Math.max(0, excess / 2);
    }

    private static double excess(long[] sums, int length, int lines) {
        double inside = 0;
        double border = 0;
        for (int phase = 0; phase < BLOCK; phase++) {
            // Neighbours phase + 8 k and the next: the last pixel of a line has none.
            int count = (length - 1 - phase + BLOCK - 1) / BLOCK;
            double mean = count <= 0 ? 0 : (double) sums[phase] / ((double) count * lines);
            if (phase == BLOCK - 1) {
                border = mean;
            } else {
                inside += mean / (BLOCK - 1);
            }
        }
        return length <= BLOCK ? 0 : (border + FLAT) / (inside + FLAT) - 1;
    }
}
