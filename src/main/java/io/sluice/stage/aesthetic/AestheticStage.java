package io.sluice.stage.aesthetic;

import io.sluice.frame.AestheticScore;
import io.sluice.frame.Annotation;
import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.ImageRef;
import io.sluice.image.Image;
import io.sluice.image.PerceptualHash;
import io.sluice.model.Model;
import io.sluice.model.ModelManifest;
import io.sluice.model.Models;
import io.sluice.model.RecipeRequirements;
import io.sluice.model.Role;
import io.sluice.onnx.ModelException;
import io.sluice.recipe.Recipe;
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
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Scores frames, and rejects those below the recipe's threshold as {@code unaesthetic}; without a threshold none.
 *
 * <p>Where a model that embeds pictures is there, each frame's embedding is made and kept, for select and for later. The score is
 * that of a head over the embedding, cut to 0 to 10, where there is one for this encoder, else the built-in measure's. Another head
 * reads the kept embeddings: the encoder does not run again.
 */
@ApplicationScoped
@Named("aesthetic")
public class AestheticStage implements Stage {
    /** Changes whenever the same picture would get another perceptual hash. */
    private static final String HASH_VERSION = "dct-2";

    private static final double LEAST = 0;
    private static final double MOST = 10;

    private final FrameImages images;
    private final Model<Image, Double> builtIn;
    private final Models models;
    private final FrameEmbeddings embeddings;

    /** @param builtIn gives 0 to 10, without a model */
    public AestheticStage(FrameImages images, Model<Image, Double> builtIn, Models models, FrameEmbeddings embeddings) {
        this.images = images;
        this.builtIn = builtIn;
        this.models = models;
        this.embeddings = embeddings;
    }

    @Override
    public StageName name() {
        return StageName.AESTHETIC;
    }

    @Override
    public Fingerprint fingerprint(Recipe recipe) {
        Optional<ModelManifest> head = head(recipe);
        List<Object> parts = new ArrayList<>(List.of(
                name().word(),
                HASH_VERSION,
                head.isPresent() ? head.get().id() : builtIn.id(),
                head.isPresent() ? sha256(Role.AESTHETIC, head.get()) : builtIn.sha256()));
        head.ifPresent(manifest -> parts.add(manifest.fingerprint()));
        embeddings.fingerprint(recipe).ifPresent(parts::add);
        return Fingerprint.of(parts.toArray());
    }

    @Override
    public List<Measurement> measure(Recipe recipe, List<Frame> frames) {
        Optional<Model<Embedding, Double>> head =
                head(recipe).flatMap(manifest -> models.model(Role.AESTHETIC, manifest.id()));
        return FrameByFrame.together(
                frames,
                embeddings.batch(recipe),
                frame -> new Look(frame.image(), images.read(frame.image())),
                looks -> score(recipe, head, looks),
                (frame, score) -> new Measured(frame.id(), score));
    }

    private record Look(ImageRef ref, Image image) {}

    private List<AestheticScore> score(Recipe recipe, Optional<Model<Embedding, Double>> head, List<Look> looks) {
        Optional<Fingerprint> embedded = embeddings.fingerprint(recipe);
        List<Embedding> vectors = embedded.isPresent()
                ? embeddings.of(recipe, looks.stream().map(Look::ref).toList())
                : List.of();
        List<Double> scores = head.isPresent()
                ? head.get().infer(vectors)
                : builtIn.infer(looks.stream().map(Look::image).toList());
        String scorer = head.map(Model::id).orElse(builtIn.id());
        List<AestheticScore> answers = new ArrayList<>();
        for (int i = 0; i < looks.size(); i++) {
            answers.add(new AestheticScore(
                    scorer,
                    Annotation.round(Math.min(Math.max(scores.get(i), LEAST), MOST)),
                    PerceptualHash.hex(PerceptualHash.of(looks.get(i).image())),
                    embedded.map(Fingerprint::value).orElse("")));
        }
        return answers;
    }

    /** What scores embeddings under this recipe; empty for the built-in measure. */
    private Optional<ModelManifest> head(Recipe recipe) {
        String method = recipe.aesthetic().method();
        if (method.equals(RecipeRequirements.PHOTOGRAPHIC)) {
            return Optional.empty();
        }
        Optional<ModelManifest> encoder = embeddings.encoder(recipe);
        if (encoder.isEmpty()) {
            if (method.equals(Models.AUTO)) {
                return Optional.empty();
            }
            throw new ModelException("aesthetic.method: '" + method
                    + "' scores embeddings, and there is no model with the role " + Role.IMAGE_EMBED.word());
        }
        return models.fitting(Role.AESTHETIC, method, encoder.get().space().orElseThrow())
                .flatMap(id -> models.manifest(Role.AESTHETIC, id));
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
        List<ModelUse> uses = new ArrayList<>();
        embeddings.encoder(recipe).ifPresent(encoder -> uses.add(use(Role.IMAGE_EMBED, encoder)));
        uses.add(head(recipe)
                .map(head -> use(Role.AESTHETIC, head))
                .orElseGet(() -> new ModelUse(name().word(), builtIn.id(), builtIn.sha256(), "cpu")));
        return uses;
    }

    private ModelUse use(Role<?, ?> role, ModelManifest model) {
        return ModelUse.of(role.word(), model.id(), sha256(role, model), models.loaded());
    }

    private String sha256(Role<?, ?> role, ModelManifest model) {
        return models.sha256(role, model.id()).orElseThrow();
    }
}
