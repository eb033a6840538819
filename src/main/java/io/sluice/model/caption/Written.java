package io.sluice.model.caption;

import io.sluice.model.CaptionAnswer.End;

/**
 * What was written for one item.
 *
 * @param tokens without prompt and without the stop token
 * @param score sum of logarithms under the length penalty; 0 with one beam, where nothing is compared
 */
record Written(long[] tokens, double score, End end) {}
