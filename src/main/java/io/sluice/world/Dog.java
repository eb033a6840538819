package io.sluice.world;

/**
 * A dog: breed by proportions, coat, and a body that stands, trots or sits.
 *
 * @param shoulder height at the shoulder, in metres
 * @param leg length of the legs as a share of the shoulder's height
 * @param length of the trunk as a share of the shoulder's height
 * @param depth half height of the chest as a share of the shoulder's height
 * @param muzzle length of the muzzle as a share of the head's
 */
record Dog(
        Colour colour,
        double shoulder,
        double leg,
        double length,
        double depth,
        double muzzle,
        boolean pricked,
        boolean curledTail,
        boolean bushy,
        Material coat,
        Material pale,
        Material dark,
        Material collar) {

    /** How the body is held. */
    enum Pose {
        STANDING,
        TROTTING,
        SITTING
    }

    /** Dogs' colours. */
    static final Colour[] COLOURS = {Colour.BROWN, Colour.BLACK, Colour.WHITE, Colour.GREY};

    private record Breed(
            double shoulder,
            double leg,
            double length,
            double depth,
            double muzzle,
            boolean pricked,
            boolean curled,
            boolean bushy) {}

    private static final Breed[] TRAINING = {
        new Breed(0.58, 0.55, 1.05, 0.21, 0.95, false, false, false),
        new Breed(0.62, 0.54, 1.1, 0.2, 1.05, true, false, true),
        new Breed(0.36, 0.5, 1.1, 0.23, 0.8, true, true, false),
        new Breed(0.3, 0.36, 1.6, 0.25, 1.1, false, false, false),
        new Breed(0.74, 0.56, 1.14, 0.24, 0.9, false, false, true),
        new Breed(0.27, 0.45, 1.06, 0.21, 0.6, true, false, false),
        new Breed(0.34, 0.42, 1.14, 0.28, 0.6, false, true, true),
        new Breed(0.46, 0.4, 1.34, 0.24, 1.0, true, false, true),
        new Breed(0.6, 0.64, 1.08, 0.17, 1.3, false, false, false)
    };
    private static final Breed[] HELD_OUT = {
        new Breed(0.68, 0.6, 1.0, 0.19, 1.15, false, false, false),
        new Breed(0.52, 0.52, 1.02, 0.23, 0.85, true, true, true),
        new Breed(0.4, 0.46, 1.2, 0.25, 0.7, false, true, false)
    };

    static Dog random(Look look, Dice dice) {
        return of(look, dice, dice.of(COLOURS));
    }

    static Dog of(Look look, Dice dice, Colour colour) {
        Breed b = dice.of(look == Look.TRAINING ? TRAINING : HELD_OUT);
        Textures textures = Textures.of(look);
        Texture fur = textures.any(Textures.Stuff.FUR, dice);
        int shade = colour.shade(look, dice);
        Material coat = Material.textured(shade, fur, 2.2);
        boolean marked = dice.chance(0.55) && colour != Colour.WHITE;
        Material pale = marked ? Material.textured(lighter(shade), fur, 2.2) : coat;
        Material dark = coat.times(0.62);
        Material collar = Material.plain(
                dice.of(Colour.RED, Colour.BLUE, Colour.YELLOW, Colour.GREEN).shade(look, dice));
        return new Dog(
                colour,
                b.shoulder * dice.between(0.92, 1.1),
                b.leg,
                b.length * dice.between(0.96, 1.04),
                b.depth * dice.between(0.92, 1.1),
                b.muzzle,
                b.pricked,
                b.curled,
                b.bushy,
                coat,
                pale,
                dark,
                collar);
    }

    private static int lighter(int rgb) {
        int r = (rgb >> 16 & 255) + 200;
        int g = (rgb >> 8 & 255) + 190;
        int b = (rgb & 255) + 170;
        return r / 2 << 16 | g / 2 << 8 | b / 2;
    }

    /**
     * Puts the dog where the sculptor stands.
     *
     * @param phase of the trot; 1 is a full turn of each leg
     * @param look where the head turns, in radians to the side
     */
    void sculpt(Sculptor s, Pose pose, double phase, double look) {
        double h = shoulder;
        double turn = 2 * StrictMath.PI * phase;
        boolean trotting = pose == Pose.TROTTING;
        boolean sitting = pose == Pose.SITTING;
        double half = length * h / 2;
        double legs = leg * h;
        double bob = trotting ? 0.018 * h * StrictMath.cos(2 * turn) : 0;
        double chestY = h - depth * h * 0.95 + bob;
        double rumpY = sitting ? 0.36 * h : h * 0.97 - depth * h * 0.85 + bob;
        double chestZ = sitting ? half * 0.42 : half * 0.72;
        double rumpZ = sitting ? -half * 0.62 : -half * 0.82;
        double wide = depth * h * (bushy ? 0.86 : 0.76);
        double deep = depth * h;
        double midY = (chestY + rumpY) / 2;
        double midZ = (chestZ + rumpZ) / 2;
        double[] trunk = {
            0,
            rumpY - 0.02 * h,
            rumpZ - 0.12 * h,
            wide * 0.42,
            deep * 0.42,
            2.1,
            0,
            0,
            rumpY,
            rumpZ - 0.05 * h,
            wide * 0.78,
            deep * 0.76,
            2.1,
            0,
            0,
            rumpY,
            rumpZ + 0.09 * h,
            wide * 0.9,
            deep * 0.86,
            2.1,
            0,
            0,
            midY + 0.05 * h,
            midZ - 0.02 * h,
            wide * 0.84,
            deep * 0.78,
            2.1,
            0,
            0,
            midY * 0.35 + chestY * 0.65,
            (midZ + chestZ) / 2,
            wide * 0.96,
            deep * 0.98,
            2.1,
            0,
            0,
            chestY,
            chestZ,
            wide,
            deep * 1.04,
            2.1,
            0,
            0,
            chestY + 0.03 * h,
            chestZ + 0.12 * h,
            wide * 0.8,
            deep * 0.82,
            2.1,
            0,
            0,
            chestY + 0.05 * h,
            chestZ + 0.2 * h,
            wide * 0.42,
            deep * 0.46,
            2.1,
            0
        };
        Sculptor.Skin skin = (ring, t) -> t > 0.6 && t < 0.9 && ring >= 3 ? pale : coat;
        s.hull(skin, trunk, 0, 1, sitting ? 0.4 : 0, true);
        double paw = 0.048 * h + 0.012;
        double thick = 0.062 * h + 0.006;
        for (int i = 0; i < 4; i++) {
            boolean front = i < 2;
            double side = i % 2 == 0 ? 1 : -1;
            double p = turn + (front == (side > 0) ? 0 : StrictMath.PI);
            double swing = trotting ? 0.48 * StrictMath.sin(p) : front ? 0.02 : -0.06;
            double lift = trotting ? Math.max(0, StrictMath.cos(p)) : 0;
            double x = side * wide * (front ? 0.62 : 0.66);
            if (front) {
                double topY = chestY - deep * 0.25;
                double topZ = chestZ + 0.03 * h;
                double length1 = (topY - paw * 0.7) * 0.52;
                double length2 = topY - paw * 0.7 - length1;
                double ky = topY - length1 * StrictMath.cos(swing * 0.8);
                double kz = topZ + length1 * StrictMath.sin(swing * 0.8) - (sitting ? 0 : 0.02 * h);
                double lower = swing - lift * 0.7;
                double fy = Math.max(paw * 0.7, ky - length2 * StrictMath.cos(lower));
                double fz = kz + length2 * StrictMath.sin(lower);
                s.limb(coat, x, topY, topZ, thick * 1.55, x, ky, kz, thick * 0.92);
                s.limb(coat, x, ky, kz, thick * 0.92, x, fy, fz, thick * 0.66);
                s.egg(pale, x, fy - paw * 0.1, fz + paw * 0.5, paw * 0.85, paw * 0.6, paw * 1.2);
            } else if (sitting) {
                s.egg(
                        (r, t) -> coat,
                        x * 1.1,
                        0.24 * h,
                        rumpZ + 0.1 * h,
                        thick * 1.7,
                        0.2 * h,
                        0.2 * h,
                        0.4,
                        (a, b, c) -> 1);
                s.limb(
                        coat,
                        x * 1.15,
                        paw,
                        rumpZ + 0.02 * h,
                        thick * 0.8,
                        x * 1.2,
                        paw * 0.8,
                        rumpZ + 0.26 * h,
                        thick * 0.7);
                s.egg(pale, x * 1.2, paw * 0.6, rumpZ + 0.32 * h, paw * 0.85, paw * 0.6, paw * 1.2);
            } else {
                double topY = rumpY - deep * 0.1;
                double topZ = rumpZ + 0.06 * h;
                double reach = topY - paw * 0.7;
                double kneeY = topY - reach * 0.42 * StrictMath.cos(swing * 0.7);
                double kneeZ = topZ + reach * 0.42 * StrictMath.sin(swing * 0.7) + 0.09 * h;
                double hockY =
                        Math.max(paw + reach * 0.1, kneeY - reach * 0.3 * StrictMath.cos(swing) + lift * 0.04 * h);
                double hockZ = kneeZ + reach * 0.3 * StrictMath.sin(swing) - 0.17 * h - lift * 0.08 * h;
                double fy = Math.max(paw * 0.7, hockY - reach * 0.29 * StrictMath.cos(swing - lift * 0.5));
                double fz = hockZ + reach * 0.29 * StrictMath.sin(swing - lift * 0.5) + 0.03 * h;
                s.limb(coat, x, topY, topZ, thick * 1.9, x, kneeY, kneeZ, thick * 1.1);
                s.limb(coat, x, kneeY, kneeZ, thick * 1.1, x, hockY, hockZ, thick * 0.7);
                s.limb(coat, x, hockY, hockZ, thick * 0.7, x, fy, fz, thick * 0.64);
                s.egg(pale, x, fy - paw * 0.1, fz + paw * 0.5, paw * 0.85, paw * 0.6, paw * 1.2);
            }
        }
        double neckY = chestY + 0.06 * h;
        double neckZ = chestZ + 0.1 * h;
        double headY = h * (sitting ? 1.24 : 1.2) + bob * 0.5;
        double headZ = neckZ + (sitting ? 0.12 : 0.22) * h;
        double headX = StrictMath.sin(look) * 0.08 * h;
        s.limb(coat, 0, neckY, neckZ, deep * 0.6, headX * 0.7, headY - 0.05 * h, headZ - 0.06 * h, 0.105 * h);
        double[] band = {
            headX * 0.4, neckY + (headY - neckY) * 0.5, neckZ + (headZ - neckZ) * 0.42, deep * 0.58, deep * 0.58, 2, 0,
            headX * 0.45, neckY + (headY - neckY) * 0.62, neckZ + (headZ - neckZ) * 0.54, deep * 0.55, deep * 0.55, 2, 0
        };
        s.hull((r, t) -> collar, band, 1, 0, 0, false);
        tail(s, h, rumpY, rumpZ, deep, turn, sitting, trotting);
        head(s, h, headX, headY, headZ, look);
    }

    private void tail(
            Sculptor s,
            double h,
            double rumpY,
            double rumpZ,
            double deep,
            double turn,
            boolean sitting,
            boolean moving) {
        int count = 6;
        double[] rings = new double[count * 7];
        double y = rumpY + deep * 0.45;
        double z = rumpZ - 0.08 * h;
        double wag = moving ? 0.1 * StrictMath.sin(turn * 2) : 0.05;
        double angle = curledTail ? 1.9 : sitting ? 3.6 : 2.75;
        double bend = curledTail ? -0.62 : sitting ? 0.05 : -0.16;
        double step = (curledTail ? 0.1 : 0.105) * h;
        double thick = (bushy ? 0.07 : 0.04) * h;
        double x = 0;
        for (int i = 0; i < count; i++) {
            double swell = bushy ? 0.2 + 0.95 * StrictMath.sin(0.6 * i + 0.25) : 1 - 0.17 * i;
            Sculptor.ring(rings, i, x, y, z, Math.max(0.008, thick * swell), Math.max(0.008, thick * swell));
            y += StrictMath.sin(angle) * step;
            z += StrictMath.cos(angle) * step;
            x += wag * step * i * 0.5;
            angle += bend;
        }
        s.hull((r, t) -> r > 2 ? pale : coat, rings, 1, 0, 0, true);
    }

    private void head(Sculptor s, double h, double x, double y, double z, double look) {
        double r = 0.125 * h + 0.012;
        double c = StrictMath.cos(look);
        double d = StrictMath.sin(look);
        s.egg(coat, x, y, z, r * 0.88, r * 0.86, r * 1.0);
        double front = r * (0.65 + 0.95 * muzzle);
        double[] snout = {
            x + d * r * 0.3, y - 0.16 * r, z + c * r * 0.3, r * 0.62, r * 0.58, 2.2, 0,
            x + d * r * 0.8, y - 0.26 * r, z + c * r * 0.8, r * 0.48, r * 0.44, 2.4, 0,
            x + d * front, y - 0.34 * r, z + c * front, r * 0.36, r * 0.33, 2.5, 0,
            x + d * (front + 0.14 * r), y - 0.34 * r, z + c * (front + 0.14 * r), r * 0.2, r * 0.2, 2.3, 0
        };
        s.hull((ring, t) -> ring == 0 ? coat : pale, snout, 0, 1, 0, true);
        Material nose = Material.plain(0x17130f).glossy(0.5);
        s.egg(nose, x + d * (front + 0.14 * r), y - 0.2 * r, z + c * (front + 0.14 * r), 0.17 * r, 0.14 * r, 0.13 * r);
        Material eye = Material.plain(0x120c08).glossy(0.7);
        for (int side = -1; side <= 1; side += 2) {
            double ex = side * 0.42 * r;
            s.egg(eye, x + ex * c + d * 0.78 * r, y + 0.2 * r, z - ex * d + c * 0.78 * r, 0.12 * r, 0.12 * r, 0.1 * r);
            double ox = side * 0.6 * r;
            if (pricked) {
                double bx = x + ox * c - d * 0.1 * r;
                double bz = z - ox * d - c * 0.1 * r;
                double[] ear = {
                    bx,
                    y + 0.5 * r,
                    bz,
                    0.36 * r,
                    0.16 * r,
                    2,
                    0,
                    bx + side * 0.06 * r,
                    y + 0.9 * r,
                    bz,
                    0.28 * r,
                    0.12 * r,
                    2,
                    0,
                    bx + side * 0.12 * r,
                    y + 1.45 * r,
                    bz,
                    0.03 * r,
                    0.03 * r,
                    2,
                    0
                };
                s.hull((ring, t) -> dark, ear, 0, 0, 1, true);
            } else {
                double[] ear = {
                    x + ox * 0.9 * c,
                    y + 0.62 * r,
                    z - ox * d,
                    0.12 * r,
                    0.2 * r,
                    2,
                    0,
                    x + ox * 1.5 * c,
                    y + 0.42 * r,
                    z - ox * 1.5 * d,
                    0.13 * r,
                    0.36 * r,
                    2,
                    0,
                    x + ox * 1.66 * c,
                    y - 0.1 * r,
                    z - ox * 1.66 * d + 0.06 * r,
                    0.12 * r,
                    0.36 * r,
                    2,
                    0,
                    x + ox * 1.6 * c,
                    y - 0.6 * r,
                    z - ox * 1.6 * d + 0.08 * r,
                    0.06 * r,
                    0.16 * r,
                    2,
                    0
                };
                s.hull((ring, t) -> dark, ear, 0, 0, 1, true);
            }
        }
    }
}
