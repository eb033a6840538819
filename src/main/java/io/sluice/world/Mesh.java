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
