package io.sluice.world;

/**
 * Puts shapes into a {@link Mesh}, in the coordinates of a thing: the origin on the ground below it, x to its left or right, y up,
 * z the way it faces. {@link #stand} says where that is in the world. Every shape's outside is the side that is seen.
 */
final class Sculptor {
    private static final int MOST_SEGMENTS = 24;

    private final Mesh mesh;
    private final int segments;
    private double originX;
    private double originY;
    private double originZ;
    private double cos = 1;
    private double sin;
    private double scale = 1;

    /** @param segments of a round shape's circumference, at least 5 */
    Sculptor(Mesh mesh, int segments) {
        this.mesh = mesh;
        this.segments = Math.min(MOST_SEGMENTS, Math.max(5, segments));
    }

    Mesh mesh() {
        return mesh;
    }

    /** From now on things stand there, turned by {@code yaw} radians (0 looks away along z, a quarter turn looks along x). */
    Sculptor stand(double x, double y, double z, double yaw, double scale) {
        this.originX = x;
        this.originY = y;
        this.originZ = z;
        this.cos = StrictMath.cos(yaw);
        this.sin = StrictMath.sin(yaw);
        this.scale = scale;
        return this;
    }

    private int vertex(double x, double y, double z, double a, double b, double c, double u, double v) {
        double sx = x * scale;
        double sz = z * scale;
        return mesh.vertex(
                originX + sx * cos + sz * sin,
                originY + y * scale,
                originZ - sx * sin + sz * cos,
                a * cos + c * sin,
                b,
                -a * sin + c * cos,
                u,
                v);
    }

    /** A flat four-cornered face: corners anticlockwise as seen from outside, texture coordinates in metres. */
    void face(Material material, double... p) {
        double ux = p[3] - p[0];
        double uy = p[4] - p[1];
        double uz = p[5] - p[2];
        double vx = p[9] - p[0];
        double vy = p[10] - p[1];
        double vz = p[11] - p[2];
        double width = Math.sqrt(ux * ux + uy * uy + uz * uz);
        double height = Math.sqrt(vx * vx + vy * vy + vz * vz);
        double dx = p[6] - p[0];
        double dy = p[7] - p[1];
        double dz = p[8] - p[2];
        double ex = p[9] - p[3];
        double ey = p[10] - p[4];
        double ez = p[11] - p[5];
        double nx = ey * dz - ez * dy;
        double ny = ez * dx - ex * dz;
        double nz = ex * dy - ey * dx;
        double length = Math.max(1e-9, Math.sqrt(nx * nx + ny * ny + nz * nz));
        nx /= length;
        ny /= length;
        nz /= length;
        int a = vertex(p[0], p[1], p[2], nx, ny, nz, 0, 0);
        int b = vertex(p[3], p[4], p[5], nx, ny, nz, width * scale, 0);
        int c = vertex(p[6], p[7], p[8], nx, ny, nz, width * scale, height * scale);
        int d = vertex(p[9], p[10], p[11], nx, ny, nz, 0, height * scale);
        mesh.triangle(a, b, c, material);
        mesh.triangle(a, c, d, material);
    }

    /** As {@link #face}, and its back with the same material. */
    void sheet(Material material, double... p) {
        face(material, p);
        face(material, p[3], p[4], p[5], p[0], p[1], p[2], p[9], p[10], p[11], p[6], p[7], p[8]);
    }

    /** A box between two corners. */
    void box(Material material, double x0, double y0, double z0, double x1, double y1, double z1) {
        face(material, x1, y0, z1, x0, y0, z1, x0, y1, z1, x1, y1, z1);
        face(material, x0, y0, z0, x1, y0, z0, x1, y1, z0, x0, y1, z0);
        face(material, x1, y0, z0, x1, y0, z1, x1, y1, z1, x1, y1, z0);
        face(material, x0, y0, z1, x0, y0, z0, x0, y1, z0, x0, y1, z1);
        face(material, x0, y1, z0, x1, y1, z0, x1, y1, z1, x0, y1, z1);
        face(material, x0, y0, z1, x1, y0, z1, x1, y0, z0, x0, y0, z0);
    }

    /** Which material a skin has at a ring and a segment of its circumference, given the usual one. */
    interface Skin {
        Material at(int ring, double turn);
    }

    /**
     * A skin over rings along a spine.
     *
     * @param rings seven numbers each: centre x, y, z; half width, half height; squareness (2 round, more is boxier); lift, by
     *     which the upper half is higher than the lower, as a share of the half height
     * @param upX which way the rings' height points, roughly; must not be along the spine
     */
    void hull(Skin skin, double[] rings, double upX, double upY, double upZ, boolean capped) {
        int count = rings.length / 7;
        int around = segments;
        double[] px = new double[count * (around + 1)];
        double[] py = new double[px.length];
        double[] pz = new double[px.length];
        double[] nx = new double[px.length];
        double[] ny = new double[px.length];
        double[] nz = new double[px.length];
        double along = 0;
        double[] distance = new double[count];
        for (int r = 0; r < count; r++) {
            int from = Math.max(0, r - 1) * 7;
            int to = Math.min(count - 1, r + 1) * 7;
            double tx = rings[to] - rings[from];
            double ty = rings[to + 1] - rings[from + 1];
            double tz = rings[to + 2] - rings[from + 2];
            double length = Math.max(1e-9, Math.sqrt(tx * tx + ty * ty + tz * tz));
            tx /= length;
            ty /= length;
            tz /= length;
            double sx = upY * tz - upZ * ty;
            double sy = upZ * tx - upX * tz;
            double sz = upX * ty - upY * tx;
            length = Math.max(1e-9, Math.sqrt(sx * sx + sy * sy + sz * sz));
            sx /= length;
            sy /= length;
            sz /= length;
            double wx = ty * sz - tz * sy;
            double wy = tz * sx - tx * sz;
            double wz = tx * sy - ty * sx;
            int o = r * 7;
            if (r > 0) {
                double ax = rings[o] - rings[o - 7];
                double ay = rings[o + 1] - rings[o - 6];
                double az = rings[o + 2] - rings[o - 5];
                along += Math.sqrt(ax * ax + ay * ay + az * az);
            }
            distance[r] = along;
            double square = rings[o + 5];
            for (int s = 0; s <= around; s++) {
                double turn = 2 * StrictMath.PI * s / around;
                double c = StrictMath.cos(turn);
                double d = StrictMath.sin(turn);
                double wide = c;
                double high = d;
                if (square > 2.01) {
                    double norm = StrictMath.pow(
                            StrictMath.pow(Math.abs(c), square) + StrictMath.pow(Math.abs(d), square), -1 / square);
                    wide = c * norm;
                    high = d * norm;
                }
                wide *= rings[o + 3];
                high *= rings[o + 4] * (d > 0 ? 1 + rings[o + 6] : 1);
                int i = r * (around + 1) + s;
                px[i] = rings[o] + sx * wide + wx * high;
                py[i] = rings[o + 1] + sy * wide + wy * high;
                pz[i] = rings[o + 2] + sz * wide + wz * high;
            }
        }
        for (int r = 0; r + 1 < count; r++) {
            for (int s = 0; s < around; s++) {
                int a = r * (around + 1) + s;
                int b = a + 1;
                int c = a + around + 2;
                int d = a + around + 1;
                addNormal(a, b, c, d, px, py, pz, nx, ny, nz);
            }
        }
        for (int r = 0; r < count; r++) {
            int a = r * (around + 1);
            int b = a + around;
            nx[a] = nx[b] += nx[a];
            ny[a] = ny[b] += ny[a];
            nz[a] = nz[b] += nz[a];
        }
        int first = mesh.vertices;
        for (int i = 0; i < px.length; i++) {
            double length = Math.max(1e-12, Math.sqrt(nx[i] * nx[i] + ny[i] * ny[i] + nz[i] * nz[i]));
            int r = i / (around + 1);
            double girth = StrictMath.PI * (rings[r * 7 + 3] + rings[r * 7 + 4]);
            vertex(
                    px[i],
                    py[i],
                    pz[i],
                    nx[i] / length,
                    ny[i] / length,
                    nz[i] / length,
                    (i % (around + 1)) / (double) around * girth * scale,
                    distance[r] * scale);
        }
        for (int r = 0; r + 1 < count; r++) {
            for (int s = 0; s < around; s++) {
                int a = first + r * (around + 1) + s;
                Material material = skin.at(r, (s + 0.5) / around);
                mesh.triangle(a, a + around + 2, a + 1, material);
                mesh.triangle(a, a + around + 1, a + around + 2, material);
            }
        }
        if (capped) {
            cap(skin.at(0, 0.25), rings, 0, px, py, pz, true);
            cap(skin.at(count - 2, 0.25), rings, count - 1, px, py, pz, false);
        }
    }

    private static void addNormal(
            int a, int b, int c, int d, double[] px, double[] py, double[] pz, double[] nx, double[] ny, double[] nz) {
        double ex = px[c] - px[a];
        double ey = py[c] - py[a];
        double ez = pz[c] - pz[a];
        double fx = px[d] - px[b];
        double fy = py[d] - py[b];
        double fz = pz[d] - pz[b];
        double x = ey * fz - ez * fy;
        double y = ez * fx - ex * fz;
        double z = ex * fy - ey * fx;
        for (int i : new int[] {a, b, c, d}) {
            nx[i] += x;
            ny[i] += y;
            nz[i] += z;
        }
    }

    private void cap(
            Material material, double[] rings, int ring, double[] px, double[] py, double[] pz, boolean start) {
        int other = start ? 1 : ring - 1;
        double tx = rings[ring * 7] - rings[other * 7];
        double ty = rings[ring * 7 + 1] - rings[other * 7 + 1];
        double tz = rings[ring * 7 + 2] - rings[other * 7 + 2];
        double length = Math.max(1e-9, Math.sqrt(tx * tx + ty * ty + tz * tz));
        tx /= length;
        ty /= length;
        tz /= length;
        int centre = vertex(rings[ring * 7], rings[ring * 7 + 1], rings[ring * 7 + 2], tx, ty, tz, 0, 0);
        int first = mesh.vertices;
        for (int s = 0; s <= segments; s++) {
            int i = ring * (segments + 1) + s;
            double u = (px[i] - rings[ring * 7]) * scale;
            vertex(px[i], py[i], pz[i], tx, ty, tz, u, (py[i] - rings[ring * 7 + 1]) * scale);
        }
        for (int s = 0; s < segments; s++) {
            if (start) {
                mesh.triangle(centre, first + s, first + s + 1, material);
            } else {
                mesh.triangle(centre, first + s + 1, first + s, material);
            }
        }
    }

    /** A limb with round ends, thicker at one end or the other. */
    void limb(
            Material material, double ax, double ay, double az, double ra, double bx, double by, double bz, double rb) {
        double tx = bx - ax;
        double ty = by - ay;
        double tz = bz - az;
        double length = Math.max(1e-9, Math.sqrt(tx * tx + ty * ty + tz * tz));
        tx /= length;
        ty /= length;
        tz /= length;
        double[] rings = new double[8 * 7];
        double[] ends = {-0.98, -0.8, -0.4, 0};
        for (int i = 0; i < 4; i++) {
            double round = Math.sqrt(1 - ends[i] * ends[i]);
            ring(
                    rings,
                    i,
                    ax + tx * ra * ends[i],
                    ay + ty * ra * ends[i],
                    az + tz * ra * ends[i],
                    ra * round,
                    ra * round);
            ring(
                    rings,
                    7 - i,
                    bx - tx * rb * ends[i],
                    by - ty * rb * ends[i],
                    bz - tz * rb * ends[i],
                    rb * round,
                    rb * round);
        }
        boolean upright = Math.abs(ty) > 0.9;
        hull((r, t) -> material, rings, 0, upright ? 0 : 1, upright ? 1 : 0, false);
    }

    static void ring(double[] rings, int index, double x, double y, double z, double wide, double high) {
        rings[index * 7] = x;
        rings[index * 7 + 1] = y;
        rings[index * 7 + 2] = z;
        rings[index * 7 + 3] = wide;
        rings[index * 7 + 4] = high;
        rings[index * 7 + 5] = 2;
    }

    /** Radii at a direction, so that an egg can be lumpy. */
    interface Lumps {
        double at(double x, double y, double z);
    }

    void egg(Material material, double x, double y, double z, double rx, double ry, double rz) {
        egg((ring, turn) -> material, x, y, z, rx, ry, rz, 0, (a, b, c) -> 1);
    }

    /** An egg whose z axis is tilted up by {@code pitch} radians; rings run from bottom to top. */
    void egg(Skin skin, double x, double y, double z, double rx, double ry, double rz, double pitch, Lumps lumps) {
        int rows = Math.max(5, segments * 2 / 3);
        double tiltCos = StrictMath.cos(pitch);
        double tiltSin = StrictMath.sin(pitch);
        int first = mesh.vertices;
        for (int r = 0; r <= rows; r++) {
            double polar = StrictMath.PI * r / rows - StrictMath.PI / 2;
            double h = StrictMath.sin(polar);
            double w = StrictMath.cos(polar);
            for (int s = 0; s <= segments; s++) {
                double turn = 2 * StrictMath.PI * s / segments;
                double cx = s == segments ? w : w * StrictMath.cos(turn);
                double cz = s == segments ? 0 : w * StrictMath.sin(turn);
                double lump = lumps.at(cx, h, cz);
                double ox = cx * rx * lump;
                double oy = h * ry * lump;
                double oz = cz * rz * lump;
                double ax = cx / rx;
                double ay = h / ry;
                double az = cz / rz;
                double length = Math.max(1e-9, Math.sqrt(ax * ax + ay * ay + az * az));
                ax /= length;
                ay /= length;
                az /= length;
                vertex(
                        x + ox,
                        y + oy * tiltCos + oz * tiltSin,
                        z - oy * tiltSin + oz * tiltCos,
                        ax,
                        ay * tiltCos + az * tiltSin,
                        -ay * tiltSin + az * tiltCos,
                        s / (double) segments * 2 * StrictMath.PI * Math.max(rx, rz) * scale,
                        polar * ry * scale);
            }
        }
        for (int r = 0; r < rows; r++) {
            for (int s = 0; s < segments; s++) {
                int a = first + r * (segments + 1) + s;
                Material material = skin.at(r, (s + 0.5) / segments);
                mesh.triangle(a, a + 1, a + segments + 2, material);
                mesh.triangle(a, a + segments + 2, a + segments + 1, material);
            }
        }
    }

    /** A disc or drum along x between two places, with flat sides. */
    void drum(Material rim, Material sides, double x0, double x1, double y, double z, double radius) {
        double[] rings = new double[14];
        ring(rings, 0, x0, y, z, radius, radius);
        ring(rings, 1, x1, y, z, radius, radius);
        hull((r, t) -> rim, rings, 0, 1, 0, false);
        double[] face = new double[14];
        ring(face, 0, x0, y, z, radius, radius);
        ring(face, 1, x1, y, z, radius, radius);
        int around = segments;
        for (int side = 0; side < 2; side++) {
            double x = side == 0 ? x0 : x1;
            double n = (x1 > x0) == (side == 1) ? 1 : -1;
            int centre = vertex(x, y, z, n, 0, 0, 0, 0);
            int first = mesh.vertices;
            for (int s = 0; s <= around; s++) {
                double turn = 2 * StrictMath.PI * s / around;
                double c = StrictMath.cos(turn) * radius;
                double d = StrictMath.sin(turn) * radius;
                vertex(x, y + d, z + c, n, 0, 0, c, d);
            }
            for (int s = 0; s < around; s++) {
                if (n < 0) {
                    mesh.triangle(centre, first + s + 1, first + s, sides);
                } else {
                    mesh.triangle(centre, first + s, first + s + 1, sides);
                }
            }
        }
    }

    /** The first of two materials where a condition on ring and turn holds. */
    static Skin either(Material yes, Material no, Where where) {
        return (ring, turn) -> where.test(ring, turn) ? yes : no;
    }

    /** A part of a skin. */
    interface Where {
        boolean test(int ring, double turn);
    }
}
