package io.sluice.video;

import java.util.ArrayList;
import java.util.List;

/**
 * A shot, or a piece of one, of which a few frames are looked for: the sharpest of each of so many parts, of nearly equal length.
 *
 * <p>How long it will be is not known, so the sharpest of twice as many stretches are held: when there are more, each two
 * neighbours become one, and stretches are twice as long from then on.
 */
final class Shot implements AutoCloseable {
    /** @param atCut whether it comes right after or before a cut, and is taken only where there is nothing else */
    private record Candidate(ShownFrame frame, double clarity, boolean atCut) {
        boolean isBetterThan(Candidate other) {
            return atCut != other.atCut ? other.atCut : clarity > other.clarity;
        }

        /** The better one; of equals, this one. The other is released. */
        Candidate orBetter(Candidate other) {
            Candidate better = other.isBetterThan(this) ? other : this;
            (better == this ? other : this).frame.release();
            return better;
        }
    }

    private final int parts;
    private final int maxStretches;
    private final List<Candidate> stretches = new ArrayList<>();
    private int cellsAStretch = 1;
    private int cellsInLast;
    private boolean open;

    Shot(int parts) {
        this.parts = parts;
        this.maxStretches = parts == 1 ? 1 : 2 * parts;
    }

    /** A cell begins, and with it a stretch may; frames before the first cell are not wanted. */
    void openCell() {
        open = true;
        cellsInLast++;
    }

    void offer(ShownFrame frame, double clarity, boolean atCut) {
        if (!open) {
            return;
        }
        Candidate candidate = new Candidate(frame.hold(), clarity, atCut);
        boolean full = cellsInLast > cellsAStretch;
        if (stretches.isEmpty() || full && maxStretches > 1) {
            if (stretches.size() == maxStretches) {
                merge();
            }
            stretches.add(candidate);
            cellsInLast = 1;
        } else {
            int last = stretches.size() - 1;
            stretches.set(last, stretches.get(last).orBetter(candidate));
        }
    }

    private void merge() {
        for (int i = 0; i < stretches.size(); i++) {
            stretches.set(i, stretches.get(i).orBetter(stretches.remove(i + 1)));
        }
        cellsAStretch *= 2;
    }

    /** In order of presentation; valid until this is closed. */
    List<ShownFrame> sharpest() {
        List<Candidate> chosen = new ArrayList<>();
        int count = Math.min(parts, stretches.size());
        for (int part = 0; part < count; part++) {
            int from = part * stretches.size() / count;
            int to = (part + 1) * stretches.size() / count;
            Candidate best = stretches.get(from);
            for (Candidate other : stretches.subList(from + 1, to)) {
                best = other.isBetterThan(best) ? other : best;
            }
            chosen.add(best);
        }
        boolean allAtCut = chosen.stream().allMatch(Candidate::atCut);
        return chosen.stream()
                .filter(candidate -> allAtCut || !candidate.atCut())
                .map(Candidate::frame)
                .toList();
    }

    @Override
    public void close() {
        stretches.forEach(candidate -> candidate.frame().release());
        stretches.clear();
    }
}
