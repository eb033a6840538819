package io.sluice.model.inpaint;

import io.sluice.frame.Box;
import io.sluice.image.Image;
import io.sluice.image.Mask;
import io.sluice.image.Patch;
import io.sluice.image.Resize;
import io.sluice.model.Hole;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Fills holes of any size by windows of one size. Each part of the mask is filled by itself. One that fits into the middle half
 * of a window is filled at full size. A larger one is scaled until its shorter side fits, and its longer side is walked along,
 * window by window, where each sees what those before have filled.
 *
 * @param side of a window as the network sees it, in pixels
 */
record HoleTiles(int side) {
    /** Parts nearer to each other than this share of a window are filled together, since each is context of the other. */
    private static final double TOGETHER = 1.0 / 16;

    private static final byte OUTSIDE = 0;

    /**
     * @param network from a window with its hole, both of {@link #side} pixels, to the window filled; what it says outside the
     *     hole is not used
     */
    Image fill(Hole hole, Function<Hole, Image> network) {
        int width = hole.image().width();
        int height = hole.image().height();
        Image current = new Image(width, height, hole.image().bgr().clone());
        byte[] open = hole.mask().values().clone();
        for (Box part : hole.mask().parts((int) (side * TOGETHER))) {
            Box inside = hole.mask().within(part).bounds();
            for (Box tile : tiles(inside)) {
                Mask still = new Mask(width, height, open);
                Mask mine = still.within(tile);
                if (!mine.isEmpty()) {
                    // In the picture's pixels; a large part is seen from further away.
                    int window = (int) Math.ceil(side * Math.max(1, shorter(inside) / (side / 2.0)));
                    fill(current, still, mine, Patch.around(tile, window, width, height), network);
                    for (int i = 0; i < open.length; i++) {
                        if (mine.values()[i] != OUTSIDE) {
                            open[i] = OUTSIDE;
                        }
                    }
                }
            }
        }
        return current;
    }

    private void fill(Image current, Mask open, Mask mine, Patch patch, Function<Hole, Image> network) {
        Image seen = Resize.to(patch.of(current), side, side);
        Image filled = network.apply(new Hole(seen, patch.of(open).scaled(side, side)));
        Image whole = Resize.to(filled, patch.side(), patch.side());
        int right = Math.min(current.width(), patch.left() + patch.side());
        int bottom = Math.min(current.height(), patch.top() + patch.side());
        for (int y = Math.max(0, patch.top()); y < bottom; y++) {
            for (int x = Math.max(0, patch.left()); x < right; x++) {
                int to = y * current.width() + x;
                if (mine.values()[to] != OUTSIDE) {
                    int from = (y - patch.top()) * patch.side() + x - patch.left();
                    System.arraycopy(whole.bgr(), 3 * from, current.bgr(), 3 * to, 3);
                }
            }
        }
    }

    /** Pieces of a part, from left to right or from top to bottom, none longer than its shorter side or half a window. */
    private List<Box> tiles(Box part) {
        boolean wide = part.width() >= part.height();
        double length = Math.max(part.width(), part.height());
        double step = Math.max(side / 2.0, shorter(part));
        int count = (int) Math.ceil(length / step);
        List<Box> tiles = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            double from = Math.floor(length * i / count);
            double to = Math.floor(length * (i + 1) / count);
            tiles.add(
                    wide
                            ? new Box(part.left() + from, part.top(), part.left() + to, part.bottom())
                            : new Box(part.left(), part.top() + from, part.right(), part.top() + to));
        }
        return tiles;
    }

    private static double shorter(Box part) {
        return Math.min(part.width(), part.height());
    }
}
