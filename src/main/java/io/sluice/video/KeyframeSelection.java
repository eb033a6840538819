package io.sluice.video;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The first keyframe of each cell of the grid, and the first frame of each cell of the minimum's grid in which no keyframe is.
 * That frame waits for the cell's end.
 */
final class KeyframeSelection implements Selection {
    private final Grid grid;
    private final Consumer<ShownFrame> delivery;
    private long takenCell;
    private long coarseCell = Long.MIN_VALUE;
    private @Nullable ShownFrame first;

    /** @param takenCell the cell that a keyframe before the segment has taken; any lower number for none */
    KeyframeSelection(Grid grid, long takenCell, Consumer<ShownFrame> delivery) {
        this.grid = grid;
        this.takenCell = takenCell;
        this.delivery = delivery;
    }

    /** A segment begins with a keyframe, which settles its first cell. */
    @Override
    public long lookbackMicros() {
        return 0;
    }

    @Override
    public boolean isInformed() {
        return true;
    }

    @Override
    public boolean next(ShownFrame frame) {
        ShownFrame.Place place = frame.position().place();
        if (place == ShownFrame.Place.BEFORE || frame.isTimeless()) {
            return true;
        }
        long cell = grid.cell(frame.position().ticks());
        long coarse = grid.coarseCell(cell);
        boolean key = frame.position().key();
        boolean within = place == ShownFrame.Place.WITHIN;
        if (coarse != coarseCell) {
            deliverFirst();
            coarseCell = coarse;
            if (within && !key) {
                first = frame.hold();
            }
        } else if (key) {
            dropFirst();
        }
        if (key && within && cell != takenCell) {
            takenCell = cell;
            delivery.accept(frame);
        }
        return within || first != null;
    }

    private void deliverFirst() {
        if (first != null) {
            delivery.accept(first);
        }
        dropFirst();
    }

    private void dropFirst() {
        if (first != null) {
            first.release();
            first = null;
        }
    }

    @Override
    public void end() {
        deliverFirst();
    }

    @Override
    public void close() {
        dropFirst();
    }
}
