/**
 * The HTTP API: what {@link io.sluice.curation} does, for programs. Described by {@code openapi.yaml}, which is served at
 * {@code /openapi}.
 *
 * <p>The invariant: a request names datasets, frames and exports, never a file; no path from a request is opened. What is refused
 * changes nothing and is answered by a {@link io.sluice.api.Problem}. Called by worker threads, several at once.
 */
@NullMarked
package io.sluice.api;

import org.jspecify.annotations.NullMarked;
