package io.sluice.video;

/** Length of a tick of a stream: {@code numerator / denominator} seconds, both above 0. */
record TimeBase(int numerator, int denominator) {

    /** Ticks in microseconds, rounded to the nearest; saturates at the ends of a long, where broken files point. */
    long micros(long ticks) {
        long high = Math.multiplyHigh(ticks, numerator);
        long low = ticks * numerator;
        if (high != low >> 63) {
            return ticks < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        long seconds = Math.floorDiv(low, denominator);
        long rest = Math.floorMod(low, denominator);
        if (seconds < Long.MIN_VALUE / 2_000_000 || seconds > Long.MAX_VALUE / 2_000_000) {
            return seconds < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return seconds * 1_000_000 + (rest * 1_000_000 + denominator / 2) / denominator;
    }

    double seconds(long ticks) {
        return (double) ticks * numerator / denominator;
    }

    /** The tick at or just before {@code micros}. */
    long ticks(long micros) {
        return (long) Math.floor(micros / 1e6 * denominator / numerator);
    }
}
