/**
 * Models that fill a hole in a picture from what is around it.
 *
 * <p>Networks see square windows of one size: {@link io.sluice.model.inpaint.HoleTiles} cuts them out of the picture, with context
 * around the hole, and puts back what they show inside the hole and nothing else. The invariant: outside the mask the answer is
 * the picture, byte for byte. Thread-safe.
 */
@NullMarked
package io.sluice.model.inpaint;

import org.jspecify.annotations.NullMarked;
