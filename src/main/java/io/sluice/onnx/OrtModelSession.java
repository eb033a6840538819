package io.sluice.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.platform.Fp16Conversions;
import io.sluice.frame.InfrastructureException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** {@link ModelSession} over an {@link OrtSession}. */
final class OrtModelSession implements ModelSession {
    private final Path file;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Device device;
    private final int batch;
    private final Map<String, OnnxJavaType> inputTypes;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private final Map<String, String> metadata;

    private final ReentrantLock oneCall = new ReentrantLock();
    private boolean closed;
    /** Elements of the largest inputs since the arena was shrunken. */
    private long largest;

    OrtModelSession(Path file, OrtEnvironment environment, OrtSession session, Device device, int batch)
            throws OrtException {
        this.file = file;
        this.environment = environment;
        this.session = session;
        this.device = device;
        this.batch = batch;
        this.inputTypes = types(session.getInputInfo().values());
        this.inputs = specs(session.getInputInfo().values());
        this.outputs = specs(session.getOutputInfo().values());
        this.metadata = Map.copyOf(session.getMetadata().getCustomMetadata());
    }

    @Override
    public <R> R run(Map<String, Tensor> in, Function<Map<String, Tensor>, R> read) {
        check(in);
        Map<String, Tensor> out;
        oneCall.lock();
        try {
            if (closed) {
                throw new ModelException("model '" + file + "': the session is closed");
            }
            out = compute(in);
        } catch (OrtException e) {
            throw fault(e);
        } finally {
            oneCall.unlock();
        }
        return read.apply(out);
    }

    private RuntimeException fault(OrtException e) {
        String message = "model '" + file + "' cannot compute on " + device.word() + ": " + e.getMessage();
        boolean memory = MemoryShortage.isSaidBy(String.valueOf(e.getMessage()));
        if (device.isGpu()) {
            return memory ? new MemoryShortage.OnGpu(message, e) : new InfrastructureException(message, e);
        }
        return memory ? new MemoryShortage.OnCpu(message, e) : new ModelException(message, e);
    }

    /** The tensors that are returned hold copies: native memory is gone when this returns. */
    private Map<String, Tensor> compute(Map<String, Tensor> in) throws OrtException {
        Map<String, OnnxTensor> natives = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Tensor> entry : in.entrySet()) {
                natives.put(entry.getKey(), nativeOf(entry.getKey(), entry.getValue()));
            }
            try (OrtSession.RunOptions options = options(in.values());
                    OrtSession.Result result = session.run(natives, options)) {
                Map<String, Tensor> out = new LinkedHashMap<>();
                for (Map.Entry<String, OnnxValue> entry : result) {
                    out.put(entry.getKey(), copyOf(entry.getKey(), entry.getValue()));
                }
                return out;
            }
        } finally {
            natives.values().forEach(OnnxTensor::close);
        }
    }

    /**
     * The arena keeps what the largest inputs took. It is given back when inputs come that need less than half of it; with inputs
     * of one size this never happens, and costs nothing.
     */
    private OrtSession.RunOptions options(Collection<Tensor> in) throws OrtException {
        long elements = in.stream().mapToLong(Tensor::size).sum();
        OrtSession.RunOptions options = new OrtSession.RunOptions();
        if (elements < largest / 2) {
            options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", device.isGpu() ? "cpu:0;gpu:0" : "cpu:0");
            largest = elements;
        } else {
            largest = Math.max(largest, elements);
        }
        return options;
    }

    private OnnxTensor nativeOf(String name, Tensor tensor) throws OrtException {
        long[] shape = tensor.shape();
        OnnxJavaType wanted = inputTypes.getOrDefault(name, OnnxJavaType.UNKNOWN);
        return switch (tensor.type()) {
            case FLOAT32 ->
                wanted == OnnxJavaType.FLOAT16
                        ? OnnxTensor.createTensor(
                                environment,
                                Fp16Conversions.convertFloatBufferToFp16Buffer(tensor.floats()),
                                shape,
                                wanted)
                        : OnnxTensor.createTensor(environment, tensor.floats(), shape);
            case INT64 ->
                wanted == OnnxJavaType.INT32
                        ? OnnxTensor.createTensor(environment, narrowed(name, tensor.longs()), shape)
                        : OnnxTensor.createTensor(environment, tensor.longs(), shape);
            case UINT8 -> OnnxTensor.createTensor(environment, tensor.bytes(), tensor.shape(), OnnxJavaType.UINT8);
            case BOOL -> OnnxTensor.createTensor(environment, tensor.bytes(), tensor.shape(), OnnxJavaType.BOOL);
            case OTHER -> throw new IllegalStateException("no tensor is made with this type");
        };
    }

    private Tensor copyOf(String name, OnnxValue value) {
        if (value instanceof OnnxTensor tensor) {
            long[] shape = tensor.getInfo().getShape();
            ElementType type = typeOf(tensor.getInfo());
            switch (type) {
                case FLOAT32:
                    // Converts float16.
                    return Tensor.output(type, tensor.getFloatBuffer(), shape);
                case INT64:
                    return Tensor.output(
                            type,
                            tensor.getInfo().type == OnnxJavaType.INT32
                                    ? widened(tensor.getIntBuffer())
                                    : tensor.getLongBuffer(),
                            shape);
                case UINT8:
                case BOOL:
                    return Tensor.output(type, tensor.getByteBuffer(), shape);
                case OTHER:
            }
        }
        throw new ModelException("model '" + file + "': output '" + name + "' is " + value.getType()
                + " of a type that is not read; allowed: float32, float16, int64, int32, uint8 and bool tensors");
    }

    private IntBuffer narrowed(String name, LongBuffer wide) {
        IntBuffer narrow = ByteBuffer.allocateDirect(Integer.BYTES * wide.capacity())
                .order(ByteOrder.nativeOrder())
                .asIntBuffer();
        for (int i = 0; i < wide.capacity(); i++) {
            long value = wide.get(i);
            if (value != (int) value) {
                throw new ModelException("model '" + file + "': input '" + name + "' was given " + value
                        + "; allowed: what int32 holds");
            }
            narrow.put(i, (int) value);
        }
        return narrow;
    }

    private static LongBuffer widened(IntBuffer narrow) {
        LongBuffer wide = LongBuffer.allocate(narrow.capacity());
        for (int i = 0; i < wide.capacity(); i++) {
            wide.put(i, narrow.get(i));
        }
        return wide;
    }

    private void check(Map<String, Tensor> in) {
        for (TensorSpec input : inputs) {
            Tensor given = in.get(input.name());
            if (given == null) {
                throw new ModelException(
                        "model '" + file + "': input '" + input.name() + "' is missing; given: " + in.keySet());
            }
            if (!input.accepts(given.type(), given.shape())) {
                throw new ModelException("model '" + file + "': input '" + input.name() + "' was given " + given
                        + "; expected: " + input);
            }
        }
        if (in.size() != inputs.size()) {
            throw new ModelException(
                    "model '" + file + "': inputs " + in.keySet() + " were given; expected: " + inputs);
        }
    }

    private static List<TensorSpec> specs(Collection<NodeInfo> nodes) {
        List<TensorSpec> specs = new ArrayList<>();
        for (NodeInfo node : nodes) {
            if (node.getInfo() instanceof TensorInfo tensor) {
                specs.add(new TensorSpec(
                        node.getName(),
                        typeOf(tensor),
                        Arrays.stream(tensor.getShape()).boxed().toList()));
            } else {
                specs.add(new TensorSpec(node.getName(), ElementType.OTHER, List.of()));
            }
        }
        return List.copyOf(specs);
    }

    private static Map<String, OnnxJavaType> types(Collection<NodeInfo> nodes) {
        Map<String, OnnxJavaType> types = new HashMap<>();
        for (NodeInfo node : nodes) {
            if (node.getInfo() instanceof TensorInfo tensor) {
                types.put(node.getName(), tensor.type);
            }
        }
        return Map.copyOf(types);
    }

    private static ElementType typeOf(TensorInfo info) {
        return switch (info.type) {
            case FLOAT, FLOAT16 -> ElementType.FLOAT32;
            case INT64, INT32 -> ElementType.INT64;
            case UINT8 -> ElementType.UINT8;
            case BOOL -> ElementType.BOOL;
            default -> ElementType.OTHER;
        };
    }

    @Override
    public List<TensorSpec> inputs() {
        return inputs;
    }

    @Override
    public List<TensorSpec> outputs() {
        return outputs;
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public int batch() {
        return batch;
    }

    @Override
    public Optional<String> metadata(String key) {
        return Optional.ofNullable(metadata.get(key));
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public void close() {
        oneCall.lock();
        try {
            if (!closed) {
                closed = true;
                session.close();
            }
        } catch (OrtException e) {
            throw new ModelException("model '" + file + "' cannot be closed: " + e.getMessage(), e);
        } finally {
            oneCall.unlock();
        }
    }
}
