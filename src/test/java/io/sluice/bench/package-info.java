/**
 * The benchmark: what the application costs beside a plain loop that does the same work. {@link io.sluice.bench.Benchmark} starts
 * both as processes of their own, in turn, and compares what they used and what they made; {@code src/bench/run} starts it, and
 * docs/benchmarks.md says what the figures mean.
 *
 * <p>The invariant: a figure is printed only if both made the same frames, byte for byte. Needs Linux, for {@code /proc}. One
 * thread; nothing else that is busy should run on the machine.
 */
@NullMarked
package io.sluice.bench;

import org.jspecify.annotations.NullMarked;
