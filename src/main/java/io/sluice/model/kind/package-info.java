/**
 * The list of all kinds of models, and nothing else: the one place that knows every adapter, so that {@code io.sluice.model} knows
 * none of them.
 */
@NullMarked
package io.sluice.model.kind;

import org.jspecify.annotations.NullMarked;
