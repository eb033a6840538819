package io.sluice.stage;

/**
 * What did a job, for the report.
 *
 * @param role the job: {@code detect}, {@code text-detect}, {@code aesthetic}, {@code inpaint}, {@code caption}
 * @param id of the model, or of the built-in method; {@code none} where nothing did it
 * @param sha256 of the model's files; the algorithm's version for a built-in method
 * @param device {@code cpu}, {@code cuda} or {@code tensorrt}
 */
public record ModelUse(String role, String id, String sha256, String device) {}
