/**
 * A rendered world with known truth: streets and rooms with people, dogs, cars, houses and signs, made from a seed. It gives the
 * demo its video, the starter models their training set, and the end-to-end tests frames of which everything is known.
 *
 * <p>The way of a frame: a {@code Scene} holds meshes, {@code Rasteriser} finds for each sample of the picture the triangle that
 * is seen, {@code Shading} turns triangles into light, {@code Lens} blurs, exposes, adds noise and makes pixels. Truth is read
 * off the same samples as the picture, and so agrees with it.
 *
 * <p>The invariant: pixels and truth are a function of seed, look, settings and the Java version alone. There is no clock, no
 * system font, no native library and no unordered collection in here, and whatever is not plus, minus, times, division or a
 * square root is taken from {@link StrictMath}.
 *
 * <p>A renderer and its buffers belong to one thread; textures are shared and never change.
 */
@NullMarked
package io.sluice.world;

import org.jspecify.annotations.NullMarked;
