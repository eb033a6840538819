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
        double scale = (double) scales.working().width() / scales.luma().width();
        return of(scales.working(), Math.max(noise(scales.working()), scale * noise(scales.luma())));
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
            double before = Math.max(1, Math.hypot(dx[i], dy[i]));
            double after = Math.hypot(blurredDx[i], blurredDy[i]);
            // Sobel weighs a step by 4, the noise is in levels.
            double certain = before - 8 * noise;
            double loss = certain <= after ? 0 : 1 - after / certain;
            int bin = Math.min(BINS - 1, (int) (loss * BINS));
            double cosine = dx[i] / before;
            double sine = dy[i] / before;
            histograms[0][bin] += cosine * cosine * cosine * cosine;
            histograms[1][bin] += Math.pow(cosine + sine, 4) / 4;
            histograms[2][bin] += sine * sine * sine * sine;
            histograms[3][bin] += Math.pow(cosine - sine, 4) / 4;
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
        int blocks = 0;
        for (int by = 0; by < down; by++) {
            for (int bx = 0; bx < across; bx++) {
                double deviation = deviation(luma, bx * BLOCK, by * BLOCK);
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

    private static double deviation(Luma luma, int left, int top) {
        byte[] v = luma.values();
        int width = luma.width();
        int clipped = 0;
        for (int y = top; y < top + BLOCK; y++) {
            for (int x = left; x < left + BLOCK; x++) {
                int value = v[y * width + x] & 0xff;
                if (value < DARKEST || value > BRIGHTEST) {
                    clipped++;
                }
            }
        }
        if (clipped > BLOCK * BLOCK / 20) {
            return 0;
        }
        int[] counts = new int[MOST_RESPONSE + 1];
        for (int y = top + 1; y < top + BLOCK - 1; y++) {
            for (int x = left + 1; x < left + BLOCK - 1; x++) {
                int at = y * width + x;
                int corners = (v[at - width - 1] & 0xff)
                        + (v[at - width + 1] & 0xff)
                        + (v[at + width - 1] & 0xff)
                        + (v[at + width + 1] & 0xff);
                int sides = (v[at - width] & 0xff) + (v[at - 1] & 0xff) + (v[at + 1] & 0xff) + (v[at + width] & 0xff);
                counts[Math.min(MOST_RESPONSE, Math.abs(corners - 2 * sides + 4 * (v[at] & 0xff)))]++;
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
