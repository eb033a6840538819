package io.sluice.world;

import java.util.Arrays;
import java.util.List;

/**
 * Finds what is seen: for each of four samples of a pixel the nearest triangle, for each place that the sun shines on the nearest
 * to the sun, and for the ground what stands close above it. Triangles are kept with what shading needs.
 *
 * <p>For one thread.
 */
final class Rasteriser {
    /** Samples of a pixel's side. */
    static final int SAMPLES = 2;

    static final int NOTHING = -1;
    private static final float NEAR = 0.12f;
    static final int SHADOW_SIZE = 768;
    static final int CONTACT_SIZE = 192;

    /** Metres of the ground that a cell of the contact map covers. */
    static final float CONTACT_CELL = 0.12f;

    /** What is higher above the ground does not darken it by its closeness. */
    private static final float CONTACT_HEIGHT = 0.7f;

    /** Numbers for a triangle: x, y, 1/z of each corner, normals, texture coordinates. */
    static final int STRIDE = 24;

    final int width;
    final int height;
    final float[] depth;
    final int[] nearest;
    float[] triangles = new float[STRIDE * 4096];
    Mesh[] meshOf = new Mesh[4096];
    Material[] materialOf = new Material[4096];
    int count;

    final float[] shadow = new float[SHADOW_SIZE * SHADOW_SIZE];
    final float[] contact = new float[CONTACT_SIZE * CONTACT_SIZE];
    float contactX;
    float contactZ;
    /** Rows: along the map, across it, towards the sun; each x, y, z and a constant. */
    final double[] toShadow = new double[12];

    double focal;
    private float[] cameraX = new float[256];
    private float[] cameraY = new float[256];
    private float[] cameraZ = new float[256];
    private final double[] clip = new double[2 * 4 * 8];

    private static final int STAMP_SIZE = 160;
    private final int[] stamp = new int[STAMP_SIZE * STAMP_SIZE];
    private int stampMark;

    Rasteriser(int width, int height) {
        this.width = width;
        this.height = height;
        this.depth = new float[width * SAMPLES * height * SAMPLES];
        this.nearest = new int[depth.length];
    }

    void clear(double focalPixels) {
        Arrays.fill(depth, 0);
        Arrays.fill(nearest, NOTHING);
        count = 0;
        focal = focalPixels;
    }

    /** Draws a mesh; returns how many pixels it would cover if nothing hid it and the picture had no edge. */
    double draw(Mesh mesh, Camera camera, double[] axes, boolean measure) {
        int vertices = mesh.vertices;
        if (cameraX.length < vertices) {
            cameraX = new float[vertices * 2];
            cameraY = new float[vertices * 2];
            cameraZ = new float[vertices * 2];
        }
        boolean seen = false;
        double cx = camera.x();
        double cy = camera.y();
        double cz = camera.z();
        double slopeX = width / 2.0 / focal;
        double slopeY = height / 2.0 / focal;
        int out = 15;
        for (int i = 0; i < vertices; i++) {
            double x = mesh.x[i] - cx;
            double y = mesh.y[i] - cy;
            double z = mesh.z[i] - cz;
            double rx = x * axes[0] + y * axes[1] + z * axes[2];
            double ry = x * axes[3] + y * axes[4] + z * axes[5];
            double rz = x * axes[6] + y * axes[7] + z * axes[8];
            cameraX[i] = (float) rx;
            cameraY[i] = (float) ry;
            cameraZ[i] = (float) rz;
            seen |= rz > NEAR;
            double spanX = rz * slopeX;
            double spanY = rz * slopeY;
            out &= (rx < -spanX ? 1 : 0) | (rx > spanX ? 2 : 0) | (ry < -spanY ? 4 : 0) | (ry > spanY ? 8 : 0);
        }
        if (!seen || out != 0) {
            return 0;
        }
        int from = count;
        for (int t = 0; t < mesh.triangles; t++) {
            int a = mesh.corners[3 * t];
            int b = mesh.corners[3 * t + 1];
            int c = mesh.corners[3 * t + 2];
            boolean na = cameraZ[a] >= NEAR;
            boolean nb = cameraZ[b] >= NEAR;
            boolean nc = cameraZ[c] >= NEAR;
            if (na && nb && nc) {
                load(0, mesh, a);
                load(1, mesh, b);
                load(2, mesh, c);
                emit(mesh, mesh.materials[t], 0, 1, 2);
            } else if (na || nb || nc) {
                cut(mesh, mesh.materials[t], a, b, c);
            }
        }
        return measure ? measure(from) : 0;
    }

    private void load(int slot, Mesh mesh, int i) {
        int o = slot * 8;
        clip[o] = cameraX[i];
        clip[o + 1] = cameraY[i];
        clip[o + 2] = cameraZ[i];
        clip[o + 3] = mesh.nx[i];
        clip[o + 4] = mesh.ny[i];
        clip[o + 5] = mesh.nz[i];
        clip[o + 6] = mesh.u[i];
        clip[o + 7] = mesh.v[i];
    }

    /** A triangle that reaches behind the camera. */
    private void cut(Mesh mesh, Material material, int a, int b, int c) {
        int[] corners = {a, b, c};
        int kept = 0;
        for (int i = 0; i < 3; i++) {
            int p = corners[i];
            int q = corners[(i + 1) % 3];
            boolean inside = cameraZ[p] >= NEAR;
            if (inside) {
                load(kept++, mesh, p);
            }
            if (inside != cameraZ[q] >= NEAR) {
                load(6, mesh, p);
                load(7, mesh, q);
                double part = (NEAR - cameraZ[p]) / (cameraZ[q] - cameraZ[p]);
                for (int k = 0; k < 8; k++) {
                    clip[kept * 8 + k] = clip[48 + k] + (clip[56 + k] - clip[48 + k]) * part;
                }
                kept++;
            }
        }
        for (int i = 1; i + 1 < kept; i++) {
            emit(mesh, material, 0, i, i + 1);
        }
    }

    private void emit(Mesh mesh, Material material, int a, int b, int c) {
        if (count == materialOf.length) {
            triangles = Arrays.copyOf(triangles, triangles.length * 2);
            materialOf = Arrays.copyOf(materialOf, count * 2);
            meshOf = Arrays.copyOf(meshOf, count * 2);
        }
        int o = count * STRIDE;
        double halfW = width / 2.0;
        double halfH = height / 2.0;
        int k = o;
        for (int i = 0; i < 3; i++) {
            int s = (i == 0 ? a : i == 1 ? b : c) * 8;
            double w = 1 / clip[s + 2];
            triangles[k++] = (float) (halfW + focal * clip[s] * w);
            triangles[k++] = (float) (halfH - focal * clip[s + 1] * w);
            triangles[k++] = (float) w;
        }
        double x0 = triangles[o];
        double y0 = triangles[o + 1];
        double x1 = triangles[o + 3];
        double y1 = triangles[o + 4];
        double x2 = triangles[o + 6];
        double y2 = triangles[o + 7];
        double area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
        if (area > -1e-7) {
            return;
        }
        for (int i = 0; i < 3; i++) {
            int s = (i == 0 ? a : i == 1 ? b : c) * 8;
            triangles[k++] = (float) clip[s + 3];
            triangles[k++] = (float) clip[s + 4];
            triangles[k++] = (float) clip[s + 5];
        }
        for (int i = 0; i < 3; i++) {
            int s = (i == 0 ? a : i == 1 ? b : c) * 8;
            triangles[k++] = (float) clip[s + 6];
            triangles[k++] = (float) clip[s + 7];
        }
        materialOf[count] = material;
        meshOf[count] = mesh;
        fill(o, count, x0, y0, x1, y1, x2, y2, area);
        count++;
    }

    private void fill(int o, int id, double x0, double y0, double x1, double y1, double x2, double y2, double area) {
        int columns = width * SAMPLES;
        int rows = height * SAMPLES;
        double low = Math.min(y0, Math.min(y1, y2)) * SAMPLES;
        double high = Math.max(y0, Math.max(y1, y2)) * SAMPLES;
        int from = Math.max(0, (int) Math.ceil(Math.max(-1, low - 0.5)));
        int to = Math.min(rows - 1, (int) Math.ceil(Math.min(rows + 1.0, high - 0.5)) - 1);
        if (from > to) {
            return;
        }
        double w0 = triangles[o + 2];
        double w1 = triangles[o + 5];
        double w2 = triangles[o + 8];
        double ax = ((w1 - w0) * (y2 - y0) - (w2 - w0) * (y1 - y0)) / area;
        double ay = ((w2 - w0) * (x1 - x0) - (w1 - w0) * (x2 - x0)) / area;
        float stepX = (float) (ax / SAMPLES);
        for (int row = from; row <= to; row++) {
            double y = (row + 0.5) / SAMPLES;
            double left = Double.MAX_VALUE;
            double right = -Double.MAX_VALUE;
            if (y0 <= y != y1 <= y) {
                double x = x0 + (x1 - x0) * (y - y0) / (y1 - y0);
                left = x;
                right = x;
            }
            if (y1 <= y != y2 <= y) {
                double x = x1 + (x2 - x1) * (y - y1) / (y2 - y1);
                left = Math.min(left, x);
                right = Math.max(right, x);
            }
            if (y2 <= y != y0 <= y) {
                double x = x2 + (x0 - x2) * (y - y2) / (y0 - y2);
                left = Math.min(left, x);
                right = Math.max(right, x);
            }
            int first = (int) Math.ceil(Math.max(0, left * SAMPLES - 0.5));
            int last = (int) Math.ceil(Math.min(columns, right * SAMPLES - 0.5)) - 1;
            if (first > last) {
                continue;
            }
            float w = (float) (w0 + ax * ((first + 0.5) / SAMPLES - x0) + ay * (y - y0));
            int end = row * columns + last;
            for (int i = row * columns + first; i <= end; i++) {
                if (w > depth[i]) {
                    depth[i] = w;
                    nearest[i] = id;
                }
                w += stepX;
            }
        }
    }

    /** The area in pixels that the triangles since {@code from} cover together, on a grid of their own. */
    private double measure(int from) {
        double left = Double.MAX_VALUE;
        double top = Double.MAX_VALUE;
        double right = -Double.MAX_VALUE;
        double bottom = -Double.MAX_VALUE;
        for (int t = from; t < count; t++) {
            for (int k = 0; k < 9; k += 3) {
                double x = triangles[t * STRIDE + k];
                double y = triangles[t * STRIDE + k + 1];
                left = Math.min(left, x);
                right = Math.max(right, x);
                top = Math.min(top, y);
                bottom = Math.max(bottom, y);
            }
        }
        if (left >= right) {
            return 0;
        }
        left = Math.max(left, -2.0 * width);
        right = Math.min(right, 3.0 * width);
        top = Math.max(top, -2.0 * height);
        bottom = Math.min(bottom, 3.0 * height);
        double cell = Math.max(0.5, Math.max(right - left, bottom - top) / (STAMP_SIZE - 2));
        stampMark++;
        int cells = 0;
        for (int t = from; t < count; t++) {
            int o = t * STRIDE;
            double x0 = (triangles[o] - left) / cell;
            double y0 = (triangles[o + 1] - top) / cell;
            double x1 = (triangles[o + 3] - left) / cell;
            double y1 = (triangles[o + 4] - top) / cell;
            double x2 = (triangles[o + 6] - left) / cell;
            double y2 = (triangles[o + 7] - top) / cell;
            int first = Math.max(0, (int) Math.ceil(Math.min(y0, Math.min(y1, y2)) - 0.5));
            int last = (int) Math.min(STAMP_SIZE - 1, Math.ceil(Math.max(y0, Math.max(y1, y2)) - 0.5) - 1);
            for (int row = first; row <= last; row++) {
                double y = row + 0.5;
                double a = Double.MAX_VALUE;
                double b = -Double.MAX_VALUE;
                if (y0 <= y != y1 <= y) {
                    a = x0 + (x1 - x0) * (y - y0) / (y1 - y0);
                    b = a;
                }
                if (y1 <= y != y2 <= y) {
                    double x = x1 + (x2 - x1) * (y - y1) / (y2 - y1);
                    a = Math.min(a, x);
                    b = Math.max(b, x);
                }
                if (y2 <= y != y0 <= y) {
                    double x = x2 + (x0 - x2) * (y - y2) / (y0 - y2);
                    a = Math.min(a, x);
                    b = Math.max(b, x);
                }
                int i0 = (int) Math.ceil(Math.max(0, a - 0.5));
                int i1 = (int) Math.ceil(Math.min(STAMP_SIZE, b - 0.5)) - 1;
                for (int i = row * STAMP_SIZE + i0; i <= row * STAMP_SIZE + i1; i++) {
                    if (stamp[i] != stampMark) {
                        stamp[i] = stampMark;
                        cells++;
                    }
                }
            }
        }
        return cells * cell * cell;
    }

    /**
     * The sun's view of a circle on the ground, and what stands on the ground around the camera.
     *
     * @param radius of the circle in metres
     */
    void castShadows(List<Mesh> meshes, double[] toSun, double x, double z, double radius) {
        double lx = toSun[0];
        double ly = toSun[1];
        double lz = toSun[2];
        double flat = Math.max(1e-6, Math.sqrt(lx * lx + lz * lz));
        double ax = lz / flat;
        double az = -lx / flat;
        double bx = ly * az;
        double by = lz * ax - lx * az;
        double bz = -ly * ax;
        double half = SHADOW_SIZE / 2.0 / radius;
        double[] m = toShadow;
        m[0] = ax * half;
        m[1] = 0;
        m[2] = az * half;
        m[3] = SHADOW_SIZE / 2.0 - (ax * x + az * z) * half;
        m[4] = bx * half;
        m[5] = by * half;
        m[6] = bz * half;
        m[7] = SHADOW_SIZE / 2.0 - (bx * x + bz * z) * half;
        m[8] = lx;
        m[9] = ly;
        m[10] = lz;
        m[11] = -(lx * x + lz * z);
        Arrays.fill(shadow, -1e9f);
        Arrays.fill(contact, 0);
        contactX = (float) (x - CONTACT_CELL * CONTACT_SIZE / 2);
        contactZ = (float) (z - CONTACT_CELL * CONTACT_SIZE / 2);
        // what throws a shadow into the circle from outside is some metres away when the sun is low
        double reach = radius + 8 * flat / Math.max(0.3, ly);
        for (Mesh mesh : meshes) {
            if (mesh.castsShadow && mesh.isWithin(x, z, reach)) {
                castShadow(mesh);
            }
        }
        soften(contact, CONTACT_SIZE, 2);
        soften(contact, CONTACT_SIZE, 3);
    }

    private void castShadow(Mesh mesh) {
        int vertices = mesh.vertices;
        if (cameraX.length < vertices) {
            cameraX = new float[vertices * 2];
            cameraY = new float[vertices * 2];
            cameraZ = new float[vertices * 2];
        }
        double[] m = toShadow;
        for (int i = 0; i < vertices; i++) {
            double px = mesh.x[i];
            double py = mesh.y[i];
            double pz = mesh.z[i];
            cameraX[i] = (float) (px * m[0] + py * m[1] + pz * m[2] + m[3]);
            cameraY[i] = (float) (px * m[4] + py * m[5] + pz * m[6] + m[7]);
            cameraZ[i] = (float) (px * m[8] + py * m[9] + pz * m[10] + m[11]);
        }
        for (int t = 0; t < mesh.triangles; t++) {
            int a = mesh.corners[3 * t];
            int b = mesh.corners[3 * t + 1];
            int c = mesh.corners[3 * t + 2];
            stampInto(
                    shadow,
                    SHADOW_SIZE,
                    cameraX[a],
                    cameraY[a],
                    cameraZ[a],
                    cameraX[b],
                    cameraY[b],
                    cameraZ[b],
                    cameraX[c],
                    cameraY[c],
                    cameraZ[c]);
            if (mesh.y[a] < CONTACT_HEIGHT && mesh.y[b] < CONTACT_HEIGHT && mesh.y[c] < CONTACT_HEIGHT) {
                stampInto(
                        contact,
                        CONTACT_SIZE,
                        (mesh.x[a] - contactX) / CONTACT_CELL,
                        (mesh.z[a] - contactZ) / CONTACT_CELL,
                        1 - mesh.y[a] / CONTACT_HEIGHT,
                        (mesh.x[b] - contactX) / CONTACT_CELL,
                        (mesh.z[b] - contactZ) / CONTACT_CELL,
                        1 - mesh.y[b] / CONTACT_HEIGHT,
                        (mesh.x[c] - contactX) / CONTACT_CELL,
                        (mesh.z[c] - contactZ) / CONTACT_CELL,
                        1 - mesh.y[c] / CONTACT_HEIGHT);
            }
        }
    }

    /** Keeps the greatest value at each cell that the triangle covers, whichever way it faces. */
    private static void stampInto(
            float[] map,
            int size,
            float x0,
            float y0,
            float v0,
            float x1,
            float y1,
            float v1,
            float x2,
            float y2,
            float v2) {
        float low = Math.min(y0, Math.min(y1, y2));
        float high = Math.max(y0, Math.max(y1, y2));
        int from = (int) Math.ceil(Math.max(0, low - 0.5f));
        int to = (int) Math.ceil(Math.min(size, high - 0.5f)) - 1;
        float area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
        if (from > to || Math.abs(area) < 1e-9f) {
            return;
        }
        float ax = ((v1 - v0) * (y2 - y0) - (v2 - v0) * (y1 - y0)) / area;
        float ay = ((v2 - v0) * (x1 - x0) - (v1 - v0) * (x2 - x0)) / area;
        for (int row = from; row <= to; row++) {
            float y = row + 0.5f;
            float left = Float.MAX_VALUE;
            float right = -Float.MAX_VALUE;
            if (y0 <= y != y1 <= y) {
                left = x0 + (x1 - x0) * (y - y0) / (y1 - y0);
                right = left;
            }
            if (y1 <= y != y2 <= y) {
                float x = x1 + (x2 - x1) * (y - y1) / (y2 - y1);
                left = Math.min(left, x);
                right = Math.max(right, x);
            }
            if (y2 <= y != y0 <= y) {
                float x = x2 + (x0 - x2) * (y - y2) / (y0 - y2);
                left = Math.min(left, x);
                right = Math.max(right, x);
            }
            int first = (int) Math.ceil(Math.max(0, left - 0.5f));
            int last = (int) Math.ceil(Math.min(size, right - 0.5f)) - 1;
            float value = v0 + ax * (first + 0.5f - x0) + ay * (y - y0);
            for (int i = row * size + first; i <= row * size + last; i++) {
                if (value > map[i]) {
                    map[i] = value;
                }
                value += ax;
            }
        }
    }

    /** A mean over a square, twice over: rows, then columns. */
    private static void soften(float[] map, int size, int radius) {
        float[] line = new float[size];
        for (int pass = 0; pass < 2; pass++) {
            int step = pass == 0 ? 1 : size;
            int next = pass == 0 ? size : 1;
            for (int l = 0; l < size; l++) {
                float sum = 0;
                for (int i = -radius; i < size; i++) {
                    int in = i + radius;
                    if (in < size) {
                        sum += map[l * next + in * step];
                    }
                    int gone = i - radius - 1;
                    if (gone >= 0) {
                        sum -= map[l * next + gone * step];
                    }
                    if (i >= 0) {
                        line[i] = sum / (2 * radius + 1);
                    }
                }
                for (int i = 0; i < size; i++) {
                    map[l * next + i * step] = Math.max(0, line[i]);
                }
            }
        }
    }
}
