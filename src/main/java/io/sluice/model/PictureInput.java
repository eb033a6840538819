package io.sluice.model;

import io.sluice.image.Image;
import io.sluice.image.Letterbox;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;

/**
 * The one input of a network that looks at a picture: pixels go straight into the memory that the session reads, which is used
 * again for the next picture. Thread-safe.
 */
public final class PictureInput {
    private final ModelSession session;
    private final String name;
    private final PictureFormat input;
    private final Queue<Tensor> memories = new ConcurrentLinkedQueue<>();

    public PictureInput(ModelSession session, String name, PictureFormat input) {
        this.session = session;
        this.name = name;
        this.input = input;
    }

    /** Runs the network on one picture. */
    public <R> R run(Image image, BiFunction<Map<String, Tensor>, Letterbox, R> read) {
        Letterbox letterbox = input.letterbox(image.width(), image.height());
        long[] shape = {1, 3, letterbox.height(), letterbox.width()};
        Tensor memory = memories.poll();
        if (memory == null || memory.size() < 3 * letterbox.height() * letterbox.width()) {
            memory = Tensor.floats(shape);
        }
        try {
            Tensor tensor = Tensor.over(memory, shape);
            input.pixels().write(image, letterbox, tensor.floats());
            return session.run(Map.of(name, tensor), out -> read.apply(out, letterbox));
        } finally {
            memories.add(memory);
        }
    }
}
