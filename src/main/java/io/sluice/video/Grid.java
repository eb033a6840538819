package io.sluice.video;

import io.sluice.recipe.Recipe;

/**
 * The grid of cells in time of which one frame each is taken at most.
 *
 * <p>It has {@code maxFps} cells a second and is anchored at the stream's start. Where a limit asks for fewer frames than that,
 * the range is divided into as many cells as the limit says, anchored at the range's start. Either way a limit makes the last of
 * its cells endless, so that no more frames come even if a video goes on after the end that it claims.
 *
 * @param startTicks the stream's start
 * @param anchorMicros where cell 0 begins, since the stream's start
 * @param fps cells a second
 * @param coarse cells of this grid that are one cell of {@code minFps}; empty cells of that are what {@code minFps} forbids. 1
 *     if there is no such minimum, or it asks for every cell
 * @param lastCell number of the endless cell
 * @param even whether a limit has set the cells
 */
record Grid(
        TimeBase timeBase, long startTicks, long anchorMicros, double fps, double coarse, long lastCell, boolean even) {
    /**
     * A frame at most this far before a cell counts into it. Containers round times (Matroska to a whole millisecond), so a
     * frame that belongs on the border of two cells may be written half a millisecond early; without this, 24 frames a second
     * on a grid of 24 would share and miss cells.
     */
    private static final double TOLERANCE_SECONDS = 0.0006;

    /** Keeps whole quotients whole. */
    private static final double ROUNDING = 1e-9;

    /** Without a limit and a minimum. */
    Grid(TimeBase timeBase, long startTicks, double fps) {
        this(timeBase, startTicks, 0, fps, 1, Long.MAX_VALUE, false);
    }

    /** The grid of a recipe over a video of this length; 0 if that is not known. */
    static Grid of(TimeBase timeBase, long startTicks, long durationMicros, Recipe.Extract extract) {
        double fps = extract.maxFps();
        long anchor = 0;
        long last = Long.MAX_VALUE;
        boolean even = false;
        if (extract.limit().isPresent()) {
            int limit = extract.limit().getAsInt();
            long end = Math.min(extract.toMicros().orElse(Long.MAX_VALUE), durationMicros);
            double seconds = (end - extract.fromMicros()) / 1e6;
            if (seconds * fps > limit) {
                fps = limit / seconds;
                anchor = extract.fromMicros();
                even = true;
            }
            last = cell((extract.fromMicros() - anchor) / 1e6, fps) + limit - 1;
        }
        double coarse = fps / Math.min(fps, extract.minFps().orElse(fps));
        return new Grid(timeBase, startTicks, anchor, fps, coarse, last, even);
    }

    /** Number of the cell at this time: {@code floor((t - anchor) * fps)}, up to the tolerance. */
    long cell(long ticks) {
        return Math.min(lastCell, cell(timeBase.seconds(ticks - startTicks) - anchorMicros / 1e6, fps));
    }

    private static long cell(double seconds, double fps) {
        return (long) Math.floor((seconds + TOLERANCE_SECONDS) * fps);
    }

    /** Number of the cell of {@code minFps} that a cell belongs to; its borders are borders of cells. */
    long coarseCell(long cell) {
        return (long) Math.floor(cell / coarse + ROUNDING);
    }

    boolean hasMinimum() {
        return coarse > 1;
    }

    /** Length of a cell, rounded up. */
    long cellMicros() {
        return (long) Math.ceil(1e6 / fps);
    }
}
