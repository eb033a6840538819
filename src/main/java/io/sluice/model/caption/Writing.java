package io.sluice.model.caption;

import java.util.List;
import java.util.Set;

/**
 * How a sentence is written.
 *
 * @param beams how many sentences are followed at once, from 1; with 1 the likeliest token is taken each time
 * @param minTokens written before a stop token may come
 * @param maxTokens written at most, from 1, stop token included
 * @param noRepeat no sequence of this many tokens comes twice, prompt included; 0 for no such rule
 * @param lengthPenalty the sum of logarithms is divided by the number of tokens to this power: above 0 prefers long sentences
 * @param stops tokens that end a sentence
 * @param forced the first tokens written, whatever the network says
 */
record Writing(
        int beams,
        int minTokens,
        int maxTokens,
        int noRepeat,
        double lengthPenalty,
        Set<Long> stops,
        List<Long> forced) {
    Writing {
        if (beams < 1 || maxTokens < 1 || minTokens < 0 || minTokens > maxTokens || noRepeat < 0) {
            throw new IllegalArgumentException("writing with " + beams + " beams, " + minTokens + " to " + maxTokens
                    + " tokens and no repeated " + noRepeat
                    + ": at least 1 beam and 1 token are required, the minimum not above the maximum");
        }
        stops = Set.copyOf(stops);
        forced = List.copyOf(forced);
    }

    Writing withBeams(int others) {
        return new Writing(others, minTokens, maxTokens, noRepeat, lengthPenalty, stops, forced);
    }
}
