/**
 * A person's taste: what they said of frames, the linear head that is trained on it, and the files it is kept in.
 *
 * <p>The engine works on embeddings alone and sees no pictures. The invariant: the same opinions give the same head, number for
 * number, in whatever order they come; and a head whose held-out agreement cannot be told from chance is not given out. Immutable
 * values and pure functions; {@link io.sluice.taste.TasteHeads}, which writes files, may be used by several threads.
 */
@NullMarked
package io.sluice.taste;

import org.jspecify.annotations.NullMarked;
