/**
 * Looking at a dataset and turning its thresholds: what the filters measured, what would be kept at other thresholds, which
 * thresholds would give so many frames, and which frames lie at the borders.
 *
 * <p>The invariant: everything here is a pure function of a recipe, kept measurements and a person's edits. Nothing is measured,
 * nothing written; what it says would be kept is what an adjustment keeps, because both ask {@link io.sluice.assess.Replay}.
 *
 * <p>Immutable, so any thread may use it.
 */
@NullMarked
package io.sluice.assess;

import org.jspecify.annotations.NullMarked;
