package io.sluice.model;

import java.util.List;

/**
 * Something that answers questions about inputs: a network with its pre- and post-processing, or a method without weights.
 * Thread-safe.
 *
 * @param <I> input, as the domain has it; tensors stay inside
 * @param <O> answer, as the domain wants it
 */
public interface Model<I, O> {

    /**
     * @param batch at least one input
     * @return one answer for each input, in the order of the inputs; the same input gives the same answer in any batch
     * @throws RuntimeException if the batch cannot be answered; the caller finds the input at fault by asking one by one
     */
    List<O> infer(List<I> batch);

    /** How many inputs it gains by to be asked at once; the answers are the same with any number. */
    default int batch() {
        return 1;
    }

    /** What a report and a {@link io.sluice.frame.Fingerprint} say of this model: its id. */
    String id();

    /** SHA-256 over its files, 64 hexadecimal digits; the algorithm's version where there are no files. */
    String sha256();
}
