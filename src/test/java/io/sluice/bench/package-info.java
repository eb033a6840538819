/**
 * The benchmarks: what the application costs beside a plain loop that does the same work
 * ({@link io.sluice.bench.Benchmark}, {@code src/bench/run}), and extraction beside the {@code ffmpeg} command
 * ({@link io.sluice.bench.ExtractionBenchmark}, {@code src/bench/extraction}). Both are started as processes of their own, in
 * turn; docs/benchmarks.md says what the figures mean.
 *
 * <p>The invariant: a figure is printed only if both did the same: the same frames byte for byte, or as many as the command
 * delivers. Needs Linux, for {@code /proc}. One thread; nothing else that is busy should run on the machine.
 */
@NullMarked
package io.sluice.bench;

import org.jspecify.annotations.NullMarked;
