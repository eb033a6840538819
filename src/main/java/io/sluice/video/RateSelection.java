package io.sluice.video;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The first frame of each cell of the grid; with a minimum, only of those cells where the picture has moved since the cell
 * before, and of each cell of the minimum's grid.
 *
 * <p>A frame is compared with the one before it on the grid, whether that was taken or not: so a segment needs to look back by
 * one frame of the grid only. What creeps more slowly than {@link #STILL} a cell counts as still.
 */
final class RateSelection implements Selection {
    /**
     * A picture stands still if none of the places of its thumbnail has changed by more levels of 8 bits than this. Measured every
     * half second with a fixed camera: an empty room changes by 1 to 6, somebody who stands there by 3 to 30, somebody who walks
     * through by 80 to 220.
     */
    static final double STILL = 12;

    private final Grid grid;
    private final @Nullable Thumbnails thumbnails;
    private final Consumer<ShownFrame> delivery;
    private long cell;
    private @Nullable Thumbnail last;
    private int cells;

    /**
     * @param takenCell the cell that a frame before the segment has taken; any lower number for none. Not needed with a minimum
     * @param thumbnails to be closed by the caller
     */
    RateSelection(Grid grid, long takenCell, Thumbnails thumbnails, Consumer<ShownFrame> delivery) {
        this.grid = grid;
        this.cell = takenCell;
        this.thumbnails = grid.hasMinimum() ? thumbnails : null;
        this.delivery = delivery;
    }

    @Override
    public long lookbackMicros() {
        return thumbnails == null ? 0 : 2 * grid.cellMicros();
    }

    /** Of the first cell that was shown, the first frame may not have been. */
    @Override
    public boolean isInformed() {
        return thumbnails == null || cells > 1;
    }

    @Override
    public boolean next(ShownFrame frame) {
        ShownFrame.Place place = frame.position().place();
        if (place == ShownFrame.Place.AFTER) {
            return false;
        }
        boolean within = place == ShownFrame.Place.WITHIN;
        if (frame.isTimeless()) {
            // No cell is known of it; a limit is kept all the same.
            if (within && grid.lastCell() == Long.MAX_VALUE) {
                delivery.accept(frame);
            }
            return true;
        }
        long before = cell;
        cell = grid.cell(frame.position().ticks());
        if (cell == before && (cells > 0 || thumbnails == null)) {
            return true;
        }
        cells++;
        if (hasMoved(frame, before) && within) {
            delivery.accept(frame);
        }
        return true;
    }

    /** @param before number of the cell before */
    private boolean hasMoved(ShownFrame frame, long before) {
        if (thumbnails == null) {
            return true;
        }
        Thumbnail now = thumbnails.of(frame.frame());
        boolean moved =
                last == null || grid.coarseCell(before) != grid.coarseCell(cell) || now.largestLumaChange(last) > STILL;
        last = now;
        return moved;
    }

    @Override
    public void end() {}

    @Override
    public void close() {}
}
