package io.sluice.world;

/**
 * A square picture that repeats, with smaller ones of itself for far surfaces. A pixel is 0xAARRGGBB; alpha says how much the
 * material's colour counts there (255 fully, 0 the texture's colour alone, as mortar between bricks).
 */
final class Texture {
    static final int SIZE = 256;
    private static final int LEVELS = 9;

    private final int[][] levels = new int[LEVELS][];

    Texture(int[] pixels) {
        levels[0] = pixels;
        for (int level = 1; level < LEVELS; level++) {
            int size = SIZE >> level;
            int[] from = levels[level - 1];
            int[] to = new int[size * size];
            for (int y = 0; y < size; y++) {
                for (int x = 0; x < size; x++) {
                    int i = 4 * y * size + 2 * x;
                    to[y * size + x] = mean(from[i], from[i + 1], from[i + 2 * size], from[i + 2 * size + 1]);
                }
            }
            levels[level] = to;
        }
    }

    private static int mean(int a, int b, int c, int d) {
        int even = (a & 0xff00ff) + (b & 0xff00ff) + (c & 0xff00ff) + (d & 0xff00ff) + 0x20002 >> 2 & 0xff00ff;
        int odd =
                (a >>> 8 & 0xff00ff) + (b >>> 8 & 0xff00ff) + (c >>> 8 & 0xff00ff) + (d >>> 8 & 0xff00ff) + 0x20002 >> 2
                        & 0xff00ff;
        return even | odd << 8;
    }

    /**
     * The texture at a place.
     *
     * @param u in repeats of the texture
     * @param step texture pixels from one pixel of the picture to the next
     * @param into red, green, blue (sRGB, 0 to 1) and alpha (0 to 1)
     */
    void sample(float u, float v, float step, float[] into) {
        int level = 0;
        if (step > 1) {
            level = Math.min(LEVELS - 1, (Float.floatToRawIntBits(step * 1.2f) >> 23) - 127);
        }
        int size = SIZE >> level;
        int[] pixels = levels[level];
        float fu = u * size - 0.5f;
        float fv = v * size - 0.5f;
        int iu = (int) fu;
        int iv = (int) fv;
        if (fu < iu) {
            iu--;
        }
        if (fv < iv) {
            iv--;
        }
        float du = fu - iu;
        float dv = fv - iv;
        int mask = size - 1;
        int x0 = iu & mask;
        int x1 = iu + 1 & mask;
        int y0 = (iv & mask) * size;
        int y1 = (iv + 1 & mask) * size;
        int a = pixels[y0 + x0];
        int b = pixels[y0 + x1];
        int c = pixels[y1 + x0];
        int d = pixels[y1 + x1];
        float wa = (1 - du) * (1 - dv) / 255f;
        float wb = du * (1 - dv) / 255f;
        float wc = (1 - du) * dv / 255f;
        float wd = du * dv / 255f;
        into[0] = (a >> 16 & 255) * wa + (b >> 16 & 255) * wb + (c >> 16 & 255) * wc + (d >> 16 & 255) * wd;
        into[1] = (a >> 8 & 255) * wa + (b >> 8 & 255) * wb + (c >> 8 & 255) * wc + (d >> 8 & 255) * wd;
        into[2] = (a & 255) * wa + (b & 255) * wb + (c & 255) * wc + (d & 255) * wd;
        into[3] = (a >>> 24) * wa + (b >>> 24) * wb + (c >>> 24) * wc + (d >>> 24) * wd;
    }

    int[] pixels() {
        return levels[0];
    }
}
