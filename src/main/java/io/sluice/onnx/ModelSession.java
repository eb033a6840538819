package io.sluice.onnx;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A loaded network. Thread-safe; as many calls run at a time as there are {@linkplain Placement#replicas replicas}, others wait.
 * Made by {@link OnnxRuntime#open} only.
 *
 * <p>Tensors of float16 and int32 are converted at the border: to callers they are float32 and int64.
 */
public interface ModelSession extends AutoCloseable {

    /**
     * Runs the network. Native memory is scoped by the call: it is freed when this method returns or throws.
     *
     * @param in a tensor for every input, by the model's own names
     * @param read makes the answer of all outputs, by the model's own names; called once, in the caller's thread
     * @throws ModelException if an input is missing, unknown or of a wrong type or shape, if the network cannot compute, or if
     *     the session is closed
     * @throws io.sluice.frame.InfrastructureException if the network cannot compute on a GPU: the device is at fault
     */
    <R> R run(Map<String, Tensor> in, Function<Map<String, Tensor>, R> read);

    /** What the model declares, in its own order. */
    List<TensorSpec> inputs();

    /** What the model declares, in its own order. */
    List<TensorSpec> outputs();

    /** Where it runs, never {@link Device#AUTO}. */
    Device device();

    /** How many inputs at once a network is to be given that leaves it open; {@link FixedBatches} does. */
    default int batch() {
        return 1;
    }

    /** What the file says of itself under a key that its maker has chosen. */
    default Optional<String> metadata(String key) {
        return Optional.empty();
    }

    /** The file it was loaded from, for messages. */
    Path file();

    /** Waits for a call that runs. Closing again does nothing. */
    @Override
    void close();
}
