package io.sluice.onnx;

/** Type of a tensor's elements. */
public enum ElementType {
    FLOAT32,
    INT64,
    UINT8,
    /** A byte each: 1 is true. */
    BOOL,
    /** Any other; a session can declare it, a {@link Tensor} cannot hold it. */
    OTHER
}
