package io.sluice.model.caption;

import java.util.List;

/**
 * Says which token comes next. Made for one generation over a batch of items, and called by one thread: a decoder may remember what
 * it computed for the rows of the call before.
 */
interface Decoder {

    /**
     * One prefix that is to be continued.
     *
     * @param item number of the picture that it is about
     * @param parent the row of the call before, whose prefix this one continues by one token; -1 in the first call
     * @param tokens all tokens of the prefix, at least one
     */
    record Row(int item, int parent, long[] tokens) {}

    /**
     * @param rows all of the same length
     * @return for each row a number for each token of the vocabulary, as the network gives it: the higher, the likelier
     */
    float[][] next(List<Row> rows);
}
