package io.sluice.model;

import io.sluice.onnx.OnnxRuntime;
import java.util.List;

/** Finds out whether a model can be used at all, before anything relies on it. */
public final class ModelTrial {
    private ModelTrial() {}

    /**
     * Opens a model whose files are there, has it answer once, and closes it.
     *
     * @param sha256 of its files, as {@link ModelFolder#verify} gives it
     * @throws io.sluice.onnx.ModelException if its tensors are not those of its kind, or if it cannot compute
     */
    public static void run(ModelManifest manifest, String sha256, OnnxRuntime runtime) {
        OpenModel files = new OpenModel(manifest, sha256, runtime);
        try {
            // The manifest's kind has this role, and its settings make models of the role's types.
            @SuppressWarnings("unchecked")
            ModelKind<Object, Object> kind = (ModelKind<Object, Object>) manifest.kind();
            @SuppressWarnings("unchecked")
            ModelSettings<Object, Object> settings = (ModelSettings<Object, Object>) manifest.settings();
            settings.open(files).infer(List.of(settings.sample(kind.role().sample())));
        } finally {
            files.close();
        }
    }
}
