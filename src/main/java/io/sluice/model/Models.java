package io.sluice.model;

import io.sluice.onnx.Device;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.OnnxRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The models that do the jobs of one process. Which model has a role is decided when the role is first asked for, and stays; {@link
 * ModelFolder#find} says how, unless a model was named. A model's files are read and its sessions created once, when its adapter
 * is first asked for. A model that comes into the folder later can be named at once: an id always means the same files, and a new
 * version is a new id. Thread-safe.
 *
 * <p>Every method throws {@link io.sluice.onnx.ModelException} if a manifest is wrong, if a file of the chosen model is not the one
 * that its manifest states, or if its tensors are not those of its kind.
 */
public final class Models implements AutoCloseable {
    private final ModelFolder folder;
    private final OnnxRuntime runtime;
    private final Map<Role<?, ?>, String> named;
    private final Map<Role<?, ?>, Optional<Chosen>> chosen = new HashMap<>();
    private final Map<String, Chosen> byId = new HashMap<>();
    private final Map<String, Opened> opened = new TreeMap<>();
    private final Map<Fitting, Optional<String>> fitting = new HashMap<>();

    /** In place of a model's id: the model that has the role. */
    public static final String AUTO = "auto";

    private record Chosen(ModelManifest manifest, String sha256) {}

    private record Fitting(Role<?, ?> role, EmbeddingSpace space) {}

    private record Opened(Role<?, ?> role, OpenModel files, Model<?, ?> model) {}

    /** Chooses the models of all roles itself. */
    public Models(ModelFolder folder, OnnxRuntime runtime) {
        this(folder, runtime, Map.of());
    }

    /** @param named ids of the models that roles are to have */
    public Models(ModelFolder folder, OnnxRuntime runtime, Map<Role<?, ?>, String> named) {
        this.folder = folder;
        this.runtime = runtime;
        this.named = Map.copyOf(named);
    }

    /** Where models are looked for, for messages. */
    public Path folder() {
        return folder.path();
    }

    /** The model that has the role. Empty where there is none. */
    public <I, O> Optional<Model<I, O>> model(Role<I, O> role) {
        return model(role, AUTO);
    }

    /**
     * The model with this id, or with {@link #AUTO} the one that has the role, which may be none.
     *
     * @throws io.sluice.onnx.ModelException also if there is no model with this id, or if it has another role
     */
    public synchronized <I, O> Optional<Model<I, O>> model(Role<I, O> role, String id) {
        Optional<Opened> model = choose(role, id).map(chosen -> {
            Opened known = opened.get(chosen.manifest().id());
            if (known == null) {
                known = open(chosen);
                opened.put(chosen.manifest().id(), known);
            }
            return known;
        });
        if (model.isEmpty()) {
            return Optional.empty();
        }
        // The manifest's kind has this role, and its settings make models of the role's types.
        @SuppressWarnings("unchecked")
        Model<I, O> typed = (Model<I, O>) model.get().model();
        return Optional.of(typed);
    }

    /** The manifest of the model that has the role; its session need not exist. */
    public Optional<ModelManifest> manifest(Role<?, ?> role) {
        return choose(role).map(Chosen::manifest);
    }

    /** SHA-256 of the model that has the role, as a fingerprint needs it; its session need not exist. */
    public Optional<String> sha256(Role<?, ?> role) {
        return choose(role).map(Chosen::sha256);
    }

    /** As {@link #manifest(Role)}, for the model that {@link #model(Role, String)} would give. */
    public Optional<ModelManifest> manifest(Role<?, ?> role, String id) {
        return choose(role, id).map(Chosen::manifest);
    }

    /** As {@link #sha256(Role)}, for the model that {@link #model(Role, String)} would give. */
    public Optional<String> sha256(Role<?, ?> role, String id) {
        return choose(role, id).map(Chosen::sha256);
    }

    /**
     * The id of the model with the role whose embeddings lie in this space: the one named, or with {@link #AUTO} the one that {@link
     * ModelFolder#find} finds among those that fit, which may be none.
     *
     * @throws io.sluice.onnx.ModelException also if the model named has embeddings that do not fit
     */
    public synchronized Optional<String> fitting(Role<?, ?> role, String id, EmbeddingSpace space) {
        if (!id.equals(AUTO)) {
            ModelManifest manifest = manifest(role, id).orElseThrow();
            EmbeddingSpace own = manifest.space().orElseThrow();
            if (!own.fits(space)) {
                throw new ModelException("model '" + id + "' with the role " + role.word() + " has embeddings of " + own
                        + ", which do not compare with those of " + space);
            }
            return Optional.of(id);
        }
        return fitting.computeIfAbsent(
                new Fitting(role, space),
                key -> folder.find(
                                role,
                                manifest -> manifest.space().filter(space::fits).isPresent())
                        .map(ModelManifest::id));
    }

    /** {@link ModelFolder#newest}, looked up anew at each call. */
    public Optional<String> newest(Role<?, ?> role, String name) {
        return folder.newest(role, name);
    }

    /** The models with the role whose embeddings lie in this space and whose files are there, those that want to be named included. */
    public List<ModelManifest> fitting(Role<?, ?> role, EmbeddingSpace space) {
        return folder.manifests().stream()
                .filter(manifest -> manifest.role() == role && folder.isPresent(manifest))
                .filter(manifest -> manifest.space().filter(space::fits).isPresent())
                .toList();
    }

    /** {@link #warmUp(Collection)} for all roles. */
    public void warmUp() {
        warmUp(Role.all());
    }

    /** Creates the sessions of these roles and runs each once, so that the first frame finds them ready. */
    public void warmUp(Collection<Role<?, ?>> roles) {
        roles.forEach(this::warmUp);
    }

    private <I, O> void warmUp(Role<I, O> role) {
        model(role).ifPresent(model -> {
            // The manifest's kind has this role, and its settings make models of the role's types.
            @SuppressWarnings("unchecked")
            ModelSettings<I, O> settings =
                    (ModelSettings<I, O>) manifest(role).orElseThrow().settings();
            model.infer(List.of(settings.sample(role.sample())));
        });
    }

    /** The models whose sessions were created, in the order of the roles. */
    public synchronized List<LoadedModel> loaded() {
        List<LoadedModel> loaded = new ArrayList<>();
        for (Role<?, ?> role : Role.all()) {
            for (Opened model : opened.values()) {
                if (model.role() == role) {
                    String device = model.files().sessions().stream()
                            .map(ModelSession::device)
                            .findFirst()
                            .orElse(Device.CPU)
                            .word();
                    loaded.add(new LoadedModel(
                            role.word(), model.files().id(), model.files().sha256(), device));
                }
            }
        }
        return loaded;
    }

    /** What of the models' speed is not as one would think; empty where all is as asked for. */
    public List<String> warnings() {
        return runtime.warnings();
    }

    private synchronized Optional<Chosen> choose(Role<?, ?> role, String id) {
        if (id.equals(AUTO)) {
            return choose(role);
        }
        Chosen known = byId.get(id);
        if (known == null || known.manifest().role() != role) {
            ModelManifest manifest = folder.named(role, id);
            known = new Chosen(manifest, folder.verify(manifest));
            byId.put(id, known);
        }
        return Optional.of(known);
    }

    private synchronized Optional<Chosen> choose(Role<?, ?> role) {
        Optional<Chosen> known = chosen.get(role);
        if (known == null) {
            String id = named.get(role);
            known = id == null
                    ? folder.find(role).map(manifest -> new Chosen(manifest, folder.verify(manifest)))
                    : choose(role, id);
            chosen.put(role, known);
        }
        return known;
    }

    private Opened open(Chosen model) {
        OpenModel files = new OpenModel(model.manifest(), model.sha256(), runtime);
        try {
            return new Opened(
                    model.manifest().role(), files, model.manifest().settings().open(files));
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /** Closes all sessions; closing again does nothing. */
    @Override
    public synchronized void close() {
        opened.values().forEach(model -> model.files().close());
    }
}
