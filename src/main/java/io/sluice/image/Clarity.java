package io.sluice.image;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * How steep the edges of a picture are, whatever their contrast.
 *
 * <p>On every Canny edge the gradient is compared with the gradient at the same place of the picture blurred by
 * {@value #REBLUR} pixels: an edge that was sharp loses much of it, one that was blurred before loses little. For a step that a
 * Gaussian of s pixels has softened the loss is {@code 1 - s / sqrt(s² + 1.5²)}: 0.45 for s = 1, 0.20 for 2, 0.06 for 4.
 *
 * <p>Three things would deceive a plain mean. A background out of focus behind a sharp subject: the
 * {@value #QUANTILE} quantile of the edges counts instead. Motion, which leaves the edges along it sharp: edges are weighed by
 * their direction, and the least clear of four directions counts. Noise, which has steep edges everywhere: its strength is
 * estimated, Canny's thresholds are raised by it, and twice its deviation is taken off every gradient.
 *
 * @param edgeDensity share of pixels on a Canny edge, 0 to 1
 * @param clarity loss of gradient under the blur, 0 to 1; 0 where there are too few edges to tell
 * @param noise standard deviation of the noise, in levels of 8 bits
 */
public record Clarity(double edgeDensity, double clarity, double noise) {
    static final double REBLUR = 1.5;
    static final double QUANTILE = 0.6;

    /** A step of 10 levels has a Sobel gradient of 40; below, compression makes edges of its own. */
    private static final double LOW = 40;

    private static final double HIGH = 80;

    /** Deviation of the 3x3 Sobel operator under noise of deviation 1 is 3.5; four of them keep noise from being an edge. */
    private static final double NOISE_TO_LOW = 14;

    private static final int FEWEST_EDGES = 20;
    private static final int DIRECTIONS = 4;

    /** A direction with a smaller share of the edges than this says nothing. */
    private static final double FEWEST_OF_DIRECTION = 0.03;

    private static final int BINS = 4096;
    private static final int BLOCK = 16;
    private static final int DARKEST = 24;
    private static final int BRIGHTEST = 224;

    /** A deviation of 63 levels; what is more is counted as this. */
    private static final int MOST_RESPONSE = 255;

    /** The kernel 1 -2 1, -2 4 -2, 1 -2 1 has a squared sum of 36. */
    private static final double KERNEL_DEVIATION = 6;

    /** Of a normal distribution: 1 over its third quartile. */
    private static final double MEDIAN_TO_DEVIATION = 1.4826;

    public static Clarity of(Luma luma) {
        return of(luma, noise(luma));
    }

    /**
     * The clarity of {@code working}. Scaling down by a little spreads noise over neighbours, where the estimate does not see
     * all of it; the noise of the whole picture tells: averaging leaves as much of it as of the picture's side.
     */
    public static Clarity of(Scales scales) {
        return of(scales, noise(scales.luma()));
    }

    /** @param wholeNoise {@link #noise} of {@code scales.luma()}, for who needs it too */
    public static Clarity of(Scales scales, double wholeNoise) {
        boolean whole = scales.working().values().length == scales.luma().values().length;
        double scale = (double) scales.working().width() / scales.luma().width();
        return of(scales.working(), whole ? wholeNoise : Math.max(noise(scales.working()), scale * wholeNoise));
    }

    private static Clarity of(Luma luma, double noise) {
        double low = Math.max(LOW, NOISE_TO_LOW * noise);
        byte[] edges;
        float[] dx;
        float[] dy;
        float[] blurredDx;
        float[] blurredDy;
        try (PointerScope scope = new PointerScope()) {
            Mat grey = Mats.of(luma);
            Mat canny = new Mat();
            opencv_imgproc.Canny(grey, canny, low, low * HIGH / LOW, 3, false);
            edges = Mats.bytes(canny);
            dx = sobel(grey, 1, 0);
            dy = sobel(grey, 0, 1);
            Mat blurred = new Mat();
            grey.convertTo(blurred, opencv_core.CV_32F);
            opencv_imgproc.GaussianBlur(blurred, blurred, new Size(0, 0), REBLUR);
            blurredDx = sobel(blurred, 1, 0);
            blurredDy = sobel(blurred, 0, 1);
        }
        double[][] histograms = new double[DIRECTIONS + 1][BINS];
        int count = 0;
        for (int i = 0; i < edges.length; i++) {
            if (edges[i] == 0) {
                continue;
            }
            count++;
            // Canny repeats the border pixel, so it may see an edge there that the mirrored gradient does not.
            double before = Math.max(1, length(dx[i], dy[i]));
            double after = length(blurredDx[i], blurredDy[i]);
            // Sobel weighs a step by 4, the noise is in levels.
            double certain = before - 8 * noise;
            double loss = certain <= after ? 0 : 1 - after / certain;
            int bin = Math.min(BINS - 1, (int) (loss * BINS));
            double cosine = dx[i] / before;
            double sine = dy[i] / before;
            histograms[0][bin] += fourthPower(cosine);
            histograms[1][bin] += fourthPower(cosine + sine) / 4;
            histograms[2][bin] += fourthPower(sine);
            histograms[3][bin] += fourthPower(cosine - sine) / 4;
            histograms[DIRECTIONS][bin]++;
        }
        double density = (double) count / edges.length;
        if (count < FEWEST_EDGES) {
            return new Clarity(density, 0, noise);
        }
        double least = 1;
        for (double[] histogram : histograms) {
            double weight = Arrays.stream(histogram).sum();
            // The mean of cos⁴ over all directions is 3/8.
            if (weight >= FEWEST_OF_DIRECTION * count * 3 / 8) {
                least = Math.min(least, quantile(histogram, QUANTILE * weight));
            }
        }
        return new Clarity(density, least, noise);
    }

    /**
     * With Immerkaer's kernel (1996), which is blind to planes: the median of its response, because edges are sparse and noise
     * is everywhere, in the calmest tenth of the blocks of 16x16 pixels, because texture looks like noise. Blocks with a twentieth near
     * black or white do not count, their noise is clipped.
     *
     * @return standard deviation in levels of 8 bits; 0 where no block can tell
     */
    public static double noise(Luma luma) {
        int across = luma.width() / BLOCK;
        int down = luma.height() / BLOCK;
        double[] deviations = new double[across * down];
        int[] counts = new int[MOST_RESPONSE + 1];
        int blocks = 0;
        for (int by = 0; by < down; by++) {
            for (int bx = 0; bx < across; bx++) {
                double deviation = deviation(luma, bx * BLOCK, by * BLOCK, counts);
                if (deviation > 0) {
                    deviations[blocks++] = deviation;
                }
            }
        }
        if (blocks == 0) {
            return 0;
        }
        Arrays.sort(deviations, 0, blocks);
        return deviations[(blocks - 1) / 10];
    }

    /**
     * Of every picture each pixel comes through here, so it is written for speed: without branches on pixels, and with each
     * column's part of the kernel taken once for the three places that it serves.
     *
     * @param counts room for a histogram of responses
     * @return 0 for a block that does not count
     */
    private static double deviation(Luma luma, int left, int top, int[] counts) {
        byte[] v = luma.values();
        int width = luma.width();
        int clipped = 0;
        for (int y = top; y < top + BLOCK; y++) {
            int start = y * width + left;
            for (int at = start; at < start + BLOCK; at++) {
                int value = v[at] & 0xff;
                // The sign bit of either difference.
                clipped += ((value - DARKEST) | (BRIGHTEST - value)) >>> (Integer.SIZE - 1);
            }
        }
        if (clipped > BLOCK * BLOCK / 20) {
            return 0;
        }
        Arrays.fill(counts, 0);
        for (int y = top + 1; y < top + BLOCK - 1; y++) {
            int start = y * width + left;
            int before = column(v, start, width);
            int here = column(v, start + 1, width);
            for (int at = start + 2; at < start + BLOCK; at++) {
                int after = column(v, at, width);
                counts[Math.min(MOST_RESPONSE, Math.abs(before - 2 * here + after))]++;
                before = here;
                here = after;
            }
        }
        double half = (BLOCK - 2) * (BLOCK - 2) / 2.0;
        int below = 0;
        int median = 0;
        while (below + counts[median] < half) {
            below += counts[median++];
        }
        // Whole numbers stand for what rounds to them: 0 for 0 to 0.5, 1 for 0.5 to 1.5.
        double share = (half - below) / counts[median];
        double response = median == 0 ? share / 2 : median - 0.5 + share;
        return MEDIAN_TO_DEVIATION * response / KERNEL_DEVIATION;
    }

    /** 1 -2 1 down the column. */
    private static int column(byte[] v, int at, int width) {
        return (v[at - width] & 0xff) - 2 * (v[at] & 0xff) + (v[at + width] & 0xff);
    }

    /** What {@link Math#hypot} gives, in a tenth of its time: gradients are far from where squares overflow. */
    private static double length(double x, double y) {
        return Math.sqrt(x * x + y * y);
    }

    private static double fourthPower(double value) {
        double square = value * value;
        return square * square;
    }

    private static double quantile(double[] histogram, double weight) {
        double sum = 0;
        for (int bin = 0; bin < BINS; bin++) {
            if (sum + histogram[bin] >= weight) {
                return (bin + (weight - sum) / histogram[bin]) / BINS;
            }
            sum += histogram[bin];
        }
        return 1;
    }

    private static float[] sobel(Mat source, int dx, int dy) {
        Mat derivative = new Mat();
        opencv_imgproc.Sobel(source, derivative, opencv_core.CV_32F, dx, dy);
        return Mats.floats(derivative);
    }
}
