package io.sluice.world;

/**
 * The light of a scene. Colours are linear red, green, blue.
 *
 * @param toSun direction to the sun, or to the window in a room; length 1
 * @param sun its light on a surface that faces it
 * @param above light from above, from everywhere
 * @param below light from below
 * @param haze what far things fade into
 * @param density of the haze, for a metre
 * @param zenith the sky overhead
 * @param horizon the sky low down
 * @param clouds 0 none to 1 covered
 * @param lamp position x, y, z, then strength of red, green, blue at a metre; strength 0 if there is none
 */
record Light(
        double[] toSun,
        float[] sun,
        float[] above,
        float[] below,
        float[] haze,
        float density,
        float[] zenith,
        float[] horizon,
        float clouds,
        float[] lamp) {}
