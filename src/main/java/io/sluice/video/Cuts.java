package io.sluice.video;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds cuts in a sequence of thumbnails: frames that show something else than the frame before. Three things must be true of one.
 *
 * <p>Its strength is large: the difference from the frame before, as far as it is above or below the difference before that (in a
 * pan, every one is large; FFmpeg's scene score does the same), times how unlike the two pictures are (an explosion lights up
 * what was there before). No frame nearby is a stronger one, because many cuts take two frames. And nothing of the frames shortly
 * before comes back shortly after, as it does after a flash or a broken frame.
 *
 * <p>Whether a frame is a cut depends on {@value #BEFORE} frames before and {@value #AFTER} frames from it on, and on nothing
 * else; it is told when the last of them has come.
 */
final class Cuts {
    static final int BEFORE = 5;
    static final int AFTER = 4;

    /** Least strength of a cut, in levels of 8 bits; {@code docs/extraction.md} says where it comes from. */
    static final double LEAST_STRENGTH = 7;

    /** What is less different than this share of the cut's difference has come back. */
    private static final double COME_BACK = 0.5;

    /**
     * @param difference from the frame before
     * @param strength as a cut
     */
    private record Seen(Thumbnail frame, double difference, double strength) {}

    /** The last {@code BEFORE + AFTER} frames. */
    private final List<Seen> seen = new ArrayList<>();

    /** Of how many of them it was not told yet whether they are cuts. */
    private int untold;

    /** @return whether the frame {@code AFTER - 1} before this one is a cut; false if there is none */
    boolean next(Thumbnail frame) {
        seen.add(seen(frame));
        if (seen.size() > BEFORE + AFTER) {
            seen.remove(0);
        }
        untold++;
        if (untold < AFTER) {
            return false;
        }
        untold--;
        return isCut(seen.size() - AFTER);
    }

    /** For each frame that was not told of yet, whether it is a cut; no frame comes any more. */
    List<Boolean> end() {
        List<Boolean> rest = new ArrayList<>();
        for (; untold > 0; untold--) {
            rest.add(isCut(seen.size() - untold));
        }
        return rest;
    }

    private Seen seen(Thumbnail frame) {
        if (seen.isEmpty()) {
            return new Seen(frame, 0, 0);
        }
        Seen last = seen.get(seen.size() - 1);
        double difference = frame.difference(last.frame());
        double strength = Math.min(difference, Math.abs(difference - last.difference()));
        // Likeness is looked at where it can matter.
        boolean weak = strength < LEAST_STRENGTH;
        return new Seen(frame, difference, weak ? 0 : strength * (1 - frame.likeness(last.frame())));
    }

    private boolean isCut(int place) {
        Seen cut = seen.get(place);
        List<Seen> before = seen.subList(Math.max(0, place - AFTER), place);
        List<Seen> after = seen.subList(place, Math.min(seen.size(), place + AFTER));
        // Of equals, the first.
        return cut.strength() >= LEAST_STRENGTH
                && before.stream()
                        .skip(before.size() == AFTER ? 1 : 0)
                        .allMatch(other -> other.strength() < cut.strength())
                && after.stream().allMatch(other -> other.strength() <= cut.strength())
                && before.stream()
                        .noneMatch(one -> after.stream()
                                .anyMatch(
                                        other -> one.frame().difference(other.frame()) < COME_BACK * cut.difference()));
    }
}
