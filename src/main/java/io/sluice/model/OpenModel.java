package io.sluice.model;

import io.sluice.onnx.ModelSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A model while its adapter is made: its identity, and its files as sessions. Used by one thread. */
public final class OpenModel {
    private final ModelManifest manifest;
    private final String sha256;
    private final Function<Path, ModelSession> runtime;
    private final List<ModelSession> sessions = new ArrayList<>();

    OpenModel(ModelManifest manifest, String sha256, Function<Path, ModelSession> runtime) {
        this.manifest = manifest;
        this.sha256 = sha256;
        this.runtime = runtime;
    }

    public String id() {
        return manifest.id();
    }

    /** What the model's kind is called, for messages. */
    public String kind() {
        return manifest.kind().word();
    }

    /** Over all files, as {@link ModelFolder#verify} gives it. */
    public String sha256() {
        return sha256;
    }

    /** The manifest's own file, for messages. */
    public Path source() {
        return manifest.source();
    }

    /** @param word one of the kind's */
    public Path file(String word) {
        return manifest.file(word).path();
    }

    /** The session over the file of a model that is a single network. */
    public ModelSession session() {
        return session(ModelFile.MODEL);
    }

    /**
     * A new session over a file. It is closed with the model, or when the adapter cannot be made.
     *
     * @param word one of the kind's
     * @throws io.sluice.onnx.ModelException if it cannot be loaded
     */
    public ModelSession session(String word) {
        ModelSession session = runtime.apply(file(word));
        sessions.add(session);
        return session;
    }

    List<ModelSession> sessions() {
        return List.copyOf(sessions);
    }

    void close() {
        sessions.forEach(ModelSession::close);
    }
}
