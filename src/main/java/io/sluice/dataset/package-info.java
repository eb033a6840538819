/**
 * What a run leaves behind: the folder that a trainer reads, and the account of how it came about.
 *
 * <p>The invariant: writing the same frames again, whole or after a kill at any moment, leaves the same files with the same
 * bytes ({@code report.json} aside). Every file appears complete under its name or not at all. What a person put into the
 * folder, or changed in a caption, stays.
 *
 * <p>A dataset has one writer at a time, in one process; its methods may be called from any thread.
 */
@NullMarked
package io.sluice.dataset;

import org.jspecify.annotations.NullMarked;
