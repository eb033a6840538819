package io.sluice.assess;

import io.sluice.frame.Frame;
import io.sluice.stage.Rejection;
import io.sluice.stage.StageName;
import java.util.Optional;

/**
 * Where a frame stands under a recipe.
 *
 * @param stage that has decided: that rejects it, that has yet to measure it, that failed on it; {@link StageName#SELECT} for one
 *     that is kept
 * @param rejection for what is rejected
 */
public record Standing(Frame frame, Fate fate, StageName stage, Optional<Rejection> rejection) {

    /** What becomes of a frame. */
    public enum Fate {
        /** It is in the dataset. */
        KEPT,
        REJECTED,
        /** A stage has to measure it before anything can be said. */
        WAITS,
        /** A stage could not measure it. */
        FAILED
    }

    static Standing kept(Frame frame) {
        return new Standing(frame, Fate.KEPT, StageName.SELECT, Optional.empty());
    }

    static Standing rejected(Frame frame, StageName stage, Rejection rejection) {
        return new Standing(frame, Fate.REJECTED, stage, Optional.of(rejection));
    }

    static Standing waits(Frame frame, StageName stage) {
        return new Standing(frame, Fate.WAITS, stage, Optional.empty());
    }

    static Standing failed(Frame frame, StageName stage) {
        return new Standing(frame, Fate.FAILED, stage, Optional.empty());
    }
}
