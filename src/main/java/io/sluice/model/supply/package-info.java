/**
 * How models get into the model folder: downloaded as their manifests say, or added by hand.
 *
 * <p>The invariant: what lies in the folder under a manifest's name for it has been compared with the manifest, or else with the
 * lock, and what is added has answered once. What a person is told about it is the command line's part. Used by one thread.
 */
@NullMarked
package io.sluice.model.supply;

import org.jspecify.annotations.NullMarked;
