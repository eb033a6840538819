package io.sluice.image;

import java.util.Arrays;
import java.util.HexFormat;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A hash that changes little when a picture is scaled or compressed, and much when it shows something else: luma scaled to
 * 32x32, its discrete cosine transform, and of the 8x8 lowest frequencies a bit each that says whether the coefficient is above
 * their median. The mean brightness is left out, so its bit is 0.
 */
public final class PerceptualHash {
    private static final int SIDE = 32;
    private static final int LOW = 8;
    /**
     * A wave of this weight has an amplitude of two grey levels. What is weaker is noise, and its sign must not make a bit: the
     * same empty street would be a new picture in every frame. Chosen on such a street, whose frames then differ in at most
     * 14 % of the bits where they show the same, while different photos stay below a similarity of 0.74.
     */
    private static final double FLOOR = 512;

    private static final double[][] COSINES = new double[LOW][SIDE];

    static {
        for (int u = 0; u < LOW; u++) {
            for (int x = 0; x < SIDE; x++) {
                COSINES[u][x] = Math.cos(Math.PI * u * (2 * x + 1) / (2.0 * SIDE)) * (u == 0 ? Math.sqrt(0.5) : 1);
            }
        }
    }

    private PerceptualHash() {}

    /** @return bit {@code 63 - (8 v + u)} for the frequency {@code u} across and {@code v} down */
    public static long of(Image image) {
        byte[] small;
        try (PointerScope scope = new PointerScope()) {
            Mat grey = new Mat();
            opencv_imgproc.cvtColor(Mats.of(image), grey, opencv_imgproc.COLOR_BGR2GRAY);
            small = Mats.bytes(Resize.to(grey, SIDE, SIDE));
        }
        double[][] rows = new double[SIDE][LOW];
        for (int y = 0; y < SIDE; y++) {
            for (int u = 0; u < LOW; u++) {
                for (int x = 0; x < SIDE; x++) {
                    rows[y][u] += COSINES[u][x] * (small[y * SIDE + x] & 0xff);
                }
            }
        }
        double[] low = new double[LOW * LOW];
        for (int v = 0; v < LOW; v++) {
            for (int u = 0; u < LOW; u++) {
                double sum = 0;
                for (int y = 0; y < SIDE; y++) {
                    sum += COSINES[v][y] * rows[y][u];
                }
                low[v * LOW + u] = Math.abs(sum) < FLOOR ? 0 : sum;
            }
        }
        double[] sorted = Arrays.copyOfRange(low, 1, low.length);
        Arrays.sort(sorted);
        double median = sorted[sorted.length / 2];
        long hash = 0;
        for (int i = 1; i < low.length; i++) {
            if (low[i] > median) {
                hash |= 1L << (63 - i);
            }
        }
        return hash;
    }

    /** 1 for equal hashes, about 0.5 for pictures that have nothing in common, 0 for opposite ones. */
    public static double similarity(long one, long other) {
        return 1 - Long.bitCount(one ^ other) / 64.0;
    }

    /** 16 hexadecimal digits. */
    public static String hex(long hash) {
        return HexFormat.of().toHexDigits(hash);
    }

    /** @throws IllegalArgumentException if {@code hex} is not 16 hexadecimal digits */
    public static long parse(String hex) {
        if (hex.length() != 16) {
            throw new IllegalArgumentException("perceptual hash '" + hex + "': 16 hexadecimal digits are required");
        }
        return HexFormat.fromHexDigitsToLong(hex);
    }
}
