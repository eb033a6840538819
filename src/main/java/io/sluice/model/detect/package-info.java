/**
 * Object detectors: one class for each family, with its kind, its settings and its decoding.
 *
 * <p>Detections are in pixels of the original picture, by score descending, and go down to a score of 0.05, so that thresholds can
 * change without a new run. Pictures run one by one: exports declare a batch of one, and results must not depend on the batch.
 * Thread-safe.
 */
@NullMarked
package io.sluice.model.detect;

import org.jspecify.annotations.NullMarked;
