package io.sluice.model;

import io.sluice.onnx.Device;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.OnnxRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models that do the jobs of one process. Which model has a role is decided when the role is first asked for, and stays; {@link
 * ModelFolder#find} says how, unless a model was named. A model's files are read and its sessions created once, when its adapter
 * is first asked for. Thread-safe.
 *
 * <p>Every method throws {@link io.sluice.onnx.ModelException} if a manifest is wrong, if a file of the chosen model is not the one
 * that its manifest states, or if its tensors are not those of its kind.
 */
public final class Models implements AutoCloseable {
    private final ModelFolder folder;
    private final OnnxRuntime runtime;
    private final Map<Role<?, ?>, String> named;
    private final Map<Role<?, ?>, Optional<Chosen>> chosen = new HashMap<>();
    private final Map<Role<?, ?>, Opened> opened = new HashMap<>();

    private record Chosen(ModelManifest manifest, String sha256) {}

    private record Opened(OpenModel files, Model<?, ?> model) {}

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
    public synchronized <I, O> Optional<Model<I, O>> model(Role<I, O> role) {
        Opened known = opened.get(role);
        if (known == null) {
            known = choose(role).map(this::open).orElse(null);
            if (known == null) {
                return Optional.empty();
            }
            opened.put(role, known);
        }
        // The manifest's kind has this role, and its settings make models of the role's types.
        @SuppressWarnings("unchecked")
        Model<I, O> model = (Model<I, O>) known.model();
        return Optional.of(model);
    }

    /** The manifest of the model that has the role; its session need not exist. */
    public Optional<ModelManifest> manifest(Role<?, ?> role) {
        return choose(role).map(Chosen::manifest);
    }

    /** SHA-256 of the model that has the role, as a fingerprint needs it; its session need not exist. */
    public Optional<String> sha256(Role<?, ?> role) {
        return choose(role).map(Chosen::sha256);
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
        model(role).ifPresent(model -> model.infer(List.of(role.sample())));
    }

    /** The models whose sessions were created, in the order of the roles. */
    public synchronized List<LoadedModel> loaded() {
        List<LoadedModel> loaded = new ArrayList<>();
        for (Role<?, ?> role : Role.all()) {
            Opened model = opened.get(role);
            if (model != null) {
                String device = model.files().sessions().stream()
                        .map(ModelSession::device)
                        .findFirst()
                        .orElse(Device.CPU)
                        .word();
                loaded.add(new LoadedModel(
                        role.word(), model.files().id(), model.files().sha256(), device));
            }
        }
        return loaded;
    }

    private synchronized Optional<Chosen> choose(Role<?, ?> role) {
        Optional<Chosen> known = chosen.get(role);
        if (known == null) {
            String id = named.get(role);
            Optional<ModelManifest> manifest = id == null ? folder.find(role) : Optional.of(folder.named(role, id));
            known = manifest.map(it -> new Chosen(it, folder.verify(it)));
            chosen.put(role, known);
        }
        return known;
    }

    private Opened open(Chosen model) {
        OpenModel files = new OpenModel(model.manifest(), model.sha256(), runtime::open);
        try {
            return new Opened(files, model.manifest().settings().open(files));
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
