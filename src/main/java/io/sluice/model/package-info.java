/**
 * Models: manifests, the folder they are found in, roles, and the adapters that turn pictures into tensors and tensors into
 * answers.
 *
 * <p>An adapter owns its pre- and post-processing; decoding is pure functions over arrays, checked with numbers. The invariant:
 * the n-th answer of {@link io.sluice.model.Model#infer} belongs to the n-th input. A model whose tensors are not those of its
 * kind is refused when it is loaded, never when it has answered. Thread-safe.
 */
@NullMarked
package io.sluice.model;

import org.jspecify.annotations.NullMarked;
