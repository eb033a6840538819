package io.sluice.world;

/** Rooms: three walls and a floor, furniture, and who is at home. The camera looks along z from the open side. */
final class Room {
    private static final double HIGH = 2.7;
    private static final int[] WALLS_TRAINING = {0xe6dcc8, 0xc8d4cc, 0xd8c0b0, 0xb8c6d4, 0xe4e0d8, 0xa8b49c};
    private static final int[] WALLS_HELD_OUT = {0xd4ccd8, 0xe0d4b0, 0xb4c4bc, 0xccb49c, 0x9cacbc};
    private static final int[] WOODS_TRAINING = {0xa8764a, 0x8a5c38, 0xc89a68, 0x6a4630};
    private static final int[] WOODS_HELD_OUT = {0x966844, 0xb88a5c, 0x5c4030, 0xd0b088};
    private static final int[] CLOTHS_TRAINING = {0x5a7088, 0x8a5a4c, 0x6c7c5c, 0xb8a488, 0x4c4c58};
    private static final int[] CLOTHS_HELD_OUT = {0x7c6884, 0x4c7470, 0xa87c48, 0x8c8c90, 0x3c4c68};
    private static final Colour[] SIGN_COLOURS = {
        Colour.RED, Colour.BLUE, Colour.GREEN, Colour.YELLOW, Colour.WHITE, Colour.BLACK, Colour.ORANGE
    };

    private final Look look;
    private final Dice dice;
    private final Textures textures;
    private final Scene scene;
    private final Population population;
    private final double half;
    private final double depth;
    private final Material wood;

    private Room(Look look, Dice dice) {
        this.look = look;
        this.dice = dice;
        this.textures = Textures.of(look);
        this.half = dice.between(2.4, 3.6);
        this.depth = dice.between(5.2, 7.5);
        double[] lamp = {dice.between(-0.7, 0.7) * half, dice.between(1.5, 2.2), dice.between(0.5, 0.85) * depth};
        this.scene = new Scene(Place.ROOM, Lights.room(dice, lamp), textures.any(Textures.Stuff.CLOUDS, dice));
        this.population = new Population(scene, look, dice);
        int[] woods = look == Look.TRAINING ? WOODS_TRAINING : WOODS_HELD_OUT;
        this.wood = Material.textured(woods[dice.below(woods.length)], textures.any(Textures.Stuff.WOOD, dice), 0.8)
                .glossy(0.12);
    }

    static Scene random(Look look, Dice dice) {
        return shot(look, dice, SceneScript.Cast.ANY);
    }

    static Scene shot(Look look, Dice dice, SceneScript.Cast cast) {
        Room room = new Room(look, dice);
        room.shell();
        room.aim();
        room.furnish();
        room.populate(cast);
        return room.scene;
    }

    private Material cloth() {
        int[] cloths = look == Look.TRAINING ? CLOTHS_TRAINING : CLOTHS_HELD_OUT;
        return Material.textured(cloths[dice.below(cloths.length)], textures.any(Textures.Stuff.CLOTH, dice), 1.4);
    }

    private void shell() {
        Mesh mesh = scene.mesh(Mesh.NO_OBJECT);
        mesh.castsShadow = false;
        Sculptor s = new Sculptor(mesh, 8);
        int[] walls = look == Look.TRAINING ? WALLS_TRAINING : WALLS_HELD_OUT;
        int tone = walls[dice.below(walls.length)];
        Material wall = Material.textured(
                tone, textures.any(dice.chance(0.5) ? Textures.Stuff.WALLPAPER : Textures.Stuff.PLASTER, dice), 0.5);
        Material floor = floor();
        Material white = Material.plain(0xece8e0);
        double front = -1.5;
        s.face(floor, -half, 0, front, half, 0, front, half, 0, depth, -half, 0, depth);
        s.face(white, -half, HIGH, depth, half, HIGH, depth, half, HIGH, front, -half, HIGH, front);
        s.face(wall, -half, 0, depth, half, 0, depth, half, HIGH, depth, -half, HIGH, depth);
        s.face(wall, -half, 0, front, -half, 0, depth, -half, HIGH, depth, -half, HIGH, front);
        s.face(wall, half, 0, depth, half, 0, front, half, HIGH, front, half, HIGH, depth);
        s.box(white, -half, 0, depth - 0.02, half, 0.12, depth);
        s.box(white, -half, 0, front, -half + 0.02, 0.12, depth);
        s.box(white, half - 0.02, 0, front, half, 0.12, depth);
        if (dice.chance(0.6)) {
            window(s, dice.between(-0.5, 0.5) * half, dice.between(0.5, 0.7));
        } else {
            door(s, dice.side() * half * 0.55);
        }
        if (dice.chance(0.8)) {
            pictures(s);
        }
    }

    private Material floor() {
        int kind = dice.below(3);
        if (kind == 0) {
            return Material.textured(
                            dice.of(0xa89880, 0x8c98a0, 0xb8b0a0), textures.any(Textures.Stuff.CARPET, dice), 0.6)
                    .lying();
        }
        if (kind == 1 && look == Look.TRAINING) {
            return Material.textured(0xd8d2c4, textures.any(Textures.Stuff.PAVEMENT, dice), 0.6)
                    .glossy(0.15)
                    .lying();
        }
        int[] woods = look == Look.TRAINING ? WOODS_TRAINING : WOODS_HELD_OUT;
        return Material.textured(woods[dice.below(woods.length)], textures.any(Textures.Stuff.FLOOR, dice), 0.55)
                .glossy(0.1)
                .lying();
    }

    private void window(Sculptor s, double x, double wide) {
        double z = depth - 0.03;
        Material frame = Material.plain(0xf0ece4);
        Material outside = Material.plain(0xcfe2f2).glowing(0.75);
        Material green = Material.plain(0x8fae80).glowing(0.5);
        double b = 0.95;
        double t = 2.25;
        s.box(frame, x - wide - 0.08, b - 0.08, z - 0.03, x + wide + 0.08, t + 0.08, z + 0.02);
        s.face(outside, x - wide, b, z - 0.035, x + wide, b, z - 0.035, x + wide, t, z - 0.035, x - wide, t, z - 0.035);
        s.face(
                green, x - wide, b, z - 0.04, x + wide, b, z - 0.04, x + wide, b + 0.35, z - 0.04, x - wide, b + 0.45,
                z - 0.04);
        s.box(frame, x - 0.025, b, z - 0.06, x + 0.025, t, z);
        s.box(frame, x - wide, b + 0.75, z - 0.06, x + wide, b + 0.79, z);
        s.box(frame, x - wide - 0.15, b - 0.14, z - 0.16, x + wide + 0.15, b - 0.08, z);
        Material curtain = cloth().times(1.15);
        for (int side = -1; side <= 1; side += 2) {
            int folds = 7;
            double from = x + side * (wide - 0.02);
            for (int i = 0; i < folds; i++) {
                double cx = from + side * (0.05 + i * 0.075);
                s.limb(curtain, cx, 0.25, z - 0.12, 0.055, cx, t + 0.2, z - 0.12, 0.045);
            }
        }
        s.limb(wood, x - wide - 0.7, t + 0.22, z - 0.12, 0.02, x + wide + 0.7, t + 0.22, z - 0.12, 0.02);
    }

    private void door(Sculptor s, double x) {
        double z = depth;
        Material white = Material.plain(0xe6e0d4);
        s.box(white, x - 0.55, 0, z - 0.05, x + 0.55, 2.15, z);
        Material leaf = dice.chance(0.5) ? wood : Material.plain(0xd8d4c8);
        s.box(leaf, x - 0.45, 0.01, z - 0.07, x + 0.45, 2.05, z);
        Material inner = leaf.times(0.9);
        s.box(inner, x - 0.33, 0.2, z - 0.08, x + 0.33, 0.95, z);
        s.box(inner, x - 0.33, 1.1, z - 0.08, x + 0.33, 1.9, z);
        s.egg(Material.plain(0xc8b070).glossy(0.7), x + 0.38, 1.02, z - 0.11, 0.04, 0.04, 0.04);
    }

    private void pictures(Sculptor s) {
        int side = dice.side();
        double x = side * (half - 0.012);
        for (int i = 0; i < 2; i++) {
            double z = depth * (0.45 + 0.27 * i);
            double w = dice.between(0.25, 0.4);
            Material canvas = Material.plain(dice.of(0x7c98a8, 0xc0a070, 0x8a9a6c, 0xb87860));
            Material shape = Material.plain(dice.of(0xe4d8b8, 0x3c5468, 0xd8a850));
            s.box(wood, Math.min(x, x - side * 0.03), 1.25, z - w, Math.max(x, x - side * 0.03), 1.9, z + w);
            s.box(
                    canvas,
                    Math.min(x, x - side * 0.035),
                    1.3,
                    z - w + 0.05,
                    Math.max(x, x - side * 0.035),
                    1.85,
                    z + w - 0.05);
            s.box(
                    shape,
                    Math.min(x, x - side * 0.038),
                    1.35,
                    z - w * 0.5,
                    Math.max(x, x - side * 0.038),
                    1.55,
                    z + w * 0.4);
        }
    }

    private void aim() {
        double yaw = dice.between(-0.3, 0.3);
        scene.from = new Camera(
                -yaw * half * 0.9,
                dice.between(0.8, 1.55),
                dice.between(-1.2, -0.4),
                yaw,
                dice.between(-0.16, -0.03),
                dice.between(0.95, 1.2));
        scene.to = scene.from;
        scene.shadowX = 0;
        scene.shadowZ = depth / 2;
        scene.shadowRadius = 6;
        scene.take(scene.from.x(), scene.from.z(), 0.9);
    }

    private void furnish() {
        if (dice.chance(0.6)) {
            Mesh mesh = scene.mesh(Mesh.NO_OBJECT);
            mesh.castsShadow = false;
            Material rug = Material.textured(
                            Colour.values()[dice.between(3, 8)].shade(look, dice),
                            textures.any(Textures.Stuff.CARPET, dice),
                            0.8)
                    .lying();
            double x = dice.between(-0.4, 0.4);
            double z = depth * 0.5;
            double w = dice.between(0.9, 1.5);
            double d = dice.between(0.7, 1.2);
            Sculptor s = new Sculptor(mesh, 6).stand(x, 0, z, dice.between(-0.2, 0.2), 1);
            s.box(rug.times(0.7).lying(), -w, 0, -d, w, 0.012, d);
            s.face(
                    rug, -w + 0.08, 0.014, -d + 0.08, w - 0.08, 0.014, -d + 0.08, w - 0.08, 0.014, d - 0.08, -w + 0.08,
                    0.014, d - 0.08);
        }
        double sofaX = dice.between(-0.45, 0.45) * half;
        boolean sofa = dice.chance(0.75);
        if (sofa) {
            sofa(sofaX, depth - 0.75);
        }
        if (dice.chance(0.7)) {
            shelf(dice.side() * (half - 0.22), depth * dice.between(0.45, 0.7));
        }
        if (dice.chance(0.6)) {
            table(dice.side() * half * dice.between(0.4, 0.6), depth * dice.between(0.42, 0.6));
        }
        if (dice.chance(0.7)) {
            double x = dice.side() * (half - 0.45);
            double z = depth - 0.5;
            if (scene.isFree(x, z, 0.35)) {
                Sculptor s = new Sculptor(scene.mesh(Mesh.NO_OBJECT), 9);
                Flora.plant(look, dice, s, x, z, dice.between(0.9, 1.5));
                scene.take(x, z, 0.4);
            }
        }
        floorLamp();
        if (dice.chance(0.55)) {
            Colour colour = dice.of(SIGN_COLOURS);
            int object = scene.add(new Scene.Thing(Kind.SIGN, colour, "standing"));
            boolean back = dice.chance(0.5);
            double high = dice.between(0.25, 0.5);
            if (back) {
                double x = dice.side() * half * dice.between(0.6, 0.75);
                scene.board(
                        look, dice, x, dice.between(1.5, 1.9), depth - 0.04, StrictMath.PI, 1.4, high, object, colour);
            } else {
                int side = dice.side();
                double z = depth * dice.between(0.5, 0.75);
                scene.board(
                        look,
                        dice,
                        side * (half - 0.05),
                        dice.between(1.4, 1.8),
                        z,
                        side > 0 ? -StrictMath.PI / 2 : StrictMath.PI / 2,
                        1.6,
                        high,
                        object,
                        colour);
            }
        }
    }

    private void cushion(Sculptor s, Material m, double x0, double y0, double z0, double x1, double y1, double z1) {
        double[] rings = new double[4 * 7];
        double cy = (y0 + y1) / 2;
        double cz = (z0 + z1) / 2;
        double hy = (y1 - y0) / 2;
        double hz = (z1 - z0) / 2;
        double round = Math.min(0.05, (x1 - x0) * 0.2);
        double[] xs = {x0, x0 + round, x1 - round, x1};
        for (int i = 0; i < 4; i++) {
            double shrink = i == 0 || i == 3 ? 0.88 : 1;
            Sculptor.ring(rings, i, xs[i], cy, cz, hz * shrink, hy * shrink);
            rings[i * 7 + 5] = 5;
        }
        s.hull((r, t) -> m, rings, 0, 1, 0, true);
    }

    private void sofa(double x, double z) {
        Material m = cloth();
        Material seat = m.times(1.12);
        double w = dice.between(0.8, 1.1);
        Sculptor s = new Sculptor(scene.mesh(Mesh.NO_OBJECT), 14).stand(x, 0, z, StrictMath.PI, 1);
        cushion(s, m, -w, 0.1, -0.4, w, 0.36, 0.42);
        cushion(s, m, -w, 0.2, -0.42, w, 0.86, -0.2);
        cushion(s, seat, -w + 0.16, 0.34, -0.25, -0.01, 0.47, 0.43);
        cushion(s, seat, 0.01, 0.34, -0.25, w - 0.16, 0.47, 0.43);
        cushion(s, m, -w - 0.04, 0.1, -0.42, -w + 0.16, 0.6, 0.42);
        cushion(s, m, w - 0.16, 0.1, -0.42, w + 0.04, 0.6, 0.42);
        for (int side = -1; side <= 1; side += 2) {
            s.limb(wood, side * (w - 0.1), 0, 0.3, 0.025, side * (w - 0.1), 0.1, 0.3, 0.03);
        }
        Material pillow = Material.textured(
                Colour.values()[dice.between(4, 8)].shade(look, dice), textures.any(Textures.Stuff.CLOTH, dice), 2);
        s.egg((r, t) -> pillow, w * 0.55, 0.6, -0.12, 0.22, 0.17, 0.08, -0.3, (a, b, c) -> 1 + 0.12 * Math.abs(a * b));
        scene.take(x, z, w * 0.8);
        if (dice.chance(0.45)) {
            double px = x + dice.side() * w * 0.4;
            Person person = Person.random(look, dice);
            population.person(person, Person.Pose.SITTING, px, 0, z - 0.08, StrictMath.PI, 0.45);
        }
    }

    private void shelf(double x, double z) {
        Sculptor s = new Sculptor(scene.mesh(Mesh.NO_OBJECT), 6)
                .stand(x, 0, z, x > 0 ? -StrictMath.PI / 2 : StrictMath.PI / 2, 1);
        double w = dice.between(0.4, 0.7);
        int boards = dice.between(3, 5);
        double high = boards * 0.36 + 0.08;
        s.box(wood, -w, 0, -0.16, -w + 0.03, high, 0.16);
        s.box(wood, w - 0.03, 0, -0.16, w, high, 0.16);
        s.box(wood.times(0.7), -w, 0, -0.17, w, high, -0.15);
        for (int b = 0; b <= boards; b++) {
            double y = 0.05 + b * 0.36;
            s.box(wood, -w, y - 0.03, -0.16, w, y, 0.16);
            if (b == boards) {
                break;
            }
            double at = -w + 0.05;
            while (at < w - 0.1 && !dice.chance(0.06)) {
                double thick = dice.between(0.025, 0.06);
                double tall = dice.between(0.2, 0.3);
                Material cover = Material.plain(Colour.values()[dice.below(9)].shade(look, dice))
                        .times(0.8);
                s.box(cover, at, y, -0.12, at + thick, y + tall, dice.between(0.05, 0.13));
                at += thick + 0.004;
            }
        }
        scene.take(x, z, w);
    }

    private void table(double x, double z) {
        if (!scene.isFree(x, z, 0.6)) {
            return;
        }
        Sculptor s = new Sculptor(scene.mesh(Mesh.NO_OBJECT), 10).stand(x, 0, z, dice.between(-0.3, 0.3), 1);
        double high = dice.of(0.42, 0.74);
        double w = high < 0.5 ? 0.5 : 0.42;
        s.box(wood, -w, high - 0.04, -0.36, w, high, 0.36);
        for (int a = -1; a <= 1; a += 2) {
            for (int b = -1; b <= 1; b += 2) {
                s.limb(wood, a * (w - 0.06), 0, b * 0.3, 0.022, a * (w - 0.06), high - 0.04, b * 0.3, 0.03);
            }
        }
        Material cup =
                Material.plain(Colour.values()[dice.below(9)].shade(look, dice)).glossy(0.4);
        double[] mug = {0.1, high, 0.05, 0.04, 0.04, 2, 0, 0.1, high + 0.09, 0.05, 0.045, 0.045, 2, 0};
        s.hull((r, t) -> cup, mug, 0, 0, 1, true);
        Material book = Material.plain(Colour.values()[dice.below(9)].shade(look, dice));
        s.box(book, -0.3, high, -0.15, -0.08, high + 0.03, 0.15);
        double[] bowl = {-0.05, high, -0.12, 0.05, 0.05, 2, 0, -0.05, high + 0.07, -0.12, 0.11, 0.11, 2, 0};
        s.hull((r, t) -> cup.times(0.8), bowl, 0, 0, 1, false);
        scene.take(x, z, 0.6);
    }

    private void floorLamp() {
        float[] lamp = scene.light.lamp();
        double x = lamp[0];
        double z = lamp[2];
        if (!scene.isFree(x, z, 0.3)) {
            x = lamp[0] > 0 ? half - 0.35 : -half + 0.35;
            z = depth - 0.35;
        }
        Sculptor s = new Sculptor(scene.mesh(Mesh.NO_OBJECT), 14).stand(x, 0, z, 0, 1);
        s.mesh().castsShadow = false;
        Material iron = Material.plain(0x3a3836).glossy(0.3);
        double y = lamp[1] - 0.12;
        s.drum(iron, iron, -0.001, 0.001, 0.01, 0, 0.01);
        double[] foot = {0, 0, 0, 0.15, 0.15, 2, 0, 0, 0.03, 0, 0.13, 0.13, 2, 0};
        s.hull((r, t) -> iron, foot, 0, 0, 1, true);
        s.limb(iron, 0, 0.03, 0, 0.014, 0, y, 0, 0.012);
        Material shade = Material.plain(0xf0dcb4).glowing(0.5);
        double[] hood = {0, y, 0, 0.2, 0.2, 2, 0, 0, y + 0.28, 0, 0.13, 0.13, 2, 0};
        s.hull((r, t) -> shade, hood, 0, 0, 1, true);
        scene.take(x, z, 0.25);
    }

    private double[] spot(double radius) {
        for (int attempt = 0; attempt < 14; attempt++) {
            double z = dice.between(1.3, depth - 1);
            double x = dice.between(-0.75, 0.75) * half;
            double reach = (z - scene.from.z()) * 0.45;
            double middle = scene.from.x() + (z - scene.from.z()) * StrictMath.tan(scene.from.yaw());
            if (Math.abs(x - middle) < reach && scene.isFree(x, z, radius)) {
                return new double[] {x, z};
            }
        }
        return new double[0];
    }

    private void populate(SceneScript.Cast cast) {
        int dogs = cast.dogs() < 0 ? dice.of(0, 1, 1, 1, 2) : cast.dogs();
        for (int i = 0; i < dogs; i++) {
            double[] at = spot(0.5);
            if (at.length > 0) {
                population.dog(population.dog(cast, i), population.dogPose(), at[0], 0, at[1], dice.between(-3.2, 3.2));
            }
        }
        int people = cast.people() < 0 ? dice.of(0, 0, 1, 1, 2) : cast.people();
        for (int i = 0; i < people; i++) {
            double[] at = spot(0.42);
            if (at.length > 0) {
                double yaw = StrictMath.PI + dice.between(-1.8, 1.8);
                population.person(Person.random(look, dice), population.pose(), at[0], 0, at[1], yaw, 0);
            }
        }
    }
}
