/**
 * Where files lie: the frame store and the files of datasets, in a folder or in a bucket, and the work folder.
 *
 * <p>The invariant: what {@code put} has returned is complete and readable under its reference, after a kill too; the same key
 * always holds the same bytes, so a put may be repeated. The store is thread-safe. Only this package knows
 * Amazon's SDK.
 */
@NullMarked
package io.sluice.store;

import org.jspecify.annotations.NullMarked;
