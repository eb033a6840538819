package io.sluice.stage.blur;

import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.Sharpness;
import io.sluice.recipe.Recipe;
import io.sluice.stage.FrameByFrame;
import io.sluice.stage.Measurement;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.Rejection;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import io.sluice.store.FrameImages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Rejects frames with nothing in them as {@code blank}, and hopelessly blurred ones as {@code blurred}. */
@ApplicationScoped
@Named("blur")
public class BlurStage implements Stage {
    /**
     * What {@code auto} rejects while frames stream: only what nobody would keep. Of 22 photos and frames of videos, each is at
     * 0.39 to 0.97 as it is, at 0.18 to 0.36 blurred by a Gaussian of 2 pixels, and at 0.09 or less by one of 4; what is soft
     * for its video is for select to say, which sees the others.
     */
    static final double FLOOR = 0.1;

    private final FrameImages images;

    public BlurStage(FrameImages images) {
        this.images = images;
    }

    @Override
    public StageName name() {
        return StageName.BLUR;
    }

    @Override
    public Fingerprint fingerprint(Recipe recipe) {
        return Fingerprint.of(name().word(), SharpnessMeasure.VERSION);
    }

    @Override
    public List<Measurement> measure(Recipe recipe, List<Frame> frames) {
        return FrameByFrame.measure(
                frames, frame -> new Measured(frame.id(), SharpnessMeasure.of(images.read(frame.image()))));
    }

    /** @throws IllegalArgumentException if the frame was not measured */
    @Override
    public Optional<Rejection> judge(Recipe recipe, Frame measured) {
        Sharpness sharpness = measured.annotation(Sharpness.class)
                .orElseThrow(
                        () -> new IllegalArgumentException("frame " + measured.id() + " has no sharpness to judge"));
        double blank = recipe.blank().minLumaDeviation();
        if (sharpness.lumaDeviation() < blank) {
            return Optional.of(new Rejection("blank", sharpness.lumaDeviation(), blank));
        }
        double threshold = recipe.blur().threshold().orElse(FLOOR);
        return sharpness.score() < threshold
                ? Optional.of(new Rejection("blurred", sharpness.score(), threshold))
                : Optional.empty();
    }

    @Override
    public OptionalDouble score(Frame measured) {
        return measured.annotation(Sharpness.class).stream()
                .mapToDouble(Sharpness::score)
                .findFirst();
    }

    @Override
    public OptionalDouble threshold(Recipe recipe) {
        return OptionalDouble.of(recipe.blur().threshold().orElse(FLOOR));
    }
}
