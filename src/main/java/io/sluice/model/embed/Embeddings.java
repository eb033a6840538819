package io.sluice.model.embed;

import io.sluice.frame.Embedding;
import io.sluice.model.Contract;
import io.sluice.model.EmbeddingSpace;
import io.sluice.model.OpenModel;
import io.sluice.onnx.ElementType;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import java.util.Map;

/** Reads embeddings off the outputs of encoders. */
final class Embeddings {
    private Embeddings() {}

    /** The name of the output with the embedding: the usual one where it is there, else the only one. */
    static String output(Contract contract, ModelSession session, String usual, EmbeddingSpace space) {
        boolean named =
                session.outputs().stream().anyMatch(output -> output.name().equals(usual));
        return named
                ? contract.output(usual, ElementType.FLOAT32, 1, space.size()).name()
                : contract.output(1, space.size());
    }

    /** @param what was embedded, for the message */
    static Embedding of(
            OpenModel model,
            Contract contract,
            Map<String, Tensor> out,
            String output,
            EmbeddingSpace space,
            String what) {
        float[] vector = new float[space.size()];
        contract.answer(out, output, 1, space.size()).floats().get(0, vector);
        try {
            return Embedding.of(vector);
        } catch (IllegalArgumentException e) {
            throw new ModelException(
                    "model '" + model.id() + "' gave a " + what + " no embedding that can be used: " + e.getMessage(),
                    e);
        }
    }
}
