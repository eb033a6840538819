package io.sluice.world;

/** Streets: a road along z between pavements, gardens and houses, with what drives, walks and stands there. */
final class Street {
    private static final double FAR = 190;
    private static final double BEHIND = -25;
    private static final Colour[] SIGN_COLOURS = {
        Colour.RED, Colour.BLUE, Colour.GREEN, Colour.YELLOW, Colour.WHITE, Colour.BLACK, Colour.ORANGE
    };

    private final Look look;
    private final Dice dice;
    private final Textures textures;
    private final Scene scene;
    private final Population population;
    private final double road;
    private final double pavement;
    private final double garden;

    private Street(Look look, Dice dice) {
        this.look = look;
        this.dice = dice;
        this.textures = Textures.of(look);
        this.scene = new Scene(Place.STREET, Lights.street(dice), textures.any(Textures.Stuff.CLOUDS, dice));
        this.population = new Population(scene, look, dice);
        this.road = dice.between(3.4, 4.6);
        this.pavement = dice.between(2, 3);
        this.garden = dice.between(1.5, 5);
    }

    static Scene random(Look look, Dice dice) {
        return shot(look, dice, SceneScript.Cast.ANY);
    }

    static Scene shot(Look look, Dice dice, SceneScript.Cast cast) {
        Street street = new Street(look, dice);
        street.ground();
        street.horizon();
        street.houses();
        street.furniture();
        street.aim();
        street.populate(cast);
        return street.scene;
    }

    private void ground() {
        Mesh mesh = scene.mesh(Mesh.NO_OBJECT);
        mesh.castsShadow = false;
        Sculptor s = new Sculptor(mesh, 6);
        Material asphalt = Material.textured(
                        dice.of(0x77777c, 0x6c6d70, 0x85827e), textures.any(Textures.Stuff.ROAD, dice), 0.3)
                .lying();
        Material slabs = Material.textured(
                        dice.of(0xb8b2a6, 0xa8a8a6, 0xbcab98), textures.any(Textures.Stuff.PAVEMENT, dice), 0.4)
                .lying();
        Material grass = Material.textured(
                        dice.of(0x86ac52, 0x74a04a, 0x9aae5c), textures.any(Textures.Stuff.GRASS, dice), 0.45)
                .lying();
        Material kerb = Material.plain(0xc2beb6);
        strip(s, asphalt, -road, road, 0);
        for (int side = -1; side <= 1; side += 2) {
            double a = side * road;
            double b = side * (road + pavement);
            double c = side * 120;
            strip(s, slabs, Math.min(a, b), Math.max(a, b), 0.12);
            strip(s, grass, Math.min(b, c), Math.max(b, c), 0.1);
            double k = side * (road + 0.14);
            strip(s, kerb.lying(), Math.min(a, k), Math.max(a, k), 0.125);
            if (side < 0) {
                s.face(kerb, a, 0, BEHIND, a, 0, FAR, a, 0.125, FAR, a, 0.125, BEHIND);
            } else {
                s.face(kerb, a, 0, FAR, a, 0, BEHIND, a, 0.125, BEHIND, a, 0.125, FAR);
            }
        }
        Material paint = Material.textured(0xe6e2d4, textures.any(Textures.Stuff.ROAD, dice), 0.3)
                .lying();
        if (dice.chance(0.75)) {
            double dash = dice.between(2, 3.5);
            for (double z = BEHIND; z < 90; z += dash * 2.2) {
                s.face(paint, -0.07, 0.012, z, 0.07, 0.012, z, 0.07, 0.012, z + dash, -0.07, 0.012, z + dash);
            }
        }
        if (dice.chance(0.35)) {
            double z = dice.between(5, 12);
            for (double x = -road + 0.4; x < road - 0.4; x += 0.95) {
                s.face(paint, x, 0.014, z, x + 0.5, 0.014, z, x + 0.5, 0.014, z + 3, x, 0.014, z + 3);
            }
        }
    }

    private void strip(Sculptor s, Material material, double x0, double x1, double y) {
        s.face(material, x0, y, BEHIND, x1, y, BEHIND, x1, y, FAR, x0, y, FAR);
    }

    /** Hills and woods, far away. */
    private void horizon() {
        Mesh mesh = scene.mesh(Mesh.NO_OBJECT);
        mesh.castsShadow = false;
        Sculptor s = new Sculptor(mesh, 6);
        for (int layer = 0; layer < 2; layer++) {
            double distance = layer == 0 ? 186 : 150;
            Material hill = Material.plain(layer == 0 ? 0x6c8478 : 0x5c7850);
            double high = layer == 0 ? dice.between(10, 34) : dice.between(5, 12);
            double a = dice.between(0, 6);
            double b = dice.between(0, 6);
            int pieces = 72;
            for (int i = 0; i < pieces; i++) {
                double t0 = 2 * StrictMath.PI * i / pieces;
                double t1 = 2 * StrictMath.PI * (i + 1) / pieces;
                double h0 = hill(t0, high, a, b);
                double h1 = hill(t1, high, a, b);
                double x0 = distance * StrictMath.sin(t0);
                double z0 = distance * StrictMath.cos(t0);
                double x1 = distance * StrictMath.sin(t1);
                double z1 = distance * StrictMath.cos(t1);
                s.face(hill, x0, -1, z0, x1, -1, z1, x1, h1, z1, x0, h0, z0);
            }
        }
    }

    private static double hill(double t, double high, double a, double b) {
        return high
                * (0.5
                        + 0.3 * StrictMath.sin(3 * t + a)
                        + 0.2 * StrictMath.sin(7 * t + b)
                        + 0.08 * StrictMath.sin(23 * t + a * b));
    }

    private void houses() {
        for (int side = -1; side <= 1; side += 2) {
            double z = dice.between(-14, -6);
            double set = road + pavement + garden;
            while (z < 95) {
                House house = House.random(look, dice);
                z += house.width() / 2;
                if (dice.chance(0.82)) {
                    int object = scene.add(new Scene.Thing(Kind.HOUSE, house.colour(), "standing"));
                    double x = side * (set + house.depth() / 2);
                    double yaw = side > 0 ? -StrictMath.PI / 2 : StrictMath.PI / 2;
                    house.sculpt(new Sculptor(scene.mesh(object), 6).stand(x, 0.1, z, yaw, 1));
                    scene.take(x, z, house.depth() / 2);
                    if (dice.chance(0.2) && z > 2 && z < 30) {
                        Colour colour = dice.of(SIGN_COLOURS);
                        int sign = scene.add(new Scene.Thing(Kind.SIGN, colour, "standing"));
                        scene.board(look, dice, side * (set - 0.12), 3.0, z, yaw, 4.4, 0.75, sign, colour);
                    }
                } else {
                    Flora.tree(look, dice, scene.mesh(Mesh.NO_OBJECT), side * (set + 2.5), z, dice.between(4, 7));
                }
                double gap = dice.between(1.5, 4.5);
                if (gap > 2.6) {
                    Flora.tree(
                            look,
                            dice,
                            scene.mesh(Mesh.NO_OBJECT),
                            side * (set + dice.between(-0.5, 3)),
                            z + house.width() / 2 + gap / 2,
                            dice.between(3, 6));
                }
                if (dice.chance(0.5) && garden > 2) {
                    double hx = side * (road + pavement + 0.5);
                    Flora.hedge(
                            look,
                            dice,
                            scene.mesh(Mesh.NO_OBJECT),
                            hx,
                            z - house.width() * 0.4,
                            z + house.width() * 0.25);
                }
                z += house.width() / 2 + gap;
            }
        }
    }

    private void furniture() {
        double spacing = dice.between(14, 22);
        int side = dice.side();
        boolean trees = dice.chance(0.5);
        for (double z = dice.between(5, 11); z < 80; z += spacing) {
            lamp(side * (road + 0.45), z);
            if (trees) {
                Flora.tree(
                        look,
                        dice,
                        scene.mesh(Mesh.NO_OBJECT),
                        -side * (road + 0.7),
                        z + spacing / 2,
                        dice.between(3.5, 5.5));
            }
            side = -side;
        }
    }

    private void lamp(double x, double z) {
        Sculptor s = new Sculptor(scene.mesh(Mesh.NO_OBJECT), 8)
                .stand(x, 0.12, z, x > 0 ? -StrictMath.PI / 2 : StrictMath.PI / 2, 1);
        Material iron =
                Material.plain(look == Look.TRAINING ? 0x3c4442 : 0x55585c).glossy(0.2);
        s.limb(iron, 0, 0, 0, 0.09, 0, 0.8, 0, 0.07);
        s.limb(iron, 0, 0.8, 0, 0.055, 0, 4.6, 0, 0.045);
        s.limb(iron, 0, 4.6, 0, 0.045, 0, 4.9, 0.9, 0.035);
        s.egg(Material.plain(0xf4ead0).glowing(0.5), 0, 4.84, 1.0, 0.12, 0.07, 0.24);
        scene.take(x, z, 0.4);
    }

    /** Chooses where the camera stands and what it looks at. */
    private void aim() {
        double x = dice.chance(0.65)
                ? dice.side() * (road + dice.between(0.4, pavement - 0.3))
                : dice.between(-road, road) * 0.6;
        double yaw =
                dice.chance(0.7) ? dice.between(-0.45, 0.45) - 0.08 * x / road : dice.side() * dice.between(0.5, 1.25);
        if (Math.abs(x) > road && yaw * x > 0) {
            yaw = -yaw;
        }
        double y = dice.between(0.9, 2.2);
        double view = dice.between(0.75, 1.15);
        double pitch = dice.between(-0.14, 0.02);
        scene.from = new Camera(x, y, 0, yaw, pitch, view);
        scene.to = scene.from;
        scene.shadowX = x + 9 * StrictMath.sin(yaw);
        scene.shadowZ = 9 * StrictMath.cos(yaw);
        scene.shadowRadius = 15;
        scene.take(x, 0, 1.2);
    }

    private void populate(SceneScript.Cast cast) {
        int signs = asked(cast.signs(), dice.below(3));
        for (int i = 0; i < signs; i++) {
            poleSign();
        }
        int cars = asked(cast.cars(), dice.of(0, 1, 1, 2, 2, 3));
        for (int i = 0; i < cars; i++) {
            car();
        }
        int dogs = asked(cast.dogs(), dice.of(0, 0, 1, 1, 1, 2));
        for (int i = 0; i < dogs; i++) {
            double[] at = spot(2.5, 9, 0.6);
            if (at.length > 0) {
                population.dog(
                        Dog.random(look, dice),
                        population.dogPose(),
                        at[0],
                        level(at[0]),
                        at[1],
                        dice.between(-3.2, 3.2));
            }
        }
        int people = asked(cast.people(), dice.of(0, 1, 1, 2, 2, 3));
        for (int i = 0; i < people; i++) {
            double[] at = spot(3.6, 16, 0.5);
            if (at.length > 0) {
                double yaw = dice.chance(0.7)
                        ? (dice.chance(0.5) ? 0 : StrictMath.PI) + dice.between(-0.35, 0.35)
                        : dice.between(-3.2, 3.2);
                population.person(Person.random(look, dice), population.pose(), at[0], level(at[0]), at[1], yaw, 0);
            }
        }
    }

    private static int asked(int number, int otherwise) {
        return number < 0 ? otherwise : number;
    }

    private double level(double x) {
        double side = Math.abs(x);
        return side < road ? 0 : side < road + pavement ? 0.12 : 0.1;
    }

    /** A free place in view; empty if none was found. */
    private double[] spot(double near, double far, double radius) {
        Camera camera = scene.from;
        for (int attempt = 0; attempt < 12; attempt++) {
            double part = dice.unit();
            double distance = near + (far - near) * part * part;
            double turn = camera.yaw() + dice.between(-0.42, 0.42) * camera.fieldOfView();
            double x = camera.x() + distance * StrictMath.sin(turn);
            double z = camera.z() + distance * StrictMath.cos(turn);
            if (Math.abs(x) < road + pavement + garden - 0.6 && scene.isFree(x, z, radius)) {
                return new double[] {x, z};
            }
        }
        return new double[0];
    }

    private void car() {
        for (int attempt = 0; attempt < 8; attempt++) {
            int side = dice.side();
            boolean parked = dice.chance(0.6);
            double x = side * (parked ? road - 1.05 : road * 0.48);
            double z = dice.between(4, 28);
            double toX = x - scene.from.x();
            double distance = Math.sqrt(toX * toX + z * z);
            if (distance > 4.6 && scene.isFree(x, z, 2.4)) {
                double yaw = side > 0 ? 0 : StrictMath.PI;
                if (parked && dice.chance(0.3)) {
                    yaw = StrictMath.PI - yaw;
                }
                population.car(Car.random(look, dice), x, z, yaw, parked ? 0 : dice.between(4, 9));
                return;
            }
        }
    }

    private void poleSign() {
        int side = dice.side();
        double x = side * (road + dice.between(0.5, pavement));
        double z = dice.between(3.5, 14);
        if (!scene.isFree(x, z, 0.9)) {
            return;
        }
        Colour colour = dice.of(SIGN_COLOURS);
        int object = scene.add(new Scene.Thing(Kind.SIGN, colour, "standing"));
        boolean low = dice.chance(0.35);
        double high = dice.between(0.35, 0.7);
        double bottom = low ? 0.35 : dice.between(1.5, 2.2);
        double toX = scene.from.x() - x;
        double toZ = scene.from.z() - z;
        double yaw = StrictMath.atan2(toX, toZ) + dice.between(-0.6, 0.6);
        scene.board(look, dice, x, bottom, z, yaw, 2.4, high, object, colour);
        Sculptor s = new Sculptor(scene.mesh(Mesh.NO_OBJECT), 7).stand(x, 0.1, z, yaw, 1);
        Material post = Material.plain(0x6c6f72).glossy(0.2);
        s.limb(post, -0.3, 0, -0.09, 0.035, -0.3, bottom + high * 0.8, -0.09, 0.035);
        s.limb(post, 0.3, 0, -0.09, 0.035, 0.3, bottom + high * 0.8, -0.09, 0.035);
        scene.take(x, z, 0.7);
    }
}
