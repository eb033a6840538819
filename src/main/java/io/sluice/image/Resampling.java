package io.sluice.image;

/**
 * Scaling by a windowed filter in two passes, across and then down, each rounded to 8 bits. Going down, the filter is widened by
 * the factor, so that nothing aliases. Steps and roundings are those of the Python Imaging Library, because the networks that
 * were trained behind it see the difference.
 */
public enum Resampling {
    /** A triangle. */
    BILINEAR(1) {
        @Override
        double weight(double x) {
            return Math.max(0, 1 - Math.abs(x));
        }
    },
    /** Keys' cubic with a = -0.5. */
    BICUBIC(2) {
        @Override
        double weight(double x) {
            double a = -0.5;
            double t = Math.abs(x);
            if (t < 1) {
                return ((a + 2) * t - (a + 3)) * t * t + 1;
            }
            return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
        }
    },
    /** Sinc under a sinc window of three lobes. */
    LANCZOS(3) {
        @Override
        double weight(double x) {
            return Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
        }
    };

    /** Bits behind the point: 8 are the pixel's, 2 the headroom for overshoot, of 32. */
    private static final int FRACTION_BITS = 32 - 8 - 2;

    private final double support;

    Resampling(double support) {
        this.support = support;
    }

    abstract double weight(double x);

    /**
     * @param width in pixels, at least 1
     * @param height in pixels, at least 1
     */
    public Image resize(Image image, int width, int height) {
        return new Image(width, height, resize(image.bgr(), image.width(), image.height(), 3, width, height));
    }

    /**
     * @param width in pixels, at least 1
     * @param height in pixels, at least 1
     */
    public Luma resize(Luma luma, int width, int height) {
        return new Luma(width, height, resize(luma.values(), luma.width(), luma.height(), 1, width, height));
    }

    /**
     * A part of what {@link #resize(Image, int, int)} gives, byte for byte, without making the rest.
     *
     * @param width of the whole, in pixels, at least 1
     * @param height of the whole, in pixels, at least 1
     * @param left where the part begins in the whole
     * @param top where the part begins in the whole
     * @param partWidth in pixels, at least 1; the part lies in the whole
     * @param partHeight in pixels, at least 1
     */
    public Image window(Image image, int width, int height, int left, int top, int partWidth, int partHeight) {
        if (left < 0
                || top < 0
                || partWidth < 1
                || partHeight < 1
                || left + partWidth > width
                || top + partHeight > height) {
            throw new IllegalArgumentException("part of " + partWidth + "x" + partHeight + " at " + left + "," + top
                    + " of " + width + "x" + height + ": it must lie inside");
        }
        Taps across = new Taps(this, image.width(), width, left, partWidth);
        Taps down = new Taps(this, image.height(), height, top, partHeight);
        int from = down.firstPosition();
        int rows = down.lastPosition() - from + 1;
        int row = 3 * partWidth;
        byte[] narrow = new byte[rows * row];
        for (int y = 0; y < rows; y++) {
            across.apply(image.bgr(), (from + y) * image.width() * 3, 3, narrow, y * row, 3, 3);
        }
        byte[] part = new byte[partHeight * row];
        down.apply(narrow, -from * row, row, part, 0, row, row);
        return new Image(partWidth, partHeight, part);
    }

    private byte[] resize(byte[] pixels, int fromWidth, int fromHeight, int channels, int width, int height) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "resize to " + width + "x" + height + ": sides of at least 1 are required");
        }
        byte[] across = pixels;
        if (width != fromWidth) {
            Taps taps = new Taps(this, fromWidth, width, 0, width);
            across = new byte[width * fromHeight * channels];
            for (int y = 0; y < fromHeight; y++) {
                taps.apply(
                        pixels, y * fromWidth * channels, channels, across, y * width * channels, channels, channels);
            }
        }
        if (height == fromHeight) {
            return across == pixels ? pixels.clone() : across;
        }
        byte[] down = new byte[width * height * channels];
        int row = width * channels;
        new Taps(this, fromHeight, height, 0, height).apply(across, 0, row, down, 0, row, row);
        return down;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    /** For each position of the result the first position of the original that counts, and the weights from there. */
    private static final class Taps {
        private final int[] first;
        private final int[][] weights;

        /** For {@code count} of the {@code to} positions of the result, beginning with {@code start}. */
        Taps(Resampling filter, int from, int to, int start, int count) {
            double scale = (double) from / to;
            double wider = Math.max(1, scale);
            double support = filter.support * wider;
            first = new int[count];
            weights = new int[count][];
            for (int i = 0; i < count; i++) {
                double centre = (start + i + 0.5) * scale;
                int begin = Math.max(0, (int) (centre - support + 0.5));
                int end = Math.min(from, (int) (centre + support + 0.5));
                double[] exact = new double[end - begin];
                double sum = 0;
                for (int k = 0; k < exact.length; k++) {
                    exact[k] = filter.weight((k + begin - centre + 0.5) / wider);
                    sum += exact[k];
                }
                first[i] = begin;
                weights[i] = new int[exact.length];
                for (int k = 0; k < exact.length; k++) {
                    double fixed = exact[k] / sum * (1 << FRACTION_BITS);
                    weights[i][k] = (int) (fixed < 0 ? fixed - 0.5 : fixed + 0.5);
                }
            }
        }

        int firstPosition() {
            return first[0];
        }

        int lastPosition() {
            int last = first.length - 1;
            return first[last] + weights[last].length - 1;
        }

        /** Filters {@code lanes} neighbouring lines of values; positions in a line are a step apart. */
        void apply(byte[] in, int inAt, int inStep, byte[] out, int outAt, int outStep, int lanes) {
            for (int i = 0; i < first.length; i++) {
                int[] taps = weights[i];
                for (int lane = 0; lane < lanes; lane++) {
                    int sum = 1 << (FRACTION_BITS - 1);
                    int at = inAt + first[i] * inStep + lane;
                    for (int tap : taps) {
                        sum += (in[at] & 0xff) * tap;
                        at += inStep;
                    }
                    out[outAt + i * outStep + lane] = (byte) Math.min(Math.max(sum >> FRACTION_BITS, 0), 255);
                }
            }
        }
    }
}
