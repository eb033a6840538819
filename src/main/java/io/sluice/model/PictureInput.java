package io.sluice.model;

import io.sluice.image.Image;
import io.sluice.image.Letterbox;
import io.sluice.model.ModelManifest.Input;
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
final class PictureInput {
    private final ModelSession session;
    private final String name;
    private final Input input;
    private final Queue<Tensor> memories = new ConcurrentLinkedQueue<>();

    PictureInput(ModelSession session, String name, Input input) {
        this.session = session;
        this.name = name;
        this.input = input;
    }

    /** Runs the network on one picture. */
    <R> R run(Image image, BiFunction<Map<String, Tensor>, Letterbox, R> read) {
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
