package io.sluice.route;

import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.Sharpness;
import io.sluice.recipe.Recipe;
import io.sluice.stage.Measurement;
import io.sluice.stage.ModelUse;
import io.sluice.stage.Rejection;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A stage that measures what a test tells it to, and remembers the batches that it was given. */
final class FakeStage implements Stage {
    private final StageName name;
    final List<List<FrameId>> batches = new CopyOnWriteArrayList<>();
    volatile Function<Frame, Double> sharpness = frame -> 0.9;
    volatile Function<List<Frame>, List<Measurement>> answers = this::inOrder;

    FakeStage(StageName name) {
        this.name = name;
    }

    @Override
    public StageName name() {
        return name;
    }

    @Override
    public Fingerprint fingerprint(Recipe recipe) {
        return Fingerprint.of("fake", name);
    }

    @Override
    public List<ModelUse> models(Recipe recipe) {
        return List.of(new ModelUse(name.word(), "fake", "1", "cpu"));
    }

    @Override
    public List<Measurement> measure(Recipe recipe, List<Frame> frames) {
        batches.add(frames.stream().map(Frame::id).toList());
        return answers.apply(frames);
    }

    List<Measurement> inOrder(List<Frame> frames) {
        List<Measurement> measurements = new ArrayList<>();
        for (Frame frame : frames) {
            measurements.add(new Measurement.Measured(frame.id(), sharp(sharpness.apply(frame))));
        }
        return measurements;
    }

    static Sharpness sharp(double score) {
        return new Sharpness(score, 0, 0, 0, 0, 0);
    }

    @Override
    public Optional<Rejection> judge(Recipe recipe, Frame measured) {
        double score = score(measured).orElseThrow();
        return score < 0.5 ? Optional.of(new Rejection("blurred", score, 0.5)) : Optional.empty();
    }

    @Override
    public OptionalDouble score(Frame measured) {
        return measured.annotation(Sharpness.class).stream()
                .mapToDouble(Sharpness::score)
                .findFirst();
    }
}
