/**
 * Neural networks: sessions of ONNX Runtime, and the tensors that go in and come out.
 *
 * <p>{@link io.sluice.onnx.OnnxRuntime} is the one place that creates sessions, with the {@link
 * io.sluice.onnx.Placement} of the process; {@link io.sluice.onnx.ModelSession} only runs. The invariant: native memory lives as long as the call that uses it; nothing
 * that a caller may keep points into it. Sessions are thread-safe and run one call at a time
 * unless replicas are asked for, because concurrent runs contend for the same cores. What a tensor means is not known here.
 */
@NullMarked
package io.sluice.onnx;

import org.jspecify.annotations.NullMarked;
