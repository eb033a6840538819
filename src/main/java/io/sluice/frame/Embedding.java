package io.sluice.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What a picture or a text means, as a direction: numbers whose squares add up to 1. Directions of the same model, or of a pair
 * that was trained together, compare by {@link #cosine}. Immutable.
 */
public final class Embedding {
    /** What rounding to float32 takes from the length of a vector stays far below. */
    private static final double TOLERANCE = 1e-3;

    private final float[] values;

    private Embedding(float[] values) {
        this.values = values;
    }

    /**
     * The direction of a vector of any length.
     *
     * @throws IllegalArgumentException if it has none: no numbers, a number that is not finite, or nothing but zeros
     */
    public static Embedding of(float... vector) {
        double squares = 0;
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                throw new IllegalArgumentException("embedding of " + vector.length + " numbers, of which number " + i
                        + " is " + vector[i] + ": finite numbers are required");
            }
            squares += (double) vector[i] * vector[i];
        }
        if (squares == 0) {
            throw new IllegalArgumentException("embedding of " + vector.length
                    + " numbers that are all zero: a direction is required, so one must differ from zero");
        }
        double length = Math.sqrt(squares);
        float[] values = new float[vector.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (vector[i] / length);
        }
        return new Embedding(values);
    }

    /**
     * What {@link #toBytes} has written, number for number.
     *
     * @throws IllegalArgumentException if these are not the bytes of an embedding
     */
    public static Embedding ofBytes(byte[] bytes) {
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        // NaN is not within the tolerance either.
        if (bytes.length % Float.BYTES != 0 || !(Math.abs(squares - 1) <= TOLERANCE)) {
            throw new IllegalArgumentException("embedding of " + bytes.length + " bytes whose squares add up to "
                    + squares + ": float32 numbers whose squares add up to 1 are required");
        }
        return new Embedding(values);
    }

    /** Its numbers as float32, little-endian. */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    public int size() {
        return values.length;
    }

    /** @param index from 0 to before {@link #size} */
    public float value(int index) {
        return values[index];
    }

    /**
     * How alike two directions are: 1 the same, 0 nothing in common, -1 opposite.
     *
     * @throws IllegalArgumentException if the other has another number of numbers
     */
    public double cosine(Embedding other) {
        if (other.values.length != values.length) {
            throw new IllegalArgumentException("embeddings of " + values.length + " and " + other.values.length
                    + " numbers: those of one model are required");
        }
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += (double) values[i] * other.values[i];
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Embedding embedding && Arrays.equals(values, embedding.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "embedding of " + values.length + " numbers";
    }
}
