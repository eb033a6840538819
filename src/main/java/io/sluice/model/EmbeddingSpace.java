package io.sluice.model;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the embeddings of a model lie. Only embeddings of one space compare: the words of one CLIP say nothing about the pictures
 * of another, although both may have 512 numbers.
 *
 * @param name what its manifest calls it; empty where it does not say, which goes with every space of the same size
 * @param size how many numbers an embedding has
 */
public record EmbeddingSpace(Optional<String> name, int size) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");
    private static final int LARGEST = 1 << 16;

    /**
     * Reads {@code size}, and {@code space} where it is there.
     *
     * @throws io.sluice.onnx.ModelException if one of them is not allowed
     */
    public static EmbeddingSpace read(ManifestSection section) {
        section.required("size");
        return new EmbeddingSpace(
                section.optionalText("space", NAME, "lower-case letters, digits, '.', '_' and '-'"),
                (int) section.number("size", 0, 1, LARGEST, true));
    }

    /** Whether embeddings of the two compare, as far as their manifests tell. */
    public boolean fits(EmbeddingSpace other) {
        return size == other.size && (name.isEmpty() || other.name.isEmpty() || name.equals(other.name));
    }

    /** As messages write it: {@code clip-vit-b-32 (512 numbers)}. */
    @Override
    public String toString() {
        return name.orElse("space without a name") + " (" + size + " numbers)";
    }
}
