package io.sluice.video;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds black bars around the pictures of a video: edges that are black in all of them, and that the picture meets along a
 * straight line. Each of the four sides is decided by itself.
 *
 * <p>When in doubt a side is left as it is: if few pictures are bright enough to tell; if pictures disagree where the bar ends
 * and most have more of it than the one with the least, as where subtitles appear in it now and then; if what meets the bar does
 * not reach along the whole side, as with a logo, a subtitle that is always there, or a singer on a dark stage.
 *
 * <p>All levels are of 8-bit grey, 0 to 255.
 */
final class BlackBars {
    /** A line of pixels is black if its mean is at most this, ... */
    private static final int MAX_MEAN = 20;

    /** ... and of its pixels no more than these, noise, are above this level. Writing is thin but bright. */
    private static final double MAX_SPECKS_SHARE = 0.002;

    private static final int MAX_SPECKS = 2;

    private static final int SPECK = 48;

    /** What is brighter than this is no bar, noise aside. */
    private static final int LIT = 28;

    /** Where the picture meets a bar, so much of the line is lit in some picture or other. */
    private static final double MIN_LIT_ALONG_EDGE = 0.85;

    /** Lines beside the bar in which that is looked for: scaling and compression blur the edge itself. */
    private static final int EDGE_LINES = 4;

    /** A picture tells of bars if so much of it is above {@link #SPECK}. */
    private static final double MIN_BRIGHT = 0.1;

    /** So many pictures must tell. */
    private static final int MIN_TELLING = 4;

    /** The least bar is believed if so many of the telling pictures have it about so wide; the others were dark there. */
    private static final double MIN_AGREEING = 0.25;

    /** A bar without which so little of a side is left is no bar. */
    private static final double MIN_KEPT = 0.25;

    private static final int MIN_BAR = 2;

    private final int width;
    private final int height;

    /** Of each telling picture: how many lines are black from the top, the bottom, the left and the right. */
    private final List<int[]> bars = new ArrayList<>();

    /** Pixels that are lit in some picture or other. */
    private final boolean[] lit;

    private final boolean[] litHere;

    BlackBars(int width, int height) {
        this.width = width;
        this.height = height;
        this.lit = new boolean[width * height];
        this.litHere = new boolean[width * height];
    }

    /** @param grey rows of pixels, {@code stride} bytes from each row to the next; read from index 0 */
    void add(ByteBuffer grey, int stride) {
        long[] rowSum = new long[height];
        int[] rowSpecks = new int[height];
        long[] columnSum = new long[width];
        int[] columnSpecks = new int[width];
        byte[] row = new byte[width];
        long bright = 0;
        for (int y = 0; y < height; y++) {
            grey.get(y * stride, row);
            for (int x = 0; x < width; x++) {
                int level = row[x] & 0xff;
                rowSum[y] += level;
                columnSum[x] += level;
                litHere[y * width + x] = level > LIT;
                if (level > SPECK) {
                    rowSpecks[y]++;
                    columnSpecks[x]++;
                    bright++;
                }
            }
        }
        if (bright < MIN_BRIGHT * width * height) {
            return;
        }
        boolean[] rows = black(rowSum, rowSpecks, width);
        boolean[] columns = black(columnSum, columnSpecks, height);
        bars.add(
                new int[] {leading(rows, false), leading(rows, true), leading(columns, false), leading(columns, true)});
        for (int i = 0; i < lit.length; i++) {
            lit[i] |= litHere[i];
        }
    }

    private static boolean[] black(long[] sums, int[] specks, int length) {
        boolean[] black = new boolean[sums.length];
        for (int i = 0; i < sums.length; i++) {
            black[i] = sums[i] <= (long) MAX_MEAN * length && specks[i] <= MAX_SPECKS + MAX_SPECKS_SHARE * length;
        }
        return black;
    }

    private static int leading(boolean[] black, boolean fromTheEnd) {
        int count = 0;
        while (count < black.length && black[fromTheEnd ? black.length - 1 - count : count]) {
            count++;
        }
        return count;
    }

    /** What is kept of the pictures; null if that is all of them. */
    @Nullable
    Crop crop() {
        if (bars.size() < MIN_TELLING) {
            return null;
        }
        int top = believed(0, height);
        int bottom = believed(1, height);
        int left = believed(2, width);
        int right = believed(3, width);
        // A side that turns out to be none changes how far the others' edges reach: hence in turn until all stand.
        while (true) {
            int before = top + bottom + left + right;
            top = rowsLit(top, 1, left, right) ? top : 0;
            bottom = rowsLit(height - 1 - bottom, -1, left, right) ? bottom : 0;
            left = columnsLit(left, 1, top, bottom) ? left : 0;
            right = columnsLit(width - 1 - right, -1, top, bottom) ? right : 0;
            if (top + bottom + left + right == before) {
                break;
            }
        }
        boolean whole = top + bottom + left + right == 0;
        boolean tooLittle = width - left - right < MIN_KEPT * width || height - top - bottom < MIN_KEPT * height;
        return whole || tooLittle
                ? null
                : new Crop(width, height, left, top, width - left - right, height - top - bottom);
    }

    /** The least bar of a side, if enough pictures agree; else 0. */
    private int believed(int side, int length) {
        int[] found = bars.stream().mapToInt(each -> each[side]).toArray();
        int least = Arrays.stream(found).min().orElse(0);
        int tolerance = 2 + length / 200;
        long agreeing =
                Arrays.stream(found).filter(each -> each <= least + tolerance).count();
        return least >= MIN_BAR && agreeing >= MIN_AGREEING * found.length ? least : 0;
    }

    private boolean rowsLit(int first, int step, int left, int right) {
        return lit(first, step, height, left, width - right, true);
    }

    private boolean columnsLit(int first, int step, int top, int bottom) {
        return lit(first, step, width, top, height - bottom, false);
    }

    /** Whether along the edge, from {@code from} to {@code to}, the picture reaches the bar. */
    private boolean lit(int first, int step, int lines, int from, int to, boolean alongRows) {
        int count = 0;
        for (int i = from; i < to; i++) {
            boolean any = false;
            for (int j = 0; j < EDGE_LINES; j++) {
                int line = first + j * step;
                if (line >= 0 && line < lines) {
                    any |= alongRows ? lit[line * width + i] : lit[i * width + line];
                }
            }
            count += any ? 1 : 0;
        }
        return count >= MIN_LIT_ALONG_EDGE * (to - from);
    }
}
