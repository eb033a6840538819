package io.sluice.export;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a trainer that follows kohya's rules is told of bucket sizes, all in pixels.
 *
 * @param width and height of the resolution: their product is the area of a bucket at most
 * @param min shortest side of a bucket
 * @param max longest side of a bucket
 * @param step sides are multiples of it
 * @param upscales whether pictures are enlarged to fill a bucket
 */
public record BucketSettings(int width, int height, int min, int max, int step, boolean upscales) {
    private static final Pattern RESOLUTION = Pattern.compile("([0-9]{2,5})(?:x([0-9]{2,5}))?");

    /** Up to this the trainer's own default for the longest side leaves room for other shapes. */
    private static final int DEFAULT_MAX = 1024;

    /**
     * @throws ExportException if the trainer would refuse it
     */
    public BucketSettings {
        if (step < 1 || step > 1024) {
            throw new ExportException("--bucket-step: '" + step + "' is not allowed; allowed: 1 to 1024");
        }
        require("--min-bucket", min, step, Math.min(width, height));
        if (max < Math.max(width, height) || max % step != 0 || max > 16_384) {
            throw new ExportException("--max-bucket: '" + max + "' is not allowed; allowed: a multiple of " + step
                    + " from " + Math.max(width, height) + " to 16384");
        }
    }

    /**
     * For a resolution as people write it.
     *
     * @param resolution a side as {@code 1024}, or sides as {@code 1216x832}
     * @param max longest side of a bucket; null for {@link #longest}
     * @throws ExportException if it is none, or the trainer would refuse the settings
     */
    public static BucketSettings of(String resolution, int min, @Nullable Integer max, int step, boolean upscales) {
        Matcher sides = RESOLUTION.matcher(resolution);
        if (!sides.matches()) {
            throw new ExportException(
                    "--resolution: '" + resolution + "' is not allowed; allowed: a side as 1024, or sides as 1216x832");
        }
        int width = Integer.parseInt(sides.group(1));
        int height = sides.group(2) == null ? width : Integer.parseInt(sides.group(2));
        int most = max == null ? longest(width, height, Math.max(1, step)) : max;
        return new BucketSettings(width, height, min, most, step, upscales);
    }

    private static void require(String option, int min, int step, int most) {
        if (min < step || min % step != 0 || min > most) {
            throw new ExportException(option + ": '" + min + "' is not allowed; allowed: a multiple of " + step
                    + " from " + step + " to the resolution's shorter side, " + most);
        }
    }

    /** The longest side that leaves room for other shapes than the square: twice the resolution from 1024 on. */
    public static int longest(int width, int height, int step) {
        int side = Math.max(width, height);
        int wanted = side >= DEFAULT_MAX ? 2 * side : DEFAULT_MAX;
        return (wanted + step - 1) / step * step;
    }

    /** Of the buckets at most. */
    long area() {
        return (long) width * height;
    }
}
