/**
 * Embeddings: networks that turn pictures and words into directions that compare, and heads that read a score off one.
 *
 * <p>The invariant: every {@link io.sluice.frame.Embedding} that leaves has length 1, and one that cannot have it (not finite, or
 * zero) is an error of the picture or text that it was made of. Pictures run in
 * batches of one size and texts one by one, so an answer does not depend on its neighbours. Thread-safe.
 */
@NullMarked
package io.sluice.model.embed;

import org.jspecify.annotations.NullMarked;
