package io.sluice.model;

/**
 * A model that was used, as the report names it.
 *
 * @param role {@code detect}, {@code text-detect}
 * @param sha256 of its file
 * @param device {@code cpu}, {@code cuda} or {@code tensorrt}
 */
public record LoadedModel(String role, String id, String sha256, String device) {}
