package io.sluice.onnx;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * Numbers in row-major order with their shape. An input lies in memory outside the Java heap, where a session reads it without
 * copying; write through {@link #floats()}, {@link #longs()} or {@link #bytes()} with absolute positions. An output is the
 * caller's own copy and may be kept. Not thread-safe.
 */
public final class Tensor {
    private final ElementType type;
    private final Buffer values;
    private final long[] shape;

    private Tensor(ElementType type, Buffer values, long... shape) {
        if (values.capacity() != elements(shape)) {
            throw new IllegalArgumentException(
                    "tensor " + TensorSpec.describe(type, shape) + " over " + values.capacity() + " values");
        }
        this.type = type;
        this.values = values;
        this.shape = shape.clone();
    }

    /** Zeros of type float32, ready to be an input. */
    public static Tensor floats(long... shape) {
        return new Tensor(
                ElementType.FLOAT32, direct(elements(shape) * Float.BYTES).asFloatBuffer(), shape);
    }

    /** Zeros of type int64, ready to be an input. */
    public static Tensor longs(long... shape) {
        return new Tensor(
                ElementType.INT64, direct(elements(shape) * Long.BYTES).asLongBuffer(), shape);
    }

    /** Zeros of type uint8, ready to be an input. */
    public static Tensor bytes(long... shape) {
        return new Tensor(ElementType.UINT8, direct(elements(shape)), shape);
    }

    /** One truth value of shape [1], ready to be an input. */
    public static Tensor flag(boolean value) {
        Tensor tensor = new Tensor(ElementType.BOOL, direct(1), 1);
        tensor.bytes().put(0, (byte) (value ? 1 : 0));
        return tensor;
    }

    /**
     * The first values of {@code memory} as a tensor of another shape, so that one allocation serves pictures of several sizes.
     *
     * @throws IllegalArgumentException if {@code memory} is too small or not float32
     */
    public static Tensor over(Tensor memory, long... shape) {
        return new Tensor(ElementType.FLOAT32, memory.floats().slice(0, Math.toIntExact(elements(shape))), shape);
    }

    /** One of {@code count} equal parts of the first dimension, over the same memory: [4,3,2] has parts of [1,3,2]. */
    Tensor part(int position, int count) {
        long[] part = shape.clone();
        part[0] /= count;
        int size = Math.toIntExact(elements(part));
        return new Tensor(type, values.slice(position * size, size), part);
    }

    static Tensor output(ElementType type, Buffer values, long... shape) {
        return new Tensor(type, values, shape);
    }

    public ElementType type() {
        return type;
    }

    public long[] shape() {
        return shape.clone();
    }

    /** Number of elements. */
    public int size() {
        return values.capacity();
    }

    /** @throws IllegalStateException if the elements are not float32 */
    public FloatBuffer floats() {
        if (values instanceof FloatBuffer floats) {
            return floats;
        }
        throw wrongType(ElementType.FLOAT32);
    }

    /** @throws IllegalStateException if the elements are not int64 */
    public LongBuffer longs() {
        if (values instanceof LongBuffer longs) {
            return longs;
        }
        throw wrongType(ElementType.INT64);
    }

    /** @throws IllegalStateException if the elements are neither uint8 nor truth values */
    public ByteBuffer bytes() {
        if (values instanceof ByteBuffer bytes) {
            return bytes;
        }
        throw wrongType(ElementType.UINT8);
    }

    @Override
    public String toString() {
        return TensorSpec.describe(type, shape);
    }

    private IllegalStateException wrongType(ElementType asked) {
        return new IllegalStateException("tensor " + this + " has no values of type " + asked);
    }

    private static long elements(long... shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    private static ByteBuffer direct(long bytes) {
        return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    }
}
