package io.sluice.stage.aesthetic;

import io.sluice.frame.AestheticScore;
import io.sluice.frame.Annotation;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.image.Image;
import io.sluice.image.PerceptualHash;
import io.sluice.model.Model;
import io.sluice.recipe.Recipe;
import io.sluice.stage.FrameByFrame;
import io.sluice.stage.Measurement;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.ModelUse;
import io.sluice.stage.Rejection;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import io.sluice.store.FrameImages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Scores frames, and rejects those below the recipe's threshold as {@code unaesthetic}; without a threshold none. */
@ApplicationScoped
@Named("aesthetic")
public class AestheticStage implements Stage {
    /** Changes whenever the same picture would get another perceptual hash. */
    private static final String HASH_VERSION = "dct-2";

    private final FrameImages images;
    private final Model<Image, Double> scorer;

    /** @param scorer gives 0 to 10 */
    public AestheticStage(FrameImages images, Model<Image, Double> scorer) {
        this.images = images;
        this.scorer = scorer;
    }

    @Override
    public StageName name() {
        return StageName.AESTHETIC;
    }

    @Override
    public Fingerprint fingerprint(Recipe recipe) {
        return Fingerprint.of(name().word(), HASH_VERSION, scorer.id(), scorer.sha256());
    }

    @Override
    public List<Measurement> measure(Recipe recipe, List<Frame> frames) {
        return FrameByFrame.measure(frames, frame -> {
            Image image = images.read(frame.image());
            double score = scorer.infer(List.of(image)).get(0);
            return new Measured(
                    frame.id(),
                    new AestheticScore(
                            scorer.id(), Annotation.round(score), PerceptualHash.hex(PerceptualHash.of(image))));
        });
    }

    /** @throws IllegalArgumentException if the frame was not measured */
    @Override
    public Optional<Rejection> judge(Recipe recipe, Frame measured) {
        double score = score(measured)
                .orElseThrow(() -> new IllegalArgumentException("frame " + measured.id() + " has no score to judge"));
        return recipe.aesthetic().threshold().isPresent()
                        && score < recipe.aesthetic().threshold().getAsDouble()
                ? Optional.of(new Rejection(
                        "unaesthetic", score, recipe.aesthetic().threshold().getAsDouble()))
                : Optional.empty();
    }

    @Override
    public OptionalDouble score(Frame measured) {
        return measured.annotation(AestheticScore.class).stream()
                .mapToDouble(AestheticScore::score)
                .findFirst();
    }

    @Override
    public OptionalDouble threshold(Recipe recipe) {
        return recipe.aesthetic().threshold();
    }

    @Override
    public List<ModelUse> models(Recipe recipe) {
        return List.of(new ModelUse(name().word(), scorer.id(), scorer.sha256(), "cpu"));
    }
}
