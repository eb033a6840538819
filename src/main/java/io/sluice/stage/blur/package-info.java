/**
 * How sharp a frame is, and whether there is anything in it.
 *
 * <p>{@link io.sluice.stage.blur.SharpnessMeasure} is a pure function of the pixels; {@link io.sluice.stage.blur.BlurStage} reads
 * the picture and judges by absolute thresholds alone. The invariant: scores of pictures of different size and contrast compare,
 * because they are taken at one working size and relative to the edges' own contrast. Thread-safe.
 */
@NullMarked
package io.sluice.stage.blur;

import org.jspecify.annotations.NullMarked;
