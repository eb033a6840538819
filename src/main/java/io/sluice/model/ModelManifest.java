package io.sluice.model;

import io.sluice.frame.Fingerprint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a person writes to add a model: which job it does, which files it is, and how inputs go in and answers come out. Made by
 * {@link ManifestReader} only, so every value is in range.
 *
 * @param source the manifest's own file, for messages
 * @param files in the order of the kind's words
 * @param licence of the weights, an SPDX identifier where there is one
 * @param priority of several models with one role the one with the highest is used; 0 if not stated
 * @param onlyNamed whether it is used only where it is asked for by its id
 * @param recommended whether {@code models pull} takes it unasked; only with one of {@link Licences#FREE}
 */
public record ModelManifest(
        Path source,
        String id,
        ModelKind<?, ?> kind,
        List<ModelFile> files,
        String licence,
        int priority,
        boolean onlyNamed,
        boolean recommended,
        ModelSettings<?, ?> settings) {

    public ModelManifest {
        files = List.copyOf(files);
    }

    public Role<?, ?> role() {
        return kind.role();
    }

    /** Words for the classes, in the model's order; empty for kinds without classes. */
    public List<String> labels() {
        return settings.labels();
    }

    /** Where the embeddings lie that the model gives or reads; empty for kinds without embeddings. */
    public Optional<EmbeddingSpace> space() {
        return settings.space();
    }

    /** @throws IllegalArgumentException if the kind has no such file */
    public ModelFile file(String word) {
        return files.stream()
                .filter(file -> file.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "a model of kind " + kind.word() + " has no file '" + word + "'; it has: " + kind.files()));
    }

    /** Digest of everything here that changes the model's answers, the files apart: part of a measurement's fingerprint. */
    public String fingerprint() {
        return Fingerprint.of("settings", kind.word(), settings).value();
    }
}
