package io.sluice.stage;

import io.sluice.frame.Annotation;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.InfrastructureException;
import io.sluice.recipe.Recipe;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Measures frames, and judges them by absolute thresholds.
 *
 * <p>The pipeline calls {@link #fingerprint} first; frames that have an annotation of that fingerprint already are not measured
 * again. Then {@link #measure} once per batch, and {@link #judge} once per frame, whether it was measured now or before. The
 * same frame may come again at any time: both must give the same answer. Implementations are called by several threads at once.
 */
public interface Stage {

    StageName name();

    /** Identity of what {@link #measure} would give under this recipe; thresholds that only {@link #judge} reads do not count. */
    Fingerprint fingerprint(Recipe recipe);

    /** Stages whose measurements this one reads; their fingerprints count into this one's. */
    default Set<StageName> buildsOn() {
        return Set.of();
    }

    /**
     * Measures each frame by itself.
     *
     * @param frames at least one, all of the same recipe, each with the annotations of the stages before
     * @return exactly one measurement for each frame, in any order
     * @throws RuntimeException if the batch cannot be measured; the frame at fault is then searched by measuring each alone
     * @throws InfrastructureException if a store, device or database is at fault and no frame is; the batch is polled again
     */
    List<Measurement> measure(Recipe recipe, List<Frame> frames);

    /**
     * Other fingerprints of this stage whose measurements may tell, without the picture, what {@link #measure} would give under this
     * recipe.
     */
    default List<Fingerprint> kin(Recipe recipe) {
        return List.of();
    }

    /**
     * What {@link #measure} would give, to the last digit, told by a measurement of the same frame under one of the {@link #kin}.
     *
     * @param frame with the annotations of the stages before
     * @return empty where it has to be measured, or may be at fault
     * @throws InfrastructureException as {@link #measure} does
     */
    default Optional<Annotation> derive(Recipe recipe, Frame frame, Annotation earlier) {
        return Optional.empty();
    }

    /** @param measured carries the annotation of this stage. Empty if the frame goes on. */
    Optional<Rejection> judge(Recipe recipe, Frame measured);

    /** Score that {@link #threshold} is compared with; empty where the stage has none. */
    default OptionalDouble score(Frame measured) {
        return OptionalDouble.empty();
    }

    /** Threshold that {@link #judge} applies under this recipe, for the report; empty where it applies none. */
    default OptionalDouble threshold(Recipe recipe) {
        return OptionalDouble.empty();
    }

    /** What does the measuring under this recipe: models, or the built-in methods in their place. */
    default List<ModelUse> models(Recipe recipe) {
        return List.of();
    }
}
