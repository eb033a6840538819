/**
 * The stage {@code detect}: which objects a frame shows, and whether the recipe's target is among them.
 *
 * <p>The invariant: the annotation depends on the stored picture and the model alone; the recipe decides whether the model looks
 * at all, and judges by its thresholds afterwards. Thread-safe; the model runs one picture at a time.
 */
@NullMarked
package io.sluice.stage.detect;

import org.jspecify.annotations.NullMarked;
