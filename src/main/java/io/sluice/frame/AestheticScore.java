package io.sluice.frame;

/**
 * How good a frame looks, and what tells it apart from others.
 *
 * @param scorer the model's id, or {@code photographic-quality} for the built-in measure
 * @param score 0 (poor) to 10 (good); scales differ between scorers
 * @param perceptualHash 64 bits as 16 hexadecimal digits; similar pictures differ in few bits
 */
public record AestheticScore(String scorer, double score, String perceptualHash) implements Annotation {}
