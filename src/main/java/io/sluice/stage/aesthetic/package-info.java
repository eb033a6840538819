/**
 * How good a frame looks, 0 to 10, and the hash that tells near-duplicates apart.
 *
 * <p>The scorer is a {@link io.sluice.model.Model}: {@link io.sluice.stage.aesthetic.PhotographicQuality}, which needs no
 * weights, or an image embedding with its head. The invariant: a score is the scorer's for this frame alone, and never stands for
 * an error. Thread-safe.
 */
@NullMarked
package io.sluice.stage.aesthetic;

import org.jspecify.annotations.NullMarked;
