package io.sluice.model;

import io.sluice.frame.Detection;
import io.sluice.image.Image;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.OnnxRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The models that do the jobs of one process. Which model has a role is decided when the role is first asked for, and stays;
 * {@link ModelFolder#find} says how. A model's file is read and its session created once, when its adapter is first asked for.
 * Thread-safe.
 *
 * <p>Every method throws {@link io.sluice.onnx.ModelException} if a manifest is wrong, if the chosen model's file is not the one
 * that its manifest states, or if its tensors are not those of its kind.
 */
public final class Models implements AutoCloseable {
    /** Small, and of a colour that means nothing. */
    private static final Image BLANK = new Image(64, 64, new byte[3 * 64 * 64]);

    private final ModelFolder folder;
    private final OnnxRuntime runtime;
    private final Map<Role, Optional<Chosen>> chosen = new EnumMap<>(Role.class);
    private final Map<Role, Opened> opened = new EnumMap<>(Role.class);

    private record Chosen(ModelManifest manifest, String sha256) {}

    /** Exactly one adapter is there: the one of the role. */
    private record Opened(
            ModelSession session,
            @Nullable Model<Image, List<Detection>> detector,
            @Nullable Model<Image, List<TextRegion>> textDetector) {}

    public Models(ModelFolder folder, OnnxRuntime runtime) {
        this.folder = folder;
        this.runtime = runtime;
    }

    /** Where models are looked for, for messages. */
    public Path folder() {
        return folder.path();
    }

    /** Finds objects. Empty where no model of the role is there. */
    public Optional<Model<Image, List<Detection>>> detector() {
        return open(Role.DETECT).map(Opened::detector);
    }

    /** Finds lines of text. Empty where no model of the role is there. */
    public Optional<Model<Image, List<TextRegion>>> textDetector() {
        return open(Role.TEXT_DETECT).map(Opened::textDetector);
    }

    /** The manifest of the model that has the role; its session need not exist. */
    public Optional<ModelManifest> manifest(Role role) {
        return choose(role).map(Chosen::manifest);
    }

    /** SHA-256 of the model that has the role, as a fingerprint needs it; its session need not exist. */
    public Optional<String> sha256(Role role) {
        return choose(role).map(Chosen::sha256);
    }

    /** {@link #warmUp(Set)} for all roles. */
    public void warmUp() {
        warmUp(EnumSet.allOf(Role.class));
    }

    /** Creates the sessions of these roles and runs each once, so that the first frame finds them ready. */
    public void warmUp(Set<Role> roles) {
        if (roles.contains(Role.DETECT)) {
            detector().ifPresent(model -> model.infer(List.of(BLANK)));
        }
        if (roles.contains(Role.TEXT_DETECT)) {
            textDetector().ifPresent(model -> model.infer(List.of(BLANK)));
        }
    }

    /** The models whose sessions were created, in the order of the roles. */
    public synchronized List<LoadedModel> loaded() {
        List<LoadedModel> loaded = new ArrayList<>();
        opened.forEach((role, model) -> choose(role)
                .ifPresent(it -> loaded.add(new LoadedModel(
                        role.word(),
                        it.manifest().id(),
                        it.sha256(),
                        model.session().device().word()))));
        return loaded;
    }

    private synchronized Optional<Chosen> choose(Role role) {
        Optional<Chosen> known = chosen.get(role);
        if (known == null) {
            known = folder.find(role).map(manifest -> new Chosen(manifest, folder.verify(manifest)));
            chosen.put(role, known);
        }
        return known;
    }

    private synchronized Optional<Opened> open(Role role) {
        Opened known = opened.get(role);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Opened> created = choose(role).map(this::open);
        created.ifPresent(model -> opened.put(role, model));
        return created;
    }

    private Opened open(Chosen model) {
        ModelManifest manifest = model.manifest();
        ModelSession session = runtime.open(manifest.file());
        try {
            return switch (manifest.kind()) {
                case YOLOX -> new Opened(session, new YoloxDetector(manifest, model.sha256(), session), null);
                case NANODET -> new Opened(session, new NanoDetDetector(manifest, model.sha256(), session), null);
                case DB_TEXT -> new Opened(session, null, new DbTextDetector(manifest, model.sha256(), session));
            };
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Closes all sessions; closing again does nothing. */
    @Override
    public synchronized void close() {
        opened.values().forEach(model -> model.session().close());
    }
}
