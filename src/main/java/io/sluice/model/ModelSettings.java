package io.sluice.model;

import java.util.List;
import java.util.Optional;

/**
 * What a manifest says of a model beyond its files: how inputs go in and answers come out. A record, whose text holds everything
 * that changes the model's answers, because it becomes part of the fingerprint.
 */
public interface ModelSettings<I, O> {

    /**
     * The adapter over the model's sessions.
     *
     * @throws io.sluice.onnx.ModelException if the tensors are not those of the kind
     */
    Model<I, O> open(OpenModel model);

    /** Words for the classes, in the model's order; empty for kinds without classes. */
    default List<String> labels() {
        return List.of();
    }

    /** Where the embeddings lie that the model gives or reads; empty for kinds without embeddings. */
    default Optional<EmbeddingSpace> space() {
        return Optional.empty();
    }

    /**
     * Something that this model can answer, to warm it up.
     *
     * @param usual what other models of the role can; it does for all whose inputs have no size of their own
     */
    default I sample(I usual) {
        return usual;
    }
}
