package io.sluice.stage;

import io.sluice.model.LoadedModel;
import java.util.List;

/**
 * What did a job, for the report.
 *
 * @param role the job: {@code detect}, {@code text-detect}, {@code image-embed}, {@code aesthetic}, {@code inpaint}, {@code caption}
 * @param id of the model, or of the built-in method; {@code none} where nothing did it
 * @param sha256 of the model's files; the algorithm's version for a built-in method
 * @param device {@code cpu}, {@code cuda} or {@code tensorrt}
 */
public record ModelUse(String role, String id, String sha256, String device) {

    /**
     * A model that was chosen, on the device where it runs.
     *
     * @param loaded all that have sessions; a model that had nothing to do has none, and counts as on the CPU
     */
    public static ModelUse of(String role, String id, String sha256, List<LoadedModel> loaded) {
        return new ModelUse(
                role,
                id,
                sha256,
                loaded.stream()
                        .filter(model -> model.role().equals(role) && model.id().equals(id))
                        .map(LoadedModel::device)
                        .findFirst()
                        .orElse("cpu"));
    }
}
