package io.sluice.world;

/** Between sRGB and light: IEC 61966-2-1, and the curve by which a camera's light becomes a pixel. */
final class Linear {
    private static final float[] FROM_SRGB = new float[256];

    /** Light beyond this is white whatever it is. */
    private static final float BRIGHTEST = 4f;

    private static final int STEPS = 4096;
    private static final byte[] TO_PIXEL = new byte[STEPS + 1];
    private static final float SCALE = STEPS / 2f;

    /** Where the curve leaves the straight line and bends towards white. */
    private static final double SHOULDER = 0.62;

    static {
        for (int i = 0; i < 256; i++) {
            double c = i / 255.0;
            FROM_SRGB[i] = (float) (c <= 0.04045 ? c / 12.92 : StrictMath.pow((c + 0.055) / 1.055, 2.4));
        }
        for (int i = 0; i <= STEPS; i++) {
            double root = i / (double) STEPS;
            double light = root * root * BRIGHTEST;
            double toned = light < SHOULDER
                    ? light
                    : SHOULDER + (1 - SHOULDER) * (1 - StrictMath.exp(-(light - SHOULDER) / (1 - SHOULDER)));
            double c = toned <= 0.0031308 ? toned * 12.92 : 1.055 * StrictMath.pow(toned, 1 / 2.4) - 0.055;
            TO_PIXEL[i] = (byte) Math.round(255 * Math.min(1, c));
        }
    }

    private Linear() {}

    static float of(int srgb) {
        return FROM_SRGB[srgb & 255];
    }

    static float[] rgb(int srgb) {
        return new float[] {of(srgb >> 16), of(srgb >> 8), of(srgb)};
    }

    /** 0 to 255. */
    static int pixel(float light) {
        float index = light <= 0 ? 0 : (float) Math.sqrt(light) * SCALE;
        return TO_PIXEL[index >= STEPS ? STEPS : (int) (index + 0.5f)] & 255;
    }
}
