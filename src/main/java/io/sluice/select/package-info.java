/**
 * Select: the step that decides which of the measured frames go into the dataset.
 *
 * <p>The invariant: the decision is a pure function of the recipe and the measurements; the order in which frames come, and how
 * they were spread over batches and runs, is no matter. Everything that compares a frame with others is here: relative
 * sharpness, the best share, near-duplicates, caps and goals. Stages only measure and know absolute thresholds.
 *
 * <p>Nothing here has state, so any thread may use it.
 */
@NullMarked
package io.sluice.select;

import org.jspecify.annotations.NullMarked;
