package io.sluice.dataset;

import io.sluice.stage.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Frames that one stage rejected for one reason.
 *
 * @param stage its word
 * @param reason as in {@link Rejection}
 * @param frames how many
 * @param threshold what the closest frame was compared with
 * @param closest score of the frame that came closest to being kept
 */
public record Rejections(String stage, String reason, int frames, double threshold, double closest) {

    /** One for each reason, in the order of the words; the order of the rejections is no matter. */
    public static List<Rejections> of(String stage, Iterable<Rejection> rejections) {
        Map<String, Rejections> byReason = new TreeMap<>();
        for (Rejection rejection : rejections) {
            byReason.merge(
                    rejection.reason(),
                    new Rejections(stage, rejection.reason(), 1, rejection.threshold(), rejection.score()),
                    Rejections::plus);
        }
        return new ArrayList<>(byReason.values());
    }

    private Rejections plus(Rejections other) {
        Rejections closer = Math.abs(other.closest - other.threshold) < Math.abs(closest - threshold) ? other : this;
        return new Rejections(stage, reason, frames + other.frames, closer.threshold, closer.closest);
    }
}
