package io.sluice.video;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sharpest frames of each shot.
 *
 * <p>A shot is divided on a grid of {@link #PIECE_SECONDS} anchored at the stream's start (and on the cells of a limit), unless it
 * is so young that it began within {@link #YOUNG_MICROS}. So nothing has to be known of what lies further away than that: a piece
 * belongs to the segment in which it begins, and is followed beyond the segment's end until it is over.
 *
 * <p>A cell of the grid of {@code maxFps} belongs to the piece that shows its first frame, and gives one frame at most: so two
 * pieces never take one cell, and a shot shorter than a cell may stay without a frame.
 *
 * <p>Frames right at a cut are taken only from a piece that has no others: many are blends of both shots.
 */
final class SceneSelection implements Selection {
    /** A longer shot counts as several. */
    static final double PIECE_SECONDS = 10;

    /** So many frames after and before a cut are right at it. */
    private static final int MARGIN = 2;

    /** Half a piece, so that pieces last from 5 to 15 s. */
    private static final long YOUNG_MICROS = 5_000_000;

    /** That, and the frames by which a cut then is told. */
    private static final long LOOKBACK_MICROS = YOUNG_MICROS + 250_000;

    /** A frame of which it is not settled yet to what piece it belongs. */
    private static final class Unsettled {
        final ShownFrame frame;
        final double clarity;
        boolean cut;

        Unsettled(ShownFrame frame, double clarity) {
            this.frame = frame;
            this.clarity = clarity;
        }
    }

    private final Grid grid;
    private final Grid pieces;
    private final int perShot;
    private final long startMicros;
    private final Thumbnails thumbnails;
    private final Consumer<ShownFrame> delivery;
    private final Cuts cuts = new Cuts();
    private final List<Unsettled> waiting = new ArrayList<>();
    private int told;
    private int seenEarlier;

    private boolean any;
    private boolean lastWasCut;
    private long lastCell;
    private long lastPiece;
    private long shotMicros;
    private @Nullable Shot shot;

    /** @param thumbnails with clarity, to be closed by the caller */
    SceneSelection(Grid grid, Segment segment, int perShot, Thumbnails thumbnails, Consumer<ShownFrame> delivery) {
        this.startMicros = grid.timeBase().micros(segment.startTicks() - grid.startTicks());
        this.grid = grid;
        this.pieces = new Grid(grid.timeBase(), grid.startTicks(), 1 / PIECE_SECONDS);
        this.perShot = perShot;
        this.thumbnails = thumbnails;
        this.delivery = delivery;
    }

    @Override
    public long lookbackMicros() {
        return LOOKBACK_MICROS;
    }

    /** Whether the shot of the segment's first frame is young must be known, and for that, what was a cut since then. */
    @Override
    public boolean isInformed() {
        return seenEarlier > Cuts.BEFORE;
    }

    @Override
    public boolean next(ShownFrame frame) {
        if (frame.isTimeless()) {
            return true;
        }
        if (frame.position().micros() <= startMicros - YOUNG_MICROS) {
            seenEarlier++;
        }
        Thumbnail thumbnail = thumbnails.of(frame.frame());
        waiting.add(new Unsettled(frame.hold(), thumbnail.clarity()));
        boolean cut = cuts.next(thumbnail);
        if (waiting.size() - told >= Cuts.AFTER) {
            waiting.get(told++).cut = cut;
        }
        while (told > MARGIN) {
            told--;
            if (!settleFirst()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void end() {
        for (boolean cut : cuts.end()) {
            waiting.get(told++).cut = cut;
        }
        boolean more = true;
        while (more && !waiting.isEmpty()) {
            more = settleFirst();
        }
        endShot();
    }

    /** @return false if nothing that begins from here on is wanted */
    private boolean settleFirst() {
        Unsettled first = waiting.remove(0);
        try {
            boolean atCut = first.cut || lastWasCut;
            for (Unsettled following : waiting.subList(0, Math.min(MARGIN, waiting.size()))) {
                atCut |= following.cut;
            }
            return settle(first, atCut);
        } finally {
            first.frame.release();
        }
    }

    private boolean settle(Unsettled settled, boolean atCut) {
        ShownFrame.Position position = settled.frame.position();
        long cell = grid.cell(position.ticks());
        long piece = pieces.cell(position.ticks());
        boolean newCell = !any || cell != lastCell;
        if (!any || settled.cut) {
            shotMicros = position.micros();
        }
        boolean divided = piece != lastPiece && position.micros() - shotMicros >= YOUNG_MICROS;
        boolean begins = !any || settled.cut || divided || grid.even() && newCell;
        any = true;
        lastWasCut = settled.cut;
        lastCell = cell;
        lastPiece = piece;
        if (begins) {
            endShot();
            if (position.place() == ShownFrame.Place.WITHIN) {
                shot = new Shot(perShot);
            }
        }
        if (shot == null) {
            return position.place() != ShownFrame.Place.AFTER;
        }
        if (newCell) {
            shot.openCell();
        }
        shot.offer(settled.frame, settled.clarity, atCut);
        return true;
    }

    private void endShot() {
        if (shot != null) {
            shot.sharpest().forEach(delivery);
            shot.close();
            shot = null;
        }
    }

    @Override
    public void close() {
        for (Iterator<Unsettled> rest = waiting.iterator(); rest.hasNext(); rest.remove()) {
            rest.next().frame.release();
        }
        if (shot != null) {
            shot.close();
            shot = null;
        }
    }
}
