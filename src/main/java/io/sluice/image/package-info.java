/**
 * Pictures in memory and what can be done with their pixels: decode, encode, resize, edges, hashes, inpainting, blending.
 *
 * <p>Pure functions over {@link io.sluice.image.Image}; OpenCV is used inside and its native memory never outlives a call. All
 * of it is thread-safe. The invariant: the same input bytes give the same output bytes, whatever ran before.
 */
@NullMarked
package io.sluice.image;

import org.jspecify.annotations.NullMarked;
