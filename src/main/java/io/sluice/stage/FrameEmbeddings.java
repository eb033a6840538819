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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** How many pictures the encoder gains by to be asked about at once; 1 where the recipe has none. */
    public int batch(Recipe recipe) {
        return encoder(recipe)
                .flatMap(encoder -> models.model(Role.IMAGE_EMBED, encoder.id()))
                .map(Model::batch)
                .orElse(1);
    }

    /**
     * The embeddings of stored pictures, kept or made now, in their order.
     *
     * @throws IllegalStateException if the recipe has no encoder
     * @throws io.sluice.onnx.ModelException if one of the pictures has no direction to this model
     * @throws io.sluice.store.MissingImageException as {@link FrameImages#read} does
     */
    public List<Embedding> of(Recipe recipe, List<ImageRef> pictures) {
        Fingerprint fingerprint = fingerprint(recipe).orElseThrow(FrameEmbeddings::none);
        Map<ImageRef, Embedding> found = new HashMap<>();
        List<ImageRef> missing = new ArrayList<>();
        for (ImageRef picture : pictures) {
            Optional<Embedding> kept = store.embedding(picture, fingerprint);
            if (kept.isPresent()) {
                found.put(picture, kept.get());
            } else {
                missing.add(picture);
            }
        }
        if (!missing.isEmpty()) {
            List<Embedding> made =
                    infer(recipe, missing.stream().map(images::read).toList());
            for (int i = 0; i < made.size(); i++) {
                store.putEmbedding(missing.get(i), fingerprint, made.get(i));
                found.put(missing.get(i), made.get(i));
            }
        }
        return pictures.stream()
                .map(picture -> Objects.requireNonNull(found.get(picture), picture.key()))
                .toList();
    }

    /** The embedding that is kept with a picture; empty where none is, or where the recipe has no encoder. */
    public Optional<Embedding> kept(Recipe recipe, ImageRef picture) {
        return fingerprint(recipe).flatMap(fingerprint -> store.embedding(picture, fingerprint));
    }

    /**
     * The embedding of a picture that is no frame; not kept.
     *
     * @throws IllegalStateException if the recipe has no encoder
     * @throws io.sluice.onnx.ModelException if the picture has no direction to this model
     */
    public Embedding of(Recipe recipe, Image picture) {
        return infer(recipe, List.of(picture)).get(0);
    }

    private List<Embedding> infer(Recipe recipe, List<Image> pictures) {
        ModelManifest encoder = encoder(recipe).orElseThrow(FrameEmbeddings::none);
        return models.model(Role.IMAGE_EMBED, encoder.id()).orElseThrow().infer(pictures);
    }

    private static IllegalStateException none() {
        return new IllegalStateException("the recipe has no model with the role " + Role.IMAGE_EMBED.word()
                + "; ask for one before asking for embeddings");
    }
}
