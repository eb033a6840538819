package io.sluice.model;

import io.sluice.onnx.ElementType;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import io.sluice.onnx.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What the tensors of a model must look like, checked when the model is loaded. All of them are float32. */
public final class Contract {
    private final String kind;
    private final ModelSession session;

    /** @param kind word of the model's kind, for messages */
    public Contract(String kind, ModelSession session) {
        this.kind = kind;
        this.session = session;
    }

    /** The name of the one input. */
    public String input(long... expected) {
        return only("input", session.inputs(), expected);
    }

    /** The name of the one output. */
    public String output(long... expected) {
        return only("output", session.outputs(), expected);
    }

    /** The name of the one output with this shape among several; names differ between exports, shapes do not. */
    public String outputAmong(long... expected) {
        List<TensorSpec> fitting = session.outputs().stream()
                .filter(output -> output.accepts(ElementType.FLOAT32, expected))
                .toList();
        if (fitting.size() != 1) {
            throw new ModelException("model '" + session.file() + "' is not of kind " + kind + ": expected one output "
                    + TensorSpec.describe(ElementType.FLOAT32, expected) + ", found " + fitting.size() + " in "
                    + session.outputs());
        }
        return fitting.get(0).name();
    }

    /** An output of a run, whose symbolic dimensions are known only now. */
    public Tensor answer(Map<String, Tensor> out, String name, long... expected) {
        Tensor tensor = out.get(name);
        if (tensor == null || !Arrays.equals(tensor.shape(), expected)) {
            throw new ModelException("model '" + session.file() + "' is not of kind " + kind + ": output '" + name
                    + "' came out as " + tensor + "; expected: "
                    + TensorSpec.describe(ElementType.FLOAT32, expected));
        }
        return tensor;
    }

    private String only(String what, List<TensorSpec> declared, long... expected) {
        String wanted = TensorSpec.describe(ElementType.FLOAT32, expected);
        if (declared.size() != 1) {
            throw new ModelException("model '" + session.file() + "' is not of kind " + kind + ": expected one " + what
                    + " " + wanted + ", found " + declared.size() + ": " + declared);
        }
        TensorSpec tensor = declared.get(0);
        if (!tensor.accepts(ElementType.FLOAT32, expected)) {
            throw new ModelException("model '" + session.file() + "' is not of kind " + kind + ": " + what + " '"
                    + tensor.name() + "': expected " + wanted + ", found "
                    + TensorSpec.describe(
                            tensor.type(),
                            tensor.shape().stream().mapToLong(Long::longValue).toArray()));
        }
        return tensor.name();
    }
}
