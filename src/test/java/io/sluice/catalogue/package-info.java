/** The catalogue on SQLite and on a real PostgreSQL, with the same cases, and in a process that is killed. */
@NullMarked
package io.sluice.catalogue;

import org.jspecify.annotations.NullMarked;
