package io.sluice.world;

import java.util.Arrays;

/**
 * Triangles with a material each, in metres: x to the right, y up, z away. Vertices carry a normal of length 1 and texture
 * coordinates. Triangles seen from behind are not drawn unless the mesh is two-sided.
 */
final class Mesh {
    /** In a mesh that is no object of the truth. */
    static final int NO_OBJECT = -1;

    float[] x = new float[256];
    float[] y = new float[256];
    float[] z = new float[256];
    float[] nx = new float[256];
    float[] ny = new float[256];
    float[] nz = new float[256];
    float[] u = new float[256];
    float[] v = new float[256];
    int vertices;

    int[] corners = new int[768];
    Material[] materials = new Material[256];
    int triangles;

    /** Index of the object that the mesh belongs to. */
    final int object;

    boolean castsShadow = true;

    Mesh(int object) {
        this.object = object;
    }

    int vertex(double px, double py, double pz, double a, double b, double c, double tu, double tv) {
        if (vertices == x.length) {
            int size = vertices * 2;
            x = Arrays.copyOf(x, size);
            y = Arrays.copyOf(y, size);
            z = Arrays.copyOf(z, size);
            nx = Arrays.copyOf(nx, size);
            ny = Arrays.copyOf(ny, size);
            nz = Arrays.copyOf(nz, size);
            u = Arrays.copyOf(u, size);
            v = Arrays.copyOf(v, size);
        }
        x[vertices] = (float) px;
        y[vertices] = (float) py;
        z[vertices] = (float) pz;
        nx[vertices] = (float) a;
        ny[vertices] = (float) b;
        nz[vertices] = (float) c;
        u[vertices] = (float) tu;
        v[vertices] = (float) tv;
        return vertices++;
    }

    private double middleX;
    private double middleZ;
    private double reach = -1;

    /** Whether some of it may lie within a circle on the ground; to be asked when the mesh is finished, by any thread. */
    synchronized boolean isWithin(double centreX, double centreZ, double radius) {
        if (reach < 0) {
            measure();
        }
        double dx = middleX - centreX;
        double dz = middleZ - centreZ;
        double far = reach + radius;
        return dx * dx + dz * dz < far * far;
    }

    private void measure() {
        double left = Double.MAX_VALUE;
        double right = -Double.MAX_VALUE;
        double front = Double.MAX_VALUE;
        double back = -Double.MAX_VALUE;
        for (int i = 0; i < vertices; i++) {
            left = Math.min(left, x[i]);
            right = Math.max(right, x[i]);
            front = Math.min(front, z[i]);
            back = Math.max(back, z[i]);
        }
        middleX = (left + right) / 2;
        middleZ = (front + back) / 2;
        reach = vertices == 0 ? 0 : Math.sqrt((right - left) * (right - left) + (back - front) * (back - front)) / 2;
    }

    void triangle(int a, int b, int c, Material material) {
        if (triangles == materials.length) {
            corners = Arrays.copyOf(corners, triangles * 6);
            materials = Arrays.copyOf(materials, triangles * 2);
        }
        corners[3 * triangles] = a;
        corners[3 * triangles + 1] = b;
        corners[3 * triangles + 2] = c;
        materials[triangles++] = material;
    }
}
