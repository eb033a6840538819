package io.sluice.stage.aesthetic;

import io.sluice.frame.AestheticScore;
import io.sluice.frame.Annotation;
import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.ImageRef;
import io.sluice.image.Image;
import io.sluice.image.PerceptualHash;
import io.sluice.model.EmbeddingSpace;
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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

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

    private static final Logger LOG = Logger.getLogger(AestheticStage.class);
    private static final double LEAST = 0;
    private static final double MOST = 10;

    private final FrameImages images;
    private final Model<Image, Double> builtIn;
    private final Models models;
    private final FrameEmbeddings embeddings;
    private final Map<String, List<Fingerprint>> kin = new ConcurrentHashMap<>();

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
        return fingerprint(recipe, head(recipe));
    }

    private Fingerprint fingerprint(Recipe recipe, Optional<ModelManifest> head) {
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

    /** What other heads, and the built-in measure, made of the same pictures: hash and embedding are the same there. */
    @Override
    public List<Fingerprint> kin(Recipe recipe) {
        Optional<ModelManifest> head = head(recipe);
        if (head.isEmpty()) {
            return List.of();
        }
        return kin.computeIfAbsent(recipe.digest(), digest -> {
            List<Fingerprint> found = new ArrayList<>(List.of(fingerprint(recipe, Optional.empty())));
            EmbeddingSpace space =
                    embeddings.encoder(recipe).orElseThrow().space().orElseThrow();
            for (ModelManifest other : models.fitting(Role.AESTHETIC, space)) {
                if (!other.id().equals(head.get().id())) {
                    otherHead(recipe, other).ifPresent(found::add);
                }
            }
            return List.copyOf(found);
        });
    }

    private Optional<Fingerprint> otherHead(Recipe recipe, ModelManifest head) {
        try {
            return Optional.of(fingerprint(recipe, Optional.of(head)));
        } catch (ModelException e) {
            // Its file is not the right one: whoever names it is told. Here it is a shortcut less.
            LOG.debugf("stage=aesthetic model=%s passed over: error=%s", head.id(), e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Optional<Annotation> derive(Recipe recipe, Frame frame, Annotation earlier) {
        Optional<Embedding> embedding = embeddings.kept(recipe, frame.image());
        Optional<Model<Embedding, Double>> head =
                head(recipe).flatMap(manifest -> models.model(Role.AESTHETIC, manifest.id()));
        if (embedding.isEmpty() || head.isEmpty() || !(earlier instanceof AestheticScore score)) {
            return Optional.empty();
        }
        double given;
        try {
            given = head.get().infer(List.of(embedding.get())).get(0);
        } catch (ModelException e) {
            // Measuring says so again, and finds the frame at fault.
            LOG.debugf("stage=aesthetic frameId=%s is measured anew: error=%s", frame.id(), e.getMessage());
            return Optional.empty();
        }
        return Optional.of(new AestheticScore(head.get().id(), cut(given), score.perceptualHash(), score.embedding()));
    }

    private static double cut(double score) {
        return Annotation.round(Math.min(Math.max(score, LEAST), MOST));
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
                    cut(scores.get(i)),
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
