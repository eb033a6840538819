/**
 * The stage {@code detect}: which objects a frame shows, how like it is to words and example pictures, and whether the recipe's
 * target is among them.
 *
 * <p>The invariant: the annotation depends on the stored picture, the models, and the words and pictures it is compared with alone;
 * the recipe decides whether a model looks at all, and judges by its thresholds afterwards. Thread-safe.
 */
@NullMarked
package io.sluice.stage.detect;

import org.jspecify.annotations.NullMarked;
