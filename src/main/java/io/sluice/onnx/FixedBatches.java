package io.sluice.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jboss.logging.Logger;

/**
 * Many inputs of one shape through a network of one float32 input. A network whose batch is fixed is looped over; one that leaves
 * it open gets batches of one size, the last filled up with its last input, so that all compute the same shapes and an answer
 * does not depend on how many were asked for. Where memory does not suffice the size is halved, and stays so. Memory of inputs is
 * used again. Thread-safe.
 */
public final class FixedBatches {
    private static final Logger LOG = Logger.getLogger(FixedBatches.class);

    private final ModelSession session;
    private final String input;
    private final long[] shape;
    private final boolean open;
    private final AtomicInteger size;
    private final Queue<Tensor> memories = new ConcurrentLinkedQueue<>();

    /**
     * @param input name of the input
     * @param shape of one input, without the batch
     * @throws ModelException if the network has no such input
     */
    public FixedBatches(ModelSession session, String input, long... shape) {
        this.session = session;
        this.input = input;
        this.shape = shape.clone();
        long declared = session.inputs().stream()
                .filter(spec -> spec.name().equals(input) && spec.shape().size() == shape.length + 1)
                .findFirst()
                .orElseThrow(() -> new ModelException("model '" + session.file() + "' has no input '" + input + "' of "
                        + (shape.length + 1) + " dimensions, it has: " + session.inputs()))
                .shape()
                .get(0);
        this.open = declared == TensorSpec.SYMBOLIC;
        this.size = new AtomicInteger(open ? session.batch() : Math.toIntExact(declared));
    }

    /** How many inputs it gains by to be given at once. */
    public int size() {
        return size.get();
    }

    /**
     * @param write puts an input into memory for one, from position 0; the memory has what was there before
     * @param read makes the answer of an input and the outputs of it alone, with a batch of one
     * @return an answer for each input, in their order
     * @throws ModelException if the network cannot compute
     * @throws io.sluice.frame.InfrastructureException if the network cannot compute on a GPU: the device is at fault
     */
    public <I, R> List<R> run(
            List<? extends I> inputs,
            BiConsumer<? super I, Tensor> write,
            BiFunction<? super I, Map<String, Tensor>, R> read) {
        List<R> answers = new ArrayList<>(inputs.size());
        while (answers.size() < inputs.size()) {
            int count = size.get();
            List<? extends I> batch = inputs.subList(answers.size(), Math.min(inputs.size(), answers.size() + count));
            try {
                answers.addAll(run(batch, count, write, read));
            } catch (RuntimeException e) {
                if (!open || count == 1 || !MemoryShortage.isReasonOf(e)) {
                    throw e;
                }
                if (size.compareAndSet(count, count / 2)) {
                    LOG.warnf(
                            "model=%s has no memory for %d inputs at once, %d from now on: error=%s",
                            session.file().getFileName(), count, count / 2, e.getMessage());
                }
            }
        }
        return answers;
    }

    private <I, R> List<R> run(
            List<? extends I> batch,
            int count,
            BiConsumer<? super I, Tensor> write,
            BiFunction<? super I, Map<String, Tensor>, R> read) {
        long[] whole = withBatch(count);
        Tensor memory = memories.poll();
        if (memory == null || !Arrays.equals(memory.shape(), whole)) {
            memory = Tensor.floats(whole);
        }
        try {
            for (int i = 0; i < count; i++) {
                write.accept(batch.get(Math.min(i, batch.size() - 1)), memory.part(i, count));
            }
            return session.run(Map.of(input, memory), out -> {
                List<R> answers = new ArrayList<>(batch.size());
                for (int i = 0; i < batch.size(); i++) {
                    answers.add(read.apply(batch.get(i), part(out, i, count)));
                }
                return answers;
            });
        } finally {
            memories.add(memory);
        }
    }

    private Map<String, Tensor> part(Map<String, Tensor> out, int position, int count) {
        Map<String, Tensor> part = new LinkedHashMap<>();
        out.forEach((name, tensor) -> {
            long[] found = tensor.shape();
            if (found.length == 0 || found[0] != count) {
                throw new ModelException("model '" + session.file() + "': output '" + name + "' came out as " + tensor
                        + " for a batch of " + count + "; expected: an answer for each input");
            }
            part.put(name, tensor.part(position, count));
        });
        return part;
    }

    private long[] withBatch(int count) {
        long[] whole = new long[shape.length + 1];
        whole[0] = count;
        System.arraycopy(shape, 0, whole, 1, shape.length);
        return whole;
    }
}
