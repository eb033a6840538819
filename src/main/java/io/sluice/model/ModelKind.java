package io.sluice.model;

import java.util.List;
import java.util.function.Function;

/**
 * A family of models with one contract: which files they consist of, how a manifest describes them, and which adapter understands
 * their tensors. A new family is a new constant beside its adapter, and a line in {@link io.sluice.model.kind.Kinds}.
 *
 * @param word as manifests write it: {@code yolox}
 * @param files words for the files that a model of this kind has; one with the word {@link ModelFile#MODEL} where it is a single
 *     network
 * @param settings reads and checks the keys of this kind; what it does not ask for is an unknown key
 */
public record ModelKind<I, O>(
        String word, Role<I, O> role, List<String> files, Function<ManifestSection, ModelSettings<I, O>> settings) {
    public ModelKind {
        files = List.copyOf(files);
    }

    /** A kind whose models are one network. */
    public static <I, O> ModelKind<I, O> of(
            String word, Role<I, O> role, Function<ManifestSection, ModelSettings<I, O>> settings) {
        return new ModelKind<>(word, role, List.of(ModelFile.MODEL), settings);
    }

    @Override
    public String toString() {
        return word;
    }
}
