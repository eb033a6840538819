package io.sluice.model;

import io.sluice.onnx.ModelSession;
import io.sluice.onnx.OnnxRuntime;
import io.sluice.onnx.ScalarCorrection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A model while its adapter is made: its identity, and its files as sessions. Used by one thread. */
public final class OpenModel {
    private final ModelManifest manifest;
    private final String sha256;
    private final OnnxRuntime runtime;
    private final List<ModelSession> sessions = new ArrayList<>();

    OpenModel(ModelManifest manifest, String sha256, OnnxRuntime runtime) {
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
        return session(word, List.of());
    }

    /**
     * As {@link #session(String)}, over a file of which some numbers are wrong.
     *
     * @param corrections for numbers that an export has frozen
     */
    public ModelSession session(String word, List<ScalarCorrection> corrections) {
        ModelSession session = runtime.open(file(word), corrections);
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
