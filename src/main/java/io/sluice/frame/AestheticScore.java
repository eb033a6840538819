package io.sluice.frame;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * How good a frame looks, and what tells it apart from others.
 *
 * @param scorer the model's id, or {@code photographic-quality} for the built-in measure
 * @param score 0 (poor) to 10 (good); scales differ between scorers
 * @param perceptualHash 64 bits as 16 hexadecimal digits; similar pictures differ in few bits
 * @param embedding fingerprint of what made the embedding that the store keeps with the frame's picture; empty where there is none
 */
public record AestheticScore(String scorer, double score, String perceptualHash, String embedding)
        implements Annotation {

    public AestheticScore(String scorer, double score, String perceptualHash) {
        this(scorer, score, perceptualHash, "");
    }

    /** What was written before there were embeddings has none. */
    @JsonCreator
    static AestheticScore read(
            @JsonProperty("scorer") String scorer,
            @JsonProperty("score") double score,
            @JsonProperty("perceptualHash") String perceptualHash,
            @JsonProperty("embedding") @Nullable String embedding) {
        return new AestheticScore(scorer, score, perceptualHash, embedding == null ? "" : embedding);
    }
}
