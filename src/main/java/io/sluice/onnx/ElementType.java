package io.sluice.onnx;

/** Type of a tensor's elements. */
public enum ElementType {
    /** Also what a network declares as float16: it is converted at the border. */
    FLOAT32,
    /** Also what a network declares as int32: it is converted at the border. */
    INT64,
    UINT8,
    /** A byte each: 1 is true. */
    BOOL,
    /** Any other; a session can declare it, a {@link Tensor} cannot hold it. */
    OTHER
}
