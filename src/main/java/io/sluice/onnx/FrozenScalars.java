package io.sluice.onnx;

import ai.onnxruntime.platform.Fp16Conversions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds single numbers of a network in the bytes of its file, and makes others of them there. ONNX Runtime's own ways to replace an
 * initializer come too late: by then its optimiser has built the number into a fused operator.
 */
final class FrozenScalars {
    /** Field numbers of onnx.proto. */
    private static final int MODEL_GRAPH = 7;

    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int NODE_OUTPUT = 2;
    private static final int NODE_OPERATOR = 4;
    private static final int NODE_ATTRIBUTE = 5;
    private static final int ATTRIBUTE_FLOAT = 2;
    private static final int ATTRIBUTE_TENSOR = 5;
    private static final int TENSOR_TYPE = 2;
    private static final int TENSOR_FLOATS = 4;
    private static final int TENSOR_NAME = 8;
    private static final int TENSOR_RAW = 9;
    /** Longer than any name that exporters make. */
    private static final int LONGEST_NAME = 1 << 16;

    /** Where a number stands. @param bytes 4 of a float32 or 2 of a float16, little-endian both */
    private record Scalar(String name, long position, int bytes) {}

    private final ProtobufFields fields;
    private final List<Scalar> scalars = new ArrayList<>();

    private FrozenScalars(ProtobufFields fields) {
        this.fields = fields;
    }

    /**
     * @param file an ONNX file
     * @return the file's bytes with the numbers that fit made right, or no bytes at all if none fits
     * @throws IOException if the file cannot be read, or is no ONNX file
     */
    static byte[] corrected(Path file, List<ScalarCorrection> corrections) throws IOException {
        List<Scalar> scalars;
        try (ProtobufFields fields = new ProtobufFields(file)) {
            FrozenScalars reading = new FrozenScalars(fields);
            reading.readModel();
            scalars = reading.scalars;
        }
        scalars = scalars.stream()
                .filter(scalar -> corrections.stream()
                        .anyMatch(correction ->
                                correction.name().matcher(scalar.name()).matches()))
                .toList();
        if (scalars.isEmpty()) {
            return new byte[0];
        }
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer network = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        boolean changed = false;
        for (Scalar scalar : scalars) {
            int position = Math.toIntExact(scalar.position());
            boolean half = scalar.bytes() == Short.BYTES;
            float value = half ? Fp16Conversions.fp16ToFloat(network.getShort(position)) : network.getFloat(position);
            for (ScalarCorrection correction : corrections) {
                if (half ? correction.fitsHalf(scalar.name(), value) : correction.fits(scalar.name(), value)) {
                    if (half) {
                        network.putShort(position, Fp16Conversions.floatToFp16(correction.right()));
                    } else {
                        network.putFloat(position, correction.right());
                    }
                    changed |= correction.right() != value;
                    break;
                }
            }
        }
        return changed ? bytes : new byte[0];
    }

    private void readModel() throws IOException {
        while (fields.position() < fields.end()) {
            int number = fields.next(fields.end());
            if (fields.isNested() && number == MODEL_GRAPH) {
                readGraph(fields.nestedEnd());
            } else if (fields.isNested()) {
                fields.skip();
            }
        }
    }

    private void readGraph(long end) throws IOException {
        while (fields.position() < end) {
            int number = fields.next(end);
            if (!fields.isNested()) {
                continue;
            }
            if (number == GRAPH_NODE) {
                readNode(fields.nestedEnd());
            } else if (number == GRAPH_INITIALIZER) {
                readTensor(fields.nestedEnd(), "");
            } else {
                fields.skip();
            }
        }
    }

    private void readNode(long end) throws IOException {
        long start = fields.position();
        String operator = "";
        String output = "";
        while (fields.position() < end) {
            int number = fields.next(end);
            if (!fields.isNested()) {
                continue;
            }
            if (number == NODE_OPERATOR) {
                operator = fields.text(LONGEST_NAME);
            } else if (number == NODE_OUTPUT && output.isEmpty()) {
                output = fields.text(LONGEST_NAME);
            } else {
                fields.skip();
            }
        }
        if (operator.equals("Constant")) {
            fields.seek(start);
            while (fields.position() < end) {
                int number = fields.next(end);
                if (fields.isNested() && number == NODE_ATTRIBUTE) {
                    readAttribute(fields.nestedEnd(), output);
                } else if (fields.isNested()) {
                    fields.skip();
                }
            }
        }
    }

    private void readAttribute(long end, String output) throws IOException {
        while (fields.position() < end) {
            int number = fields.next(end);
            if (fields.isNested() && number == ATTRIBUTE_TENSOR) {
                readTensor(fields.nestedEnd(), output);
            } else if (fields.isNested()) {
                fields.skip();
            } else if (number == ATTRIBUTE_FLOAT && fields.isFixed32()) {
                scalars.add(new Scalar(output, fields.position() - Float.BYTES, Float.BYTES));
            }
        }
    }

    /** @param outer the name of a tensor that has none of its own */
    private void readTensor(long end, String outer) throws IOException {
        String name = outer;
        long type = 0;
        long position = -1;
        long length = 0;
        while (fields.position() < end) {
            int number = fields.next(end);
            if (!fields.isNested()) {
                if (number == TENSOR_TYPE) {
                    type = fields.number();
                } else if (number == TENSOR_FLOATS && fields.isFixed32()) {
                    position = fields.position() - Float.BYTES;
                    length += Float.BYTES;
                }
            } else if (number == TENSOR_NAME && outer.isEmpty()) {
                name = fields.text(LONGEST_NAME);
            } else {
                if (number == TENSOR_RAW || number == TENSOR_FLOATS) {
                    position = fields.position();
                    length += fields.nestedEnd() - position;
                }
                fields.skip();
            }
        }
        boolean single = type == 1 && length == Float.BYTES;
        boolean half = type == 10 && length == Short.BYTES;
        if (single || half) {
            scalars.add(new Scalar(name, position, (int) length));
        }
    }
}
