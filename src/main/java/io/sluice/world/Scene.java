package io.sluice.world;

import java.awt.Shape;
import java.util.ArrayList;
import java.util.List;

/** A place with things in it, some of which move. Times are seconds since the shot began. */
final class Scene {
    /** Something that is an object of the truth. */
    record Thing(Kind kind, Colour colour, String action) {}

    /** Something that may look different at another time; makes its mesh for the object that it is. */
    interface Actor {
        void sculpt(Sculptor sculptor, double seconds);
    }

    /** @param object index into the things */
    record Placed(int object, double size, double x, double z, Actor actor) {}

    /**
     * A flat face with words.
     *
     * @param mesh and material of the face
     * @param origin of the words' baseline and left edge in the world
     * @param right a capital's height along the baseline, in the world
     * @param up a capital's height upwards, in the world
     */
    record Board(
            Mesh mesh,
            Material material,
            double[] origin,
            double[] right,
            double[] up,
            Shape outline,
            String words,
            int ink) {}

    final Place place;
    final Light light;
    final Texture clouds;
    final List<Mesh> meshes = new ArrayList<>();
    final List<Thing> things = new ArrayList<>();
    final List<Placed> actors = new ArrayList<>();
    final List<Board> boards = new ArrayList<>();
    Camera from = new Camera(0, 1.5, 0, 0, 0, 1);
    Camera to = from;
    double shadowX;
    double shadowZ;
    double shadowRadius = 14;

    Scene(Place place, Light light, Texture clouds) {
        this.place = place;
        this.light = light;
        this.clouds = clouds;
    }

    int add(Thing thing) {
        things.add(thing);
        return things.size() - 1;
    }

    Mesh mesh(int object) {
        Mesh mesh = new Mesh(object);
        meshes.add(mesh);
        return mesh;
    }

    /** Circles on the ground that are taken. */
    private final List<double[]> taken = new ArrayList<>();

    boolean isFree(double x, double z, double radius) {
        for (double[] t : taken) {
            double dx = t[0] - x;
            double dz = t[1] - z;
            double r = t[2] + radius;
            if (dx * dx + dz * dz < r * r) {
                return false;
            }
        }
        return true;
    }

    void take(double x, double z, double radius) {
        taken.add(new double[] {x, z, radius});
    }

    /**
     * A board with words, its face towards {@code yaw}.
     *
     * @param x middle of the board's lower edge, so y and z
     */
    void board(
            Look look,
            Dice dice,
            double x,
            double y,
            double z,
            double yaw,
            double most,
            double high,
            int object,
            Colour colour) {
        Lettering lettering = Lettering.any(look, dice);
        String words = Words.sign(look, dice);
        Shape outline = lettering.outline(words);
        java.awt.geom.Rectangle2D ink = outline.getBounds2D();
        double cap = high * 0.52 / Math.max(1, ink.getHeight());
        if (ink.getWidth() * cap > most * 0.84) {
            cap = most * 0.84 / ink.getWidth();
        }
        double wide = Math.min(most, ink.getWidth() * cap + high * 0.5);
        Material face = Material.plain(colour.shade(look, dice)).glossy(0.05);
        boolean light = colour == Colour.WHITE || colour == Colour.YELLOW || colour == Colour.ORANGE;
        int written = light ? dice.of(0x1a1a1c, 0x20304a, 0x5a1414) : dice.of(0xf4f2ea, 0xf4f2ea, 0xf4e08a);
        Material rim = light ? face.times(0.45) : Material.plain(0xe4e0d4);
        Mesh mesh = mesh(object);
        Sculptor s = new Sculptor(mesh, 6).stand(x, y, z, yaw, 1);
        double w = wide / 2;
        double t = Math.min(0.04, high * 0.07);
        s.box(rim, -w - t, -t, -0.05, w + t, high + t, 0);
        s.face(face, w, 0, 0.004, -w, 0, 0.004, -w, high, 0.004, w, high, 0.004);
        double c = StrictMath.cos(yaw);
        double d = StrictMath.sin(yaw);
        double baseline = high / 2 - (-ink.getCenterY()) * cap;
        // the face looks along plus z of the thing, so its left as one reads is at plus x
        double lx = ink.getWidth() / 2 * cap;
        double[] origin = {x + lx * c + 0.006 * d, y + baseline, z - lx * d + 0.006 * c};
        boards.add(new Board(
                mesh,
                face,
                origin,
                new double[] {-cap * c, 0, cap * d},
                new double[] {0, cap, 0},
                outline,
                words,
                written));
    }

    Camera camera(double part) {
        return from.towards(to, part);
    }
}
