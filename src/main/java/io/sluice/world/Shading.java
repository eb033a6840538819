package io.sluice.world;

import org.jspecify.annotations.Nullable;

/**
 * Light that comes from what is seen. Works on the triangles of a {@link Rasteriser}: once for a pixel that shows one material of
 * one thing, and once for each where several meet, which smooths edges.
 *
 * <p>For one thread.
 */
final class Shading {
    private final Rasteriser seen;
    private final float[] texel = new float[4];
    private final float[] colour = new float[3];

    private final float[] axes = new float[9];
    private float slope;
    private float middleX;
    private float middleY;
    private float cameraX;
    private float cameraY;
    private float cameraZ;
    private float sunX;
    private float sunY;
    private float sunZ;
    private Light light;
    private Texture clouds;

    /** Radiance of the picture: red, green, blue for each pixel. */
    final float[] picture;

    /** The object of each pixel, {@link Mesh#NO_OBJECT} for none. */
    final int[] object;

    Shading(Rasteriser seen, Light light, Texture clouds) {
        this.seen = seen;
        this.light = light;
        this.clouds = clouds;
        this.picture = new float[seen.width * seen.height * 3];
        this.object = new int[seen.width * seen.height];
    }

    void use(Camera newCamera, double[] newAxes, Light newLight, Texture newClouds) {
        for (int i = 0; i < 9; i++) {
            axes[i] = (float) newAxes[i];
        }
        this.cameraX = (float) newCamera.x();
        this.cameraY = (float) newCamera.y();
        this.cameraZ = (float) newCamera.z();
        this.slope = (float) (1 / seen.focal);
        this.middleX = seen.width / 2f;
        this.middleY = seen.height / 2f;
        this.sunX = (float) newLight.toSun()[0];
        this.sunY = (float) newLight.toSun()[1];
        this.sunZ = (float) newLight.toSun()[2];
        this.light = newLight;
        this.clouds = newClouds;
    }

    void shadeAll() {
        int columns = seen.width * Rasteriser.SAMPLES;
        int[] nearest = seen.nearest;
        for (int y = 0; y < seen.height; y++) {
            for (int x = 0; x < seen.width; x++) {
                int i = 2 * y * columns + 2 * x;
                int a = nearest[i];
                int b = nearest[i + 1];
                int c = nearest[i + columns];
                int d = nearest[i + columns + 1];
                int p = y * seen.width + x;
                int q = 3 * p;
                if (same(a, b) && same(a, c) && same(a, d)) {
                    shade(a, x + 0.5f, y + 0.5f, null);
                    picture[q] = colour[0];
                    picture[q + 1] = colour[1];
                    picture[q + 2] = colour[2];
                    object[p] = objectOf(a);
                } else {
                    mix(q, x, y, a, b, c, d);
                    object[p] = most(objectOf(a), objectOf(b), objectOf(c), objectOf(d));
                }
            }
        }
    }

    private void mix(int q, int x, int y, int a, int b, int c, int d) {
        float red = 0;
        float green = 0;
        float blue = 0;
        int done = 0;
        int[] all = {a, b, c, d};
        for (int k = 0; k < 4; k++) {
            if ((done & 1 << k) != 0) {
                continue;
            }
            int weight = 0;
            for (int l = k; l < 4; l++) {
                if ((done & 1 << l) == 0 && same(all[k], all[l])) {
                    done |= 1 << l;
                    weight++;
                }
            }
            shade(all[k], x + 0.25f + 0.5f * (k & 1), y + 0.25f + 0.5f * (k >> 1), null);
            red += colour[0] * weight;
            green += colour[1] * weight;
            blue += colour[2] * weight;
        }
        picture[q] = red / 4;
        picture[q + 1] = green / 4;
        picture[q + 2] = blue / 4;
    }

    private boolean same(int a, int b) {
        return a == b
                || a >= 0
                        && b >= 0
                        && seen.materialOf[a] == seen.materialOf[b]
                        && seen.meshOf[a] == seen.meshOf[b]
                        && smooth(a, b);
    }

    /** Two sides of a box are of one material and yet want their edge smoothed. */
    private boolean smooth(int a, int b) {
        float[] t = seen.triangles;
        int i = a * Rasteriser.STRIDE + 9;
        int j = b * Rasteriser.STRIDE + 9;
        return t[i] * t[j] + t[i + 1] * t[j + 1] + t[i + 2] * t[j + 2] > 0.8f;
    }

    private int objectOf(int triangle) {
        return triangle < 0 ? Mesh.NO_OBJECT : seen.meshOf[triangle].object;
    }

    private static int most(int a, int b, int c, int d) {
        if (a == b || a == c || a == d) {
            return a;
        }
        return b == c || b == d ? b : c == d ? c : a;
    }

    /**
     * How many of the four samples of a pixel show a mesh's material, and the light of that material's surface there if it had
     * another colour.
     *
     * @param paint linear red, green, blue; is changed into light
     */
    int paint(int x, int y, Mesh mesh, Material material, float[] paint) {
        int columns = seen.width * Rasteriser.SAMPLES;
        int i = 2 * y * columns + 2 * x;
        int samples = 0;
        int found = -1;
        for (int k = 0; k < 4; k++) {
            int t = seen.nearest[i + (k & 1) + (k >> 1) * columns];
            if (t >= 0 && seen.meshOf[t] == mesh && seen.materialOf[t] == material) {
                samples++;
                found = t;
            }
        }
        if (samples > 0) {
            shade(found, x + 0.5f, y + 0.5f, paint);
            System.arraycopy(colour, 0, paint, 0, 3);
        }
        return samples;
    }

    private void shade(int t, float x, float y, float @Nullable [] paint) {
        if (t < 0) {
            sky(x, y);
            return;
        }
        float[] r = seen.triangles;
        int o = t * Rasteriser.STRIDE;
        float x0 = r[o];
        float y0 = r[o + 1];
        float x1 = r[o + 3];
        float y1 = r[o + 4];
        float x2 = r[o + 6];
        float y2 = r[o + 7];
        float inverse = 1 / ((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0));
        float b1 = ((x - x0) * (y2 - y0) - (x2 - x0) * (y - y0)) * inverse;
        float b2 = ((x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)) * inverse;
        float b0 = 1 - b1 - b2;
        if (b0 < 0 || b1 < 0 || b2 < 0) {
            b0 = Math.max(0, b0);
            b1 = Math.max(0, b1);
            b2 = Math.max(0, b2);
            float sum = 1 / (b0 + b1 + b2);
            b0 *= sum;
            b1 *= sum;
            b2 *= sum;
        }
        b0 *= r[o + 2];
        b1 *= r[o + 5];
        b2 *= r[o + 8];
        float z = 1 / (b0 + b1 + b2);
        b0 *= z;
        b1 *= z;
        b2 *= z;
        float nx = b0 * r[o + 9] + b1 * r[o + 12] + b2 * r[o + 15];
        float ny = b0 * r[o + 10] + b1 * r[o + 13] + b2 * r[o + 16];
        float nz = b0 * r[o + 11] + b1 * r[o + 14] + b2 * r[o + 17];
        float norm = 1 / (float) Math.sqrt(nx * nx + ny * ny + nz * nz + 1e-12f);
        nx *= norm;
        ny *= norm;
        nz *= norm;
        float toX = (x - middleX) * slope;
        float toY = (middleY - y) * slope;
        float dx = toX * axes[0] + toY * axes[3] + axes[6];
        float dy = toX * axes[1] + toY * axes[4] + axes[7];
        float dz = toX * axes[2] + toY * axes[5] + axes[8];
        float wx = cameraX + dx * z;
        float wy = cameraY + dy * z;
        float wz = cameraZ + dz * z;
        float ray = (float) Math.sqrt(dx * dx + dy * dy + dz * dz);
        float facing = Math.max(0.02f, -(nx * dx + ny * dy + nz * dz) / ray);
        Material m = seen.materialOf[t];
        float red = m.red();
        float green = m.green();
        float blue = m.blue();
        if (paint != null) {
            red = paint[0];
            green = paint[1];
            blue = paint[2];
        } else if (m.texture() != null) {
            float u = (b0 * r[o + 18] + b1 * r[o + 20] + b2 * r[o + 22]) * m.repeats();
            float v = (b0 * r[o + 19] + b1 * r[o + 21] + b2 * r[o + 23]) * m.repeats();
            float step = m.repeats() * Texture.SIZE * z * slope / Math.max(0.25f, (float) Math.sqrt(facing));
            m.texture().sample(u, v, step, texel);
            float tint = texel[3];
            float keep = 1 - tint;
            red = texel[0] * texel[0] * (keep + tint * red);
            green = texel[1] * texel[1] * (keep + tint * green);
            blue = texel[2] * texel[2] * (keep + tint * blue);
        }
        float sun = nx * sunX + ny * sunY + nz * sunZ;
        if (sun > 0) {
            sun *= lit(wx + nx * 0.03f, wy + ny * 0.03f, wz + nz * 0.03f);
        } else {
            sun = 0;
        }
        float high = 0.5f + 0.5f * ny;
        float open = m.ground() ? 1 - 0.62f * contact(wx, wz) : 1;
        float edge = 0.72f + 0.28f * Math.min(1, facing * 2.2f);
        open *= edge;
        float[] above = light.above();
        float[] below = light.below();
        float[] sunlight = light.sun();
        float lightRed = sunlight[0] * sun + (below[0] + (above[0] - below[0]) * high) * open;
        float lightGreen = sunlight[1] * sun + (below[1] + (above[1] - below[1]) * high) * open;
        float lightBlue = sunlight[2] * sun + (below[2] + (above[2] - below[2]) * high) * open;
        float[] lamp = light.lamp();
        if (lamp[3] > 0) {
            float lx = lamp[0] - wx;
            float ly = lamp[1] - wy;
            float lz = lamp[2] - wz;
            float square = lx * lx + ly * ly + lz * lz;
            float cosine = (lx * nx + ly * ny + lz * nz) / (float) Math.sqrt(square);
            float strength = (0.35f + 0.65f * cosine) / (0.6f + square);
            if (strength > 0) {
                lightRed += lamp[3] * strength;
                lightGreen += lamp[4] * strength;
                lightBlue += lamp[5] * strength;
            }
        }
        red *= lightRed + m.glow();
        green *= lightGreen + m.glow();
        blue *= lightBlue + m.glow();
        float gloss = m.gloss();
        if (gloss > 0) {
            float back = 2 * (nx * dx + ny * dy + nz * dz);
            float rx = (dx - back * nx) / ray;
            float ry = (dy - back * ny) / ray;
            float rz = (dz - back * nz) / ray;
            float grazing = 1 - facing;
            grazing *= grazing;
            float mirror = gloss * (0.06f + 0.6f * grazing * grazing * (1 - facing) + 0.06f * gloss);
            float up = Math.min(1, Math.max(0, 0.5f + ry * 2.2f));
            float[] horizon = light.horizon();
            float[] zenith = light.zenith();
            float skyward = Math.max(0, ry);
            red += mirror * (below[0] * 0.5f * (1 - up) + up * (horizon[0] + (zenith[0] - horizon[0]) * skyward));
            green += mirror * (below[1] * 0.5f * (1 - up) + up * (horizon[1] + (zenith[1] - horizon[1]) * skyward));
            blue += mirror * (below[2] * 0.5f * (1 - up) + up * (horizon[2] + (zenith[2] - horizon[2]) * skyward));
            float spot = rx * sunX + ry * sunY + rz * sunZ;
            if (spot > 0.8f && sun > 0) {
                float s = (spot - 0.8f) * 5;
                s *= s;
                s *= s;
                s *= s * gloss * 0.7f;
                red += s * sunlight[0];
                green += s * sunlight[1];
                blue += s * sunlight[2];
            }
        }
        float far = z * ray * light.density();
        float clear = 1 / (1 + far + far * far * 0.5f);
        float[] haze = light.haze();
        colour[0] = haze[0] + (red - haze[0]) * clear;
        colour[1] = haze[1] + (green - haze[1]) * clear;
        colour[2] = haze[2] + (blue - haze[2]) * clear;
    }

    /** 0 in shadow to 1 in the sun, soft over some samples of the shadow map. */
    private float lit(float x, float y, float z) {
        double[] m = seen.toShadow;
        float u = (float) (x * m[0] + y * m[1] + z * m[2] + m[3]) - 0.5f;
        float v = (float) (x * m[4] + y * m[5] + z * m[6] + m[7]) - 0.5f;
        int size = Rasteriser.SHADOW_SIZE;
        if (!(u >= 1 && v >= 1 && u < size - 3 && v < size - 3)) {
            return 1;
        }
        float h = (float) (x * m[8] + y * m[9] + z * m[10] + m[11]) + 0.06f;
        int iu = (int) u;
        int iv = (int) v;
        float fu = u - iu;
        float fv = v - iv;
        float[] map = seen.shadow;
        int o = (iv - 1) * size + iu - 1;
        float sum = 0;
        for (int row = 0; row < 4; row++) {
            float wv = row == 0 ? 1 - fv : row == 3 ? fv : 1;
            float line = (map[o] < h ? 1 - fu : 0)
                    + (map[o + 1] < h ? 1 : 0)
                    + (map[o + 2] < h ? 1 : 0)
                    + (map[o + 3] < h ? fu : 0);
            sum += line * wv;
            o += size;
        }
        return sum / 9;
    }

    private float contact(float x, float z) {
        float u = (x - seen.contactX) / Rasteriser.CONTACT_CELL - 0.5f;
        float v = (z - seen.contactZ) / Rasteriser.CONTACT_CELL - 0.5f;
        int size = Rasteriser.CONTACT_SIZE;
        if (!(u >= 0 && v >= 0 && u < size - 1 && v < size - 1)) {
            return 0;
        }
        int iu = (int) u;
        int iv = (int) v;
        float fu = u - iu;
        float fv = v - iv;
        float[] map = seen.contact;
        int o = iv * size + iu;
        return (map[o] * (1 - fu) + map[o + 1] * fu) * (1 - fv)
                + (map[o + size] * (1 - fu) + map[o + size + 1] * fu) * fv;
    }

    private void sky(float x, float y) {
        float toX = (x - middleX) * slope;
        float toY = (middleY - y) * slope;
        float dx = toX * axes[0] + toY * axes[3] + axes[6];
        float dy = toX * axes[1] + toY * axes[4] + axes[7];
        float dz = toX * axes[2] + toY * axes[5] + axes[8];
        float norm = 1 / (float) Math.sqrt(dx * dx + dy * dy + dz * dz);
        dx *= norm;
        dy *= norm;
        dz *= norm;
        float high = Math.max(0, dy);
        float part = (float) Math.sqrt(Math.min(1, high * 1.5f));
        float[] horizon = light.horizon();
        float[] zenith = light.zenith();
        float red = horizon[0] + (zenith[0] - horizon[0]) * part;
        float green = horizon[1] + (zenith[1] - horizon[1]) * part;
        float blue = horizon[2] + (zenith[2] - horizon[2]) * part;
        float near = Math.max(0, dx * sunX + dy * sunY + dz * sunZ);
        float glow = near * near;
        glow *= glow;
        glow = glow * 0.12f + glow * glow * glow * 0.25f;
        float[] sun = light.sun();
        red += glow * sun[0];
        green += glow * sun[1];
        blue += glow * sun[2];
        if (light.clouds() > 0 && high > 0.015f) {
            float scale = 0.16f / (high + 0.12f);
            clouds.sample(dx * scale + 0.3f, dz * scale, 0.6f + 0.4f / (high + 0.1f), texel);
            float cover = Math.min(1, Math.max(0, (texel[0] - 1 + light.clouds() * 0.8f) * 3.2f));
            cover *= Math.min(1, high * 9);
            float white = 0.92f - 0.25f * cover * texel[1];
            float bright = Math.max(horizon[0], Math.max(horizon[1], horizon[2]));
            red += cover * (bright * white + sun[0] * 0.05f - red);
            green += cover * (bright * white + sun[1] * 0.05f - green);
            blue += cover * (bright * white * 1.02f + sun[2] * 0.05f - blue);
        }
        colour[0] = red;
        colour[1] = green;
        colour[2] = blue;
    }
}
