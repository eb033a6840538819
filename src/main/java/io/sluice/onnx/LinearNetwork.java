package io.sluice.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A network that is one linear layer, as an ONNX file: {@code image_embeds} float32 [n,size] to {@code score} float32 [n,1]. Equal
 * numbers give equal bytes.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto, where the numbers of the fields are</a>
 */
public final class LinearNetwork {
    private static final String INPUT = "image_embeds";
    private static final String OUTPUT = "score";
    private static final String PRODUCT = "product";
    private static final String WEIGHTS = "weights";
    private static final String CONSTANT = "constant";

    /** Of ONNX 1.8, which has the operators' version 13. */
    private static final long IR_VERSION = 7;

    private static final long OPERATORS = 13;
    private static final long FLOAT = 1;

    private LinearNetwork() {}

    /** Writes into one message. */
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    /** @param weights one for each number of the input */
    public static byte[] onnx(float[] weights, float constant) {
        return message(model -> {
            model.writeInt64(1, IR_VERSION);
            model.writeString(2, "sluice");
            nested(model, 7, graph -> {
                nested(graph, 1, node("MatMul", PRODUCT, INPUT, WEIGHTS));
                nested(graph, 1, node("Add", OUTPUT, PRODUCT, CONSTANT));
                graph.writeString(2, "linear");
                nested(graph, 5, tensor(WEIGHTS, new long[] {weights.length, 1}, weights));
                nested(graph, 5, tensor(CONSTANT, new long[] {1}, constant));
                nested(graph, 11, value(INPUT, weights.length));
                nested(graph, 12, value(OUTPUT, 1));
            });
            nested(model, 8, operators -> {
                operators.writeString(1, "");
                operators.writeInt64(2, OPERATORS);
            });
        });
    }

    private static Fields node(String operator, String output, String... inputs) {
        return node -> {
            for (String input : inputs) {
                node.writeString(1, input);
            }
            node.writeString(2, output);
            node.writeString(4, operator);
        };
    }

    private static Fields tensor(String name, long[] shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return tensor -> {
            for (long size : shape) {
                tensor.writeInt64(1, size);
            }
            tensor.writeInt64(2, FLOAT);
            tensor.writeString(8, name);
            tensor.writeBytes(9, ByteString.copyFrom(bytes.array()));
        };
    }

    private static Fields value(String name, long size) {
        return value -> {
            value.writeString(1, name);
            nested(
                    value,
                    2,
                    type -> nested(type, 1, tensor -> {
                        tensor.writeInt64(1, FLOAT);
                        nested(tensor, 2, shape -> {
                            nested(shape, 1, dimension -> dimension.writeString(2, "n"));
                            nested(shape, 1, dimension -> dimension.writeInt64(1, size));
                        });
                    }));
        };
    }

    private static void nested(CodedOutputStream out, int field, Fields fields) throws IOException {
        out.writeByteArray(field, message(fields));
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot be written", e);
        }
        return bytes.toByteArray();
    }
}
