package io.sluice.video;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Finds cuts in a sequence of thumbnails: frames that show something else than the frame before.
 *
 * <p>The change from the frame before must be large, and much larger than the change before that, as FFmpeg's scene score has it:
 * in a pan every change is large. And nothing of the frames shortly before may come back shortly after, as it does after a flash
 * or a broken frame. Whether a frame is a cut depends on {@value #BEFORE} frames before and {@value #AFTER} frames from it on, and
 * on nothing else; a cut is told when the last of them has come.
 */
final class Cuts {
    static final int BEFORE = 4;
    static final int AFTER = 4;

    /** Least difference of a cut, in levels; see {@code docs/extraction.md} for where it comes from. */
    static final double LEAST_DIFFERENCE = 10;

    /** What is less different than this share of the cut's difference has come back. */
    private static final double COME_BACK = 0.5;

    /** The last frames, and of each the difference from the one before. */
    private final Deque<Thumbnail> frames = new ArrayDeque<>();

    private final Deque<Double> changes = new ArrayDeque<>();
    private int untold;

    /**
     * @return whether the frame is a cut that is {@code AFTER - 1} frames before this one; false if there is none yet
     */
    boolean next(Thumbnail frame) {
        changes.addLast(frames.isEmpty() ? 0 : frame.difference(frames.getLast()));
        frames.addLast(frame);
        if (frames.size() > BEFORE + AFTER) {
            frames.removeFirst();
            changes.removeFirst();
        }
        untold++;
        if (untold < AFTER) {
            return false;
        }
        untold--;
        return isCut(frames.size() - AFTER);
    }

    /** For each frame that has not been told yet, whether it is a cut; no frame comes any more. */
    List<Boolean> end() {
        List<Boolean> rest = new ArrayList<>();
        int count = Math.min(untold, frames.size());
        for (int i = frames.size() - count; i < frames.size(); i++) {
            rest.add(isCut(i));
        }
        untold = 0;
        return rest;
    }

    private boolean isCut(int place) {
        List<Thumbnail> all = List.copyOf(frames);
        List<Double> change = List.copyOf(changes);
        double difference = change.get(place);
        if (place == 0 || Math.min(difference, Math.abs(difference - change.get(place - 1))) < LEAST_DIFFERENCE) {
            return false;
        }
        for (Thumbnail before : all.subList(Math.max(0, place - BEFORE), place)) {
            for (Thumbnail after : all.subList(place, Math.min(all.size(), place + AFTER))) {
                if (before.difference(after) < COME_BACK * difference) {
                    return false;
                }
            }
        }
        return true;
    }
}
