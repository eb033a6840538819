package io.sluice.model;

import io.sluice.onnx.ElementType;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import io.sluice.onnx.TensorSpec;
import java.util.List;
import java.util.Map;

/** What the tensors of a model must look like, checked when the model is loaded; float32 where no type is given. */
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

    /** The name of the one input with this shape among several. */
    public String inputAmong(long... expected) {
        return among("input", session.inputs(), ElementType.FLOAT32, expected);
    }

    /** The name of the one input with this type and shape among several. */
    public String inputAmong(ElementType type, long... expected) {
        return among("input", session.inputs(), type, expected);
    }

    /** The name of the one output with this type and shape among several. */
    public String outputAmong(ElementType type, long... expected) {
        return among("output", session.outputs(), type, expected);
    }

    /** Checks that there is an input of this name, type and shape. */
    public TensorSpec input(String name, ElementType type, long... expected) {
        return named("input", session.inputs(), name, type, expected);
    }

    /** Checks that there is an output of this name, type and shape. */
    public TensorSpec output(String name, ElementType type, long... expected) {
        return named("output", session.outputs(), name, type, expected);
    }

    /** Checks that the network has this many inputs. */
    public void inputs(int expected) {
        if (session.inputs().size() != expected) {
            throw new ModelException("model '" + session.file() + "' is not of kind " + kind + ": expected " + expected
                    + " inputs, found " + session.inputs().size() + ": " + session.inputs());
        }
    }

    private String among(String what, List<TensorSpec> declared, ElementType type, long... expected) {
        List<TensorSpec> fitting = declared.stream()
                .filter(tensor -> tensor.accepts(type, expected))
                .toList();
        if (fitting.size() != 1) {
            throw new ModelException("model '" + session.file() + "' is not of kind " + kind + ": expected one " + what
                    + " " + TensorSpec.describe(type, expected) + ", found " + fitting.size() + " in " + declared);
        }
        return fitting.get(0).name();
    }

    private TensorSpec named(String what, List<TensorSpec> declared, String name, ElementType type, long... expected) {
        TensorSpec tensor = declared.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ModelException(
                        "model '" + session.file() + "' is not of kind " + kind + ": expected " + what + " '" + name
                                + "' " + TensorSpec.describe(type, expected) + ", found " + declared));
        if (!tensor.accepts(type, expected)) {
            throw new ModelException("model '" + session.file() + "' is not of kind " + kind + ": " + what + " '" + name
                    + "': expected " + TensorSpec.describe(type, expected) + ", found " + tensor);
        }
        return tensor;
    }

    /**
     * An output of a run, whose symbolic dimensions are known only now.
     *
     * @param expected may have {@link TensorSpec#SYMBOLIC} where any size will do
     */
    public Tensor answer(Map<String, Tensor> out, String name, long... expected) {
        Tensor tensor = out.get(name);
        if (tensor == null || !fits(tensor.shape(), expected)) {
            throw new ModelException("model '" + session.file() + "' is not of kind " + kind + ": output '" + name
                    + "' came out as " + tensor + "; expected: "
                    + TensorSpec.describe(ElementType.FLOAT32, expected));
        }
        return tensor;
    }

    private static boolean fits(long[] shape, long... expected) {
        if (shape.length != expected.length) {
            return false;
        }
        for (int i = 0; i < shape.length; i++) {
            if (expected[i] != TensorSpec.SYMBOLIC && expected[i] != shape[i]) {
                return false;
            }
        }
        return true;
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
