package io.sluice.video;

/**
 * The grid of cells {@code 1 / maxFps} seconds long, anchored at the stream's start, of which one frame each is taken.
 *
 * @param startTicks the stream's start
 */
record Grid(TimeBase timeBase, long startTicks, double maxFps) {
    /**
     * A frame at most this far before a cell counts into it. Containers round times (Matroska to a whole millisecond), so a
     * frame that belongs on the border of two cells may be written half a millisecond early; without this, 24 frames a second
     * on a grid of 24 would share and miss cells.
     */
    private static final double TOLERANCE_SECONDS = 0.0006;

    /** Number of the cell at this time: {@code floor((t - start) * maxFps)}, up to the tolerance. */
    long cell(long ticks) {
        return (long) Math.floor((timeBase.seconds(ticks - startTicks) + TOLERANCE_SECONDS) * maxFps);
    }
}
