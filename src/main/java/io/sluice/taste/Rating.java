package io.sluice.taste;

import io.sluice.frame.FrameId;

/**
 * How good a rater finds a frame.
 *
 * @param value {@value #LEAST} (poor) to {@value #MOST} (good)
 */
public record Rating(FrameId frame, String rater, double value) {
    public static final int LEAST = 1;
    public static final int MOST = 10;

    /** @throws IllegalArgumentException if the value is out of range */
    public Rating {
        // NaN is not in the range either.
        if (!(value >= LEAST && value <= MOST)) {
            throw new IllegalArgumentException(
                    "rating '" + value + "' is not allowed; allowed: a number from " + LEAST + " to " + MOST);
        }
    }
}
