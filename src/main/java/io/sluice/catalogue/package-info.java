/**
 * The catalogue: the truth about videos, frames, measurements and decisions, in an embedded SQLite database or in PostgreSQL.
 *
 * <p>The invariant: what a transaction has returned survives a kill of the process, and every write may be repeated. Kafka only
 * transports; what it loses is published again from here. Thread-safe; writes of one process queue up behind each other on
 * SQLite, which has one writer.
 */
@NullMarked
package io.sluice.catalogue;

import org.jspecify.annotations.NullMarked;
