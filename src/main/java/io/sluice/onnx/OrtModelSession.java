package io.sluice.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.sluice.frame.InfrastructureException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** {@link ModelSession} over an {@link OrtSession}. */
final class OrtModelSession implements ModelSession {
    private final Path file;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Device device;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;

    private final ReentrantLock oneCall = new ReentrantLock();
    private boolean closed;

    OrtModelSession(Path file, OrtEnvironment environment, OrtSession session, Device device) throws OrtException {
        this.file = file;
        this.environment = environment;
        this.session = session;
        this.device = device;
        this.inputs = specs(session.getInputInfo().values());
        this.outputs = specs(session.getOutputInfo().values());
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
            String message = "model '" + file + "' cannot compute on " + device.word() + ": " + e.getMessage();
            throw device == Device.CUDA ? new InfrastructureException(message, e) : new ModelException(message, e);
        } finally {
            oneCall.unlock();
        }
        return read.apply(out);
    }

    /** The tensors that are returned hold copies: native memory is gone when this returns. */
    private Map<String, Tensor> compute(Map<String, Tensor> in) throws OrtException {
        Map<String, OnnxTensor> natives = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Tensor> entry : in.entrySet()) {
                natives.put(entry.getKey(), nativeOf(entry.getValue()));
            }
            try (OrtSession.Result result = session.run(natives)) {
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

    private OnnxTensor nativeOf(Tensor tensor) throws OrtException {
        return switch (tensor.type()) {
            case FLOAT32 -> OnnxTensor.createTensor(environment, tensor.floats(), tensor.shape());
            case INT64 -> OnnxTensor.createTensor(environment, tensor.longs(), tensor.shape());
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
                    return Tensor.output(type, tensor.getFloatBuffer(), shape);
                case INT64:
                    return Tensor.output(type, tensor.getLongBuffer(), shape);
                case UINT8:
                case BOOL:
                    return Tensor.output(type, tensor.getByteBuffer(), shape);
                case OTHER:
            }
        }
        throw new ModelException("model '" + file + "': output '" + name + "' is " + value.getType()
                + " of a type that is not read; allowed: float32, int64, uint8 and bool tensors");
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

    private static ElementType typeOf(TensorInfo info) {
        return switch (info.type) {
            case FLOAT -> ElementType.FLOAT32;
            case INT64 -> ElementType.INT64;
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
