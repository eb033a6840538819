package io.sluice.stage.detect;

import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.image.Image;
import io.sluice.model.Model;
import io.sluice.model.ModelManifest;
import io.sluice.model.Models;
import io.sluice.model.RecipeRequirements;
import io.sluice.model.Role;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.Target;
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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds objects.
 *
 * <p>The model looks only if the recipe names a target or objects to remove. Captions could say more with names of things that
 * nobody asked for, but a model that runs costs more than all other filters, and a first run without any model must work the same
 * as one where a model happens to lie in the folder.
 */
@ApplicationScoped
@Named("detect")
public class DetectStage implements Stage {
    /** To be counted up when the same model would give other detections. */
    private static final int VERSION = 1;

    /** A target is missing, or not confident enough. */
    static final String NO_TARGET = "no-target";

    /** A target is there and confident, but covers too little of the picture. */
    static final String SMALL_TARGET = "small-target";

    private final Models models;
    private final FrameImages images;

    public DetectStage(Models models, FrameImages images) {
        this.models = models;
        this.images = images;
    }

    @Override
    public StageName name() {
        return StageName.DETECT;
    }

    @Override
    public Fingerprint fingerprint(Recipe recipe) {
        String method = recipe.detect().method();
        Optional<ModelManifest> model = isAsked(recipe) ? models.manifest(Role.DETECT, method) : Optional.empty();
        return Fingerprint.of(
                name().word(),
                VERSION,
                model.flatMap(manifest -> models.sha256(Role.DETECT, method)).orElse(Detections.NO_MODEL),
                model.map(ModelManifest::fingerprint).orElse(Detections.NO_MODEL));
    }

    @Override
    public List<Measurement> measure(Recipe recipe, List<Frame> frames) {
        Optional<Model<Image, List<Detection>>> detector =
                isAsked(recipe) ? models.model(Role.DETECT, recipe.detect().method()) : Optional.empty();
        if (detector.isEmpty()) {
            Detections nothing = new Detections(Detections.NO_MODEL, List.of());
            return frames.stream()
                    .<Measurement>map(frame -> new Measured(frame.id(), nothing))
                    .toList();
        }
        // One by one: models have a batch of one, and a batch of decoded pictures would only cost memory.
        return FrameByFrame.measure(
                frames,
                frame -> new Measured(
                        frame.id(),
                        new Detections(
                                detector.get().id(),
                                detector.get()
                                        .infer(List.of(images.read(frame.image())))
                                        .get(0))));
    }

    /**
     * With a target, a frame without it is rejected unless it belongs to the context share: as {@code no-target} with the best
     * confidence of a target in it, 0 where there is none; as {@code small-target} with the largest share of the picture where
     * targets are confident enough and none is large enough.
     */
    @Override
    public Optional<Rejection> judge(Recipe recipe, Frame measured) {
        Recipe.Detect detect = recipe.detect();
        if (!Target.isContext(detect, measured) || Target.inContextShare(detect, measured.id())) {
            return Optional.empty();
        }
        List<Detection> targets =
                measured.annotation(Detections.class).map(Detections::objects).orElse(List.of()).stream()
                        .filter(detection -> detect.target().contains(detection.label()))
                        .toList();
        double best = targets.stream().mapToDouble(Detection::score).max().orElse(0);
        if (best < detect.minConfidence()) {
            return Optional.of(new Rejection(NO_TARGET, best, detect.minConfidence()));
        }
        double pixels = (double) measured.image().width() * measured.image().height();
        double largest = targets.stream()
                .filter(detection -> detection.score() >= detect.minConfidence())
                .map(detection -> detection.box().area() / pixels)
                .max(Comparator.naturalOrder())
                .orElse(0.0);
        return Optional.of(new Rejection(SMALL_TARGET, io.sluice.frame.Annotation.round(largest), detect.minArea()));
    }

    @Override
    public List<ModelUse> models(Recipe recipe) {
        Optional<String> id = isAsked(recipe)
                ? models.manifest(Role.DETECT, recipe.detect().method()).map(ModelManifest::id)
                : Optional.empty();
        return models.loaded().stream()
                .filter(loaded ->
                        loaded.role().equals(name().word()) && loaded.id().equals(id.orElse(Detections.NO_MODEL)))
                .map(loaded -> new ModelUse(name().word(), loaded.id(), loaded.sha256(), loaded.device()))
                .findFirst()
                .map(List::of)
                .orElseGet(() ->
                        List.of(new ModelUse(name().word(), Detections.NO_MODEL, String.valueOf(VERSION), "cpu")));
    }

    private static boolean isAsked(Recipe recipe) {
        return RecipeRequirements.roles(recipe).contains(Role.DETECT);
    }
}
