/**
 * A finished dataset in the layout of another trainer, and what that trainer will make of it.
 *
 * <p>The invariant: the same dataset and options leave the same files with the same bytes in an export's folder, however often, and
 * however often killed in between; a picture's bytes are those of the dataset. What was written is read back by the rules of the
 * trainer's own reader before an export is called complete. An export belongs to one thread.
 */
@NullMarked
package io.sluice.export;

import org.jspecify.annotations.NullMarked;
