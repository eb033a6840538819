package io.sluice.frame;

/**
 * How like something that was asked for a frame is.
 *
 * @param target words, or the digest of an example picture
 * @param example whether the target is a picture
 * @param score for words how much better they fit than words that say nothing, 0 to 1; for an example the cosine of the two
 *     pictures, -1 to 1; the two scales do not compare
 */
public record Likeness(String target, boolean example, double score) {}
