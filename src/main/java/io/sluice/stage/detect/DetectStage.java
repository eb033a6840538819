package io.sluice.stage.detect;

import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Likeness;
import io.sluice.image.Image;
import io.sluice.model.ExamplePicture;
import io.sluice.model.Model;
import io.sluice.model.ModelManifest;
import io.sluice.model.Models;
import io.sluice.model.RecipeRequirements;
import io.sluice.model.Role;
import io.sluice.onnx.ModelException;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.Target;
import io.sluice.stage.FrameByFrame;
import io.sluice.stage.FrameEmbeddings;
import io.sluice.stage.Measurement;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.ModelUse;
import io.sluice.stage.Rejection;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import io.sluice.store.FrameImages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Finds objects, and tells how like the whole frame is to words and to example pictures.
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

    /** To be counted up when the same models would give other likenesses. */
    private static final int LIKENESS_VERSION = 1;

    /** A target is missing, not confident enough, or the frame is not like enough what it is to be like. */
    static final String NO_TARGET = "no-target";

    /** A target is there and confident, but covers too little of the picture. */
    static final String SMALL_TARGET = "small-target";

    private final Models models;
    private final FrameImages images;
    private final FrameEmbeddings embeddings;
    private final Map<Fingerprint, Likenesses> likenesses = new ConcurrentHashMap<>();

    public DetectStage(Models models, FrameImages images, FrameEmbeddings embeddings) {
        this.models = models;
        this.images = images;
        this.embeddings = embeddings;
    }

    @Override
    public StageName name() {
        return StageName.DETECT;
    }

    @Override
    public Fingerprint fingerprint(Recipe recipe) {
        String method = recipe.detect().method();
        Optional<ModelManifest> model = isAsked(recipe) ? models.manifest(Role.DETECT, method) : Optional.empty();
        List<Object> parts = new ArrayList<>(List.of(
                name().word(),
                VERSION,
                model.flatMap(manifest -> models.sha256(Role.DETECT, method)).orElse(Detections.NO_MODEL),
                model.map(ModelManifest::fingerprint).orElse(Detections.NO_MODEL)));
        if (!recipe.detect().like().isEmpty()) {
            parts.add(likenessFingerprint(recipe));
        }
        return Fingerprint.of(parts.toArray());
    }

    private Fingerprint likenessFingerprint(Recipe recipe) {
        List<Object> parts = new ArrayList<>(List.of(
                LIKENESS_VERSION,
                embeddings.fingerprint(recipe).orElseThrow(() -> absent(Role.IMAGE_EMBED)),
                Likenesses.NEUTRAL));
        textEncoder(recipe).ifPresent(manifest -> {
            parts.add(models.sha256(Role.TEXT_EMBED, manifest.id()).orElseThrow());
            parts.add(manifest.fingerprint());
        });
        // Of an example its content alone: where the file lies is no matter.
        recipe.detect().like().forEach(like -> parts.add(like.isExample() ? like.sha256() : "words " + like.target()));
        return Fingerprint.of(parts.toArray());
    }

    /** What reads the recipe's words; empty where it has none. */
    private Optional<ModelManifest> textEncoder(Recipe recipe) {
        if (recipe.detect().like().stream().allMatch(Recipe.Like::isExample)) {
            return Optional.empty();
        }
        ModelManifest image = embeddings.encoder(recipe).orElseThrow(() -> absent(Role.IMAGE_EMBED));
        String text = models.fitting(
                        Role.TEXT_EMBED, recipe.embed().text(), image.space().orElseThrow())
                .orElseThrow(() -> absent(Role.TEXT_EMBED));
        return models.manifest(Role.TEXT_EMBED, text);
    }

    private static ModelException absent(Role<?, ?> role) {
        return new ModelException("detect.like needs a model with the role " + role.word() + ", and there is none");
    }

    private Likenesses likenesses(Recipe recipe) {
        Fingerprint fingerprint = likenessFingerprint(recipe);
        Likenesses known = likenesses.get(fingerprint);
        if (known == null) {
            known = embed(recipe);
            likenesses.put(fingerprint, known);
        }
        return known;
    }

    private Likenesses embed(Recipe recipe) {
        Optional<Model<String, Embedding>> reader =
                textEncoder(recipe).flatMap(manifest -> models.model(Role.TEXT_EMBED, manifest.id()));
        List<Likenesses.Target> targets = new ArrayList<>();
        for (Recipe.Like like : recipe.detect().like()) {
            targets.add(
                    like.isExample()
                            ? new Likenesses.Target(
                                    like.sha256(), true, embeddings.of(recipe, ExamplePicture.read(like)))
                            : new Likenesses.Target(
                                    like.target(),
                                    false,
                                    reader.orElseThrow()
                                            .infer(List.of(like.target()))
                                            .get(0)));
        }
        return new Likenesses(
                targets, reader.map(model -> model.infer(Likenesses.NEUTRAL)).orElse(List.of()));
    }

    @Override
    public List<Measurement> measure(Recipe recipe, List<Frame> frames) {
        Optional<Model<Image, List<Detection>>> detector =
                isAsked(recipe) ? models.model(Role.DETECT, recipe.detect().method()) : Optional.empty();
        Optional<Likenesses> wanted =
                recipe.detect().like().isEmpty() ? Optional.empty() : Optional.of(likenesses(recipe));
        if (detector.isEmpty() && wanted.isEmpty()) {
            Detections nothing = new Detections(Detections.NO_MODEL, List.of());
            return frames.stream()
                    .<Measurement>map(frame -> new Measured(frame.id(), nothing))
                    .toList();
        }
        // No more than the models gain by: decoded pictures are large.
        int size = Math.max(detector.map(Model::batch).orElse(1), wanted.isPresent() ? embeddings.batch(recipe) : 1);
        return FrameByFrame.together(
                frames,
                size,
                frame -> new Look(frame.image(), images.read(frame.image())),
                looks -> look(recipe, detector, wanted, looks),
                (frame, detections) -> new Measured(frame.id(), detections));
    }

    private record Look(ImageRef ref, Image image) {}

    private List<Detections> look(
            Recipe recipe,
            Optional<Model<Image, List<Detection>>> detector,
            Optional<Likenesses> wanted,
            List<Look> looks) {
        List<List<Detection>> objects = detector.map(
                        model -> model.infer(looks.stream().map(Look::image).toList()))
                .orElse(Collections.nCopies(looks.size(), List.of()));
        List<List<Likeness>> alike = wanted.map(likenesses ->
                        embeddings.of(recipe, looks.stream().map(Look::ref).toList()).stream()
                                .map(likenesses::of)
                                .toList())
                .orElse(Collections.nCopies(looks.size(), List.of()));
        String model = detector.map(Model::id).orElse(Detections.NO_MODEL);
        return IntStream.range(0, looks.size())
                .mapToObj(i -> new Detections(model, objects.get(i), alike.get(i)))
                .toList();
    }

    /**
     * With a target, a frame without it is rejected unless it belongs to the context share: as {@code no-target} with the best
     * confidence of a target in it, 0 where there is none; as {@code small-target} with the largest share of the picture where
     * targets are confident enough and none is large enough. A frame that is not like what it is to be like is rejected as {@code
     * no-target} with the likeness that comes closest to its threshold.
     */
    @Override
    public Optional<Rejection> judge(Recipe recipe, Frame measured) {
        Recipe.Detect detect = recipe.detect();
        if (!Target.isContext(detect, measured) || Target.inContextShare(detect, measured.id())) {
            return Optional.empty();
        }
        if (!Target.isLike(detect, measured)) {
            return Optional.of(unlike(detect, measured));
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

    private static Rejection unlike(Recipe.Detect detect, Frame measured) {
        Rejection closest = new Rejection(NO_TARGET, 0, detect.minLikeness());
        double leastLacking = Double.POSITIVE_INFINITY;
        for (Likeness likeness : measured.annotation(Detections.class)
                .map(Detections::likenesses)
                .orElse(List.of())) {
            double threshold = Target.threshold(detect, likeness);
            if (threshold - likeness.score() < leastLacking) {
                leastLacking = threshold - likeness.score();
                closest = new Rejection(NO_TARGET, likeness.score(), threshold);
            }
        }
        return closest;
    }

    /** The best likeness: to words where there are any, else to examples. */
    @Override
    public OptionalDouble score(Frame measured) {
        List<Likeness> likenesses = measured.annotation(Detections.class)
                .map(Detections::likenesses)
                .orElse(List.of());
        boolean words = likenesses.stream().anyMatch(likeness -> !likeness.example());
        return likenesses.stream()
                .filter(likeness -> likeness.example() != words)
                .mapToDouble(Likeness::score)
                .max();
    }

    @Override
    public OptionalDouble threshold(Recipe recipe) {
        Recipe.Detect detect = recipe.detect();
        if (detect.like().isEmpty()) {
            return OptionalDouble.empty();
        }
        boolean words = detect.like().stream().anyMatch(like -> !like.isExample());
        return OptionalDouble.of(words ? detect.minLikeness() : detect.minResemblance());
    }

    @Override
    public List<ModelUse> models(Recipe recipe) {
        List<ModelUse> uses = new ArrayList<>(detectors(recipe));
        textEncoder(recipe)
                .ifPresent(manifest -> uses.add(ModelUse.of(
                        Role.TEXT_EMBED.word(),
                        manifest.id(),
                        models.sha256(Role.TEXT_EMBED, manifest.id()).orElseThrow(),
                        models.loaded())));
        return uses;
    }

    private List<ModelUse> detectors(Recipe recipe) {
        String method = recipe.detect().method();
        Optional<ModelManifest> detector = isAsked(recipe) ? models.manifest(Role.DETECT, method) : Optional.empty();
        return List.of(detector.map(manifest -> ModelUse.of(
                        name().word(),
                        manifest.id(),
                        models.sha256(Role.DETECT, method).orElseThrow(),
                        models.loaded()))
                .orElseGet(() -> new ModelUse(name().word(), Detections.NO_MODEL, String.valueOf(VERSION), "cpu")));
    }

    private static boolean isAsked(Recipe recipe) {
        return RecipeRequirements.roles(recipe).contains(Role.DETECT);
    }
}
