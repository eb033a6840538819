package io.sluice.model;

import io.sluice.image.Image;
import io.sluice.image.Letterbox;
import io.sluice.onnx.FixedBatches;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;

/**
 * The input by which a network looks at a picture: pixels go straight into the memory that the session reads, which is used again
 * for the next picture. Thread-safe.
 */
public final class PictureInput {
    private final ModelSession session;
    private final String name;
    private final PictureFormat input;
    private final Queue<Tensor> memories = new ConcurrentLinkedQueue<>();
    /** Empty where pictures differ in size. */
    private final Optional<FixedBatches> batches;

    /** @param name of the input, float32 [batch,3,height,width] */
    public PictureInput(ModelSession session, String name, PictureFormat input) {
        this.session = session;
        this.name = name;
        this.input = input;
        this.batches = !input.isOneSize() || session.inputs().size() > 1
                ? Optional.empty()
                : Optional.of(new FixedBatches(session, name, 3, input.height(), input.width()));
    }

    /** Makes the answer of a picture. */
    public interface Reading<R> {
        /** @param out of this picture alone: a batch of one */
        R read(Image image, Letterbox letterbox, Map<String, Tensor> out);
    }

    /** How many pictures the network gains by to be given at once. */
    public int batch() {
        return batches.map(FixedBatches::size).orElse(1);
    }

    /**
     * Runs the network on pictures: in batches of one size where it has the picture for its only input and takes pictures of one
     * size, else on one after the other.
     *
     * @return an answer for each picture, in their order
     */
    public <R> List<R> run(List<Image> images, Reading<R> read) {
        if (batches.isPresent()) {
            return batches.get()
                    .run(
                            images,
                            (image, memory) -> input.write(image, letterbox(image), memory.floats()),
                            (image, out) -> read.read(image, letterbox(image), out));
        }
        return images.stream().map(image -> run(image, Map.of(), read)).toList();
    }

    /** Runs the network on one picture. */
    public <R> R run(Image image, BiFunction<Map<String, Tensor>, Letterbox, R> read) {
        return run(image, Map.of(), (same, letterbox, out) -> read.apply(out, letterbox));
    }

    /** Runs the network on one picture, with other inputs by their names. */
    public <R> R run(Image image, Map<String, Tensor> others, Reading<R> read) {
        Letterbox letterbox = letterbox(image);
        long[] shape = {1, 3, letterbox.height(), letterbox.width()};
        Tensor memory = memories.poll();
        if (memory == null || memory.size() < 3 * letterbox.height() * letterbox.width()) {
            memory = Tensor.floats(shape);
        }
        try {
            Tensor tensor = Tensor.over(memory, shape);
            input.write(image, letterbox, tensor.floats());
            Map<String, Tensor> in = new HashMap<>(others);
            in.put(name, tensor);
            return session.run(in, out -> read.read(image, letterbox, out));
        } finally {
            memories.add(memory);
        }
    }

    private Letterbox letterbox(Image image) {
        return input.letterbox(image.width(), image.height());
    }
}
