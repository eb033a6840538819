package io.sluice.stage;

import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.ImageRef;
import io.sluice.image.Image;
import io.sluice.model.Model;
import io.sluice.model.ModelManifest;
import io.sluice.model.Models;
import io.sluice.model.RecipeRequirements;
import io.sluice.model.Role;
import io.sluice.recipe.Recipe;
import io.sluice.store.FrameImages;
import io.sluice.store.FrameStore;
import java.util.List;
import java.util.Optional;

/**
 * Embeddings of frames' pictures. Each is made once for a model and kept in the store with the picture, so that a stage that asks
 * later, another head, or a later run finds it. Thread-safe.
 */
public final class FrameEmbeddings {
    /** To be counted up when the same model would give other embeddings. */
    private static final int VERSION = 1;

    private final Models models;
    private final FrameStore store;
    private final FrameImages images;

    public FrameEmbeddings(Models models, FrameStore store, FrameImages images) {
        this.models = models;
        this.store = store;
        this.images = images;
    }

    /**
     * The model that makes embeddings under this recipe; empty where it wants none, or where none is there.
     *
     * @throws io.sluice.onnx.ModelException if the model that the recipe names is not there
     */
    public Optional<ModelManifest> encoder(Recipe recipe) {
        String id = recipe.embed().image();
        return id.equals(RecipeRequirements.NONE) ? Optional.empty() : models.manifest(Role.IMAGE_EMBED, id);
    }

    /** Identity of what the encoder makes, under which the store keeps it. */
    public Optional<Fingerprint> fingerprint(Recipe recipe) {
        return encoder(recipe)
                .map(encoder -> Fingerprint.of(
                        Role.IMAGE_EMBED.word(),
                        VERSION,
                        models.sha256(Role.IMAGE_EMBED, encoder.id()).orElseThrow(),
                        encoder.fingerprint()));
    }

    /**
     * The embedding of a stored picture, kept or made now.
     *
     * @throws IllegalStateException if the recipe has no encoder
     * @throws io.sluice.onnx.ModelException if the picture has no direction to this model
     * @throws io.sluice.store.MissingImageException as {@link FrameImages#read} does
     */
    public Embedding of(Recipe recipe, ImageRef picture) {
        Fingerprint fingerprint = fingerprint(recipe).orElseThrow(FrameEmbeddings::none);
        Optional<Embedding> kept = store.embedding(picture, fingerprint);
        if (kept.isPresent()) {
            return kept.get();
        }
        Embedding made = of(recipe, images.read(picture));
        store.putEmbedding(picture, fingerprint, made);
        return made;
    }

    /**
     * The embedding of a picture that is no frame; not kept.
     *
     * @throws IllegalStateException if the recipe has no encoder
     * @throws io.sluice.onnx.ModelException if the picture has no direction to this model
     */
    public Embedding of(Recipe recipe, Image picture) {
        ModelManifest encoder = encoder(recipe).orElseThrow(FrameEmbeddings::none);
        Model<Image, Embedding> model =
                models.model(Role.IMAGE_EMBED, encoder.id()).orElseThrow();
        return model.infer(List.of(picture)).get(0);
    }

    private static IllegalStateException none() {
        return new IllegalStateException("the recipe has no model with the role " + Role.IMAGE_EMBED.word()
                + "; ask for one before asking for embeddings");
    }
}
