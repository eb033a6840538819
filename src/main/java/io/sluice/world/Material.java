package io.sluice.world;

import org.jspecify.annotations.Nullable;

/**
 * What a surface is made of.
 *
 * @param red light that comes back, 0 to 1, linear; so green and blue
 * @param texture multiplies it; null for a plain surface
 * @param repeats of the texture for one unit of the mesh's texture coordinates
 * @param gloss 0 matt to 1 like glass
 * @param glow light of its own, as a share of its colour
 * @param ground whether it lies flat, and is darkened beneath what stands on it
 */
record Material(
        float red,
        float green,
        float blue,
        @Nullable Texture texture,
        float repeats,
        float gloss,
        float glow,
        boolean ground) {

    static Material plain(int srgb) {
        return textured(srgb, null, 1);
    }

    static Material textured(int srgb, @Nullable Texture texture, double repeats) {
        return new Material(
                Linear.of(srgb >> 16), Linear.of(srgb >> 8), Linear.of(srgb), texture, (float) repeats, 0, 0, false);
    }

    Material glossy(double gloss) {
        return new Material(red, green, blue, texture, repeats, (float) gloss, glow, ground);
    }

    Material glowing(double glow) {
        return new Material(red, green, blue, texture, repeats, gloss, (float) glow, ground);
    }

    Material lying() {
        return new Material(red, green, blue, texture, repeats, gloss, glow, true);
    }

    Material times(double factor) {
        float f = (float) factor;
        return new Material(red * f, green * f, blue * f, texture, repeats, gloss, glow, ground);
    }
}
