/**
 * Where encoded pictures lie: the frame store, a folder now, with the seam for object storage.
 *
 * <p>The invariant: what {@code put} has returned is complete and readable under its reference, after a kill too; the same key
 * always holds the same bytes, so a put may be repeated. The store is thread-safe.
 */
@NullMarked
package io.sluice.store;

import org.jspecify.annotations.NullMarked;
