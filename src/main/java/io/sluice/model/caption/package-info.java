/**
 * Models that say in words what a picture shows.
 *
 * <p>{@link io.sluice.model.caption.Generation} writes token by token and knows no family; an adapter per family says which token
 * comes next. The invariants: the n-th sentence is about the n-th picture, whatever else is in the batch; and every generation ends,
 * after a number of tokens or a time. Rows of a batch are filled up to the same shape at each step, so that a sentence does not
 * depend on its neighbours. Thread-safe; a model writes one batch at a time.
 */
@NullMarked
package io.sluice.model.caption;

import org.jspecify.annotations.NullMarked;
