package io.sluice.model.detect;

import io.sluice.frame.Box;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Of boxes that show the same object only the most confident one stays. Pure functions. */
final class NonMaxSuppression {
    private NonMaxSuppression() {}

    /** @param label index of the class */
    record Candidate(int label, double score, Box box) {}

    /**
     * Greedy, by score descending and the order given, each class by itself.
     *
     * @param overlap a box falls when its intersection over union with one that stays is above it
     * @param most boxes that stay at most
     * @return those that stay, by score descending
     */
    static List<Candidate> apply(List<Candidate> candidates, double overlap, int most) {
        List<Candidate> byScore = new ArrayList<>(candidates);
        byScore.sort(Comparator.comparingDouble(Candidate::score).reversed());
        List<Candidate> kept = new ArrayList<>();
        for (Candidate candidate : byScore) {
            if (kept.size() == most) {
                break;
            }
            boolean free = true;
            for (Candidate other : kept) {
                if (other.label() == candidate.label() && other.box().iou(candidate.box()) > overlap) {
                    free = false;
                    break;
                }
            }
            if (free) {
                kept.add(candidate);
            }
        }
        return kept;
    }
}
