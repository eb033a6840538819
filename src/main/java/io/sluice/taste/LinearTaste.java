package io.sluice.taste;

import io.sluice.frame.Embedding;

/**
 * A taste as a head has it: a weight for each number of an embedding, and a constant. Scores are meant to be 1 to 10.
 *
 * @param weights float32, as the network has them; not to be changed
 */
public record LinearTaste(float[] weights, float constant) {

    /** @throws IllegalArgumentException if the embedding has another size */
    public double score(Embedding embedding) {
        if (embedding.size() != weights.length) {
            throw new IllegalArgumentException(
                    "embedding of " + embedding.size() + " numbers: " + weights.length + " are required");
        }
        double sum = constant;
        for (int i = 0; i < weights.length; i++) {
            sum += (double) weights[i] * embedding.value(i);
        }
        return sum;
    }
}
