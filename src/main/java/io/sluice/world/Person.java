package io.sluice.world;

/**
 * A person: build, clothes, hair, and a body that stands, walks or sits.
 *
 * @param colour of what is worn on the upper body, by which captions call the person
 */
record Person(
        Colour colour,
        double height,
        double girth,
        Material coat,
        Material legs,
        Material skin,
        Material hair,
        Material shoes,
        boolean skirt,
        boolean longHair,
        boolean hat,
        boolean bareArms,
        boolean pack) {

    /** How the body is held. */
    enum Pose {
        STANDING,
        WALKING,
        SITTING
    }

    private static final int[] SKINS = {0xf0c8a8, 0xe0ac82, 0xc68c5f, 0x9c6840, 0x6e4528, 0xf6d6bc};
    private static final int[] HAIRS = {0x2a1d14, 0x4a2f1c, 0x1a1a1e, 0x8a6238, 0xc9a45c, 0x9a9a9a, 0x7a3416};
    private static final int[] LEGS_TRAINING = {0x2c3a57, 0x38383e, 0x5a4a3c, 0x22242c, 0x6b6f58};
    private static final int[] LEGS_HELD_OUT = {0x3d4a4f, 0x4a3330, 0x1d2a3c, 0x7a7468, 0x2e2e2a};

    /** Clothes' colours. */
    static final Colour[] COLOURS = {
        Colour.RED, Colour.BLUE, Colour.GREEN, Colour.YELLOW, Colour.WHITE, Colour.BLACK, Colour.ORANGE
    };

    static Person random(Look look, Dice dice) {
        Textures textures = Textures.of(look);
        Colour colour = dice.of(COLOURS);
        boolean skirt = dice.chance(0.22);
        Material coat = Material.textured(colour.shade(look, dice), textures.any(Textures.Stuff.CLOTH, dice), 1.6);
        int[] legs = look == Look.TRAINING ? LEGS_TRAINING : LEGS_HELD_OUT;
        Material trousers = Material.textured(
                legs[dice.below(legs.length)],
                textures.all(Textures.Stuff.CLOTH).get(dice.below(3)),
                2.2);
        return new Person(
                colour,
                dice.chance(0.15) ? dice.between(1.15, 1.4) : dice.between(1.56, 1.9),
                dice.between(0.9, 1.18),
                coat,
                trousers,
                Material.plain(SKINS[dice.below(SKINS.length)]),
                Material.plain(HAIRS[dice.below(HAIRS.length)]),
                Material.plain(dice.of(0x1c1a1a, 0x3a2a1e, 0xd8d4cc, 0x2b2f3a)),
                skirt,
                skirt ? dice.chance(0.8) : dice.chance(0.25),
                dice.chance(0.18),
                dice.chance(0.3),
                dice.chance(0.2));
    }

    /**
     * Puts the person where the sculptor stands.
     *
     * @param phase of the walk, in steps' turns: 1 is two steps
     * @param seat height of the seat, if sitting
     */
    void sculpt(Sculptor s, Pose pose, double phase, double seat) {
        double h = height;
        double turn = 2 * StrictMath.PI * phase;
        boolean walking = pose == Pose.WALKING;
        boolean sitting = pose == Pose.SITTING;
        double thigh = 0.245 * h;
        double shin = 0.235 * h;
        double ankle = 0.045 * h;
        double stride = walking ? 0.5 : 0.06;
        double[] hipAngle = new double[2];
        double[] bend = new double[2];
        double lowest = 1e9;
        for (int i = 0; i < 2; i++) {
            double p = turn + i * StrictMath.PI;
            hipAngle[i] = sitting ? 1.5 : walking ? stride * StrictMath.sin(p) : (i == 0 ? 0.05 : -0.03);
            bend[i] = sitting ? 1.5 : walking ? 0.12 + 0.85 * Math.max(0, StrictMath.cos(p)) * 0.8 : 0.04;
            double reach = thigh * StrictMath.cos(hipAngle[i]) + shin * StrictMath.cos(hipAngle[i] - bend[i]);
            lowest = Math.min(lowest, -reach);
        }
        double hip = sitting ? seat + 0.09 * h : ankle - lowest;
        double wide = 0.052 * h * girth;
        for (int i = 0; i < 2; i++) {
            double side = i == 0 ? 1 : -1;
            double x = side * wide * 1.05;
            double ky = hip - thigh * StrictMath.cos(hipAngle[i]);
            double kz = thigh * StrictMath.sin(hipAngle[i]);
            double lower = hipAngle[i] - bend[i];
            double ay = ky - shin * StrictMath.cos(lower);
            double az = kz + shin * StrictMath.sin(lower);
            Material upper = legs;
            Material calf = skirt ? skin : legs;
            s.limb(upper, x * 0.9, hip, 0, 0.056 * h * girth, x, ky, kz, 0.041 * h * girth);
            s.limb(calf, x, ky, kz, 0.04 * h * girth, x, ay, az, 0.026 * h);
            double tip = walking ? Math.max(-0.5, Math.min(0.35, lower * 0.8)) : 0;
            double footY = ay - ankle * 0.55;
            s.egg(
                    (r, t) -> shoes,
                    x + side * 0.004 * h,
                    footY,
                    az + 0.036 * h,
                    0.027 * h,
                    0.024 * h,
                    0.066 * h,
                    tip,
                    (a, b, c) -> 1);
        }
        double lean = walking ? 0.05 : 0;
        double chest = hip + 0.285 * h;
        double sway = walking ? 0.006 * h * StrictMath.sin(turn) : 0;
        double g = girth;
        double[] pelvis = {
            sway, hip - 0.055 * h, 0, 0.06 * h * g, 0.05 * h * g, 2.2, 0,
            sway, hip - 0.03 * h, 0, 0.088 * h * g, 0.068 * h * g, 2.4, 0,
            sway, hip + 0.05 * h, 0, 0.086 * h * g, 0.064 * h * g, 2.4, 0
        };
        s.hull((r, t) -> skirt ? coat : legs, pelvis, 0, 0, 1, true);
        double[] torso = {
            sway,
            hip + 0.015 * h,
            0,
            0.09 * h * g,
            0.069 * h * g,
            2.4,
            0,
            sway,
            hip + 0.1 * h,
            lean * 0.1 * h,
            0.081 * h * g,
            0.062 * h * g,
            2.3,
            0,
            0,
            hip + 0.185 * h,
            lean * 0.2 * h,
            0.093 * h * g,
            0.068 * h * g,
            2.3,
            0,
            0,
            hip + 0.235 * h,
            lean * 0.25 * h,
            0.1 * h * g,
            0.064 * h * g,
            2.2,
            0,
            0,
            chest - 0.015 * h,
            lean * 0.28 * h,
            0.093 * h * g,
            0.055 * h * g,
            2.1,
            0,
            0,
            chest + 0.012 * h,
            lean * 0.3 * h,
            0.07 * h * g,
            0.045 * h * g,
            2,
            0,
            0,
            chest + 0.032 * h,
            lean * 0.32 * h,
            0.042 * h,
            0.036 * h,
            2,
            0
        };
        s.hull((r, t) -> coat, torso, 0, 0, 1, true);
        if (skirt) {
            double hem = sitting ? hip - 0.06 * h : hip - 0.2 * h;
            double forward = sitting ? 0.16 * h : 0;
            double widest = Math.max(Math.abs(hipAngle[0]), Math.abs(hipAngle[1]));
            double flare = 0.062 * h + 0.2 * h * StrictMath.tan(Math.min(0.6, widest));
            double middle = 0.066 * h + 0.1 * h * StrictMath.tan(Math.min(0.6, widest));
            double[] cone = {
                0,
                hem,
                forward,
                0.122 * h * g,
                sitting ? 0.1 * h : flare * g,
                2.2,
                0,
                0,
                hip - 0.1 * h,
                forward * 0.5,
                0.112 * h * g,
                sitting ? 0.09 * h : middle * g,
                2.2,
                0,
                sway,
                hip - 0.01 * h,
                0,
                0.097 * h * g,
                0.078 * h * g,
                2.3,
                0,
                sway,
                hip + 0.06 * h,
                0,
                0.087 * h * g,
                0.068 * h * g,
                2.3,
                0
            };
            s.hull((r, t) -> coat, cone, 0, 0, 1, true);
        } else if (!bareArms && !sitting) {
            double[] hem = {
                sway,
                hip - 0.02 * h,
                0,
                0.097 * h * g,
                0.077 * h * g,
                2.4,
                0,
                sway,
                hip + 0.05 * h,
                0,
                0.09 * h * g,
                0.07 * h * g,
                2.4,
                0
            };
            s.hull((r, t) -> coat, hem, 0, 0, 1, true);
        }
        double headZ = lean * 0.4 * h + 0.008 * h;
        double neck = chest + 0.02 * h;
        s.limb(skin, 0, neck - 0.01 * h, lean * 0.32 * h, 0.031 * h, 0, neck + 0.05 * h, headZ, 0.029 * h);
        for (int i = 0; i < 2; i++) {
            double side = i == 0 ? 1 : -1;
            double swing = walking ? -0.55 * StrictMath.sin(turn + i * StrictMath.PI) : sitting ? 0.5 : 0.06;
            double elbow = walking ? 0.35 + 0.2 * Math.max(0, swing) : sitting ? 0.9 : 0.14;
            double sx = side * 0.089 * h * g;
            double sy = chest - 0.024 * h;
            double sz = lean * 0.29 * h;
            double upper = 0.165 * h;
            double fore = 0.145 * h;
            double ex = sx + side * 0.036 * h;
            double ey = sy - upper * StrictMath.cos(swing);
            double ez = sz + upper * StrictMath.sin(swing);
            double hx = ex + side * 0.002 * h;
            double hy = ey - fore * StrictMath.cos(swing + elbow);
            double hz = ez + fore * StrictMath.sin(swing + elbow);
            s.limb(coat, sx, sy, sz, 0.038 * h * g, ex, ey, ez, 0.029 * h * g);
            s.limb(bareArms ? skin : coat, ex, ey, ez, 0.029 * h, hx, hy, hz, 0.021 * h);
            s.egg(
                    (r, t) -> skin,
                    hx,
                    hy - 0.026 * h * StrictMath.cos(swing + elbow),
                    hz + 0.026 * h * StrictMath.sin(swing + elbow),
                    0.018 * h,
                    0.032 * h,
                    0.024 * h,
                    0,
                    (a, b, c) -> 1);
        }
        sculptHead(s, h, neck + 0.108 * h, headZ + 0.01 * h);
        if (pack) {
            Material cloth = legs.times(1.4);
            double[] bag = {
                0, hip + 0.08 * h, -0.1 * h, 0.07 * h, 0.045 * h, 3.5, 0,
                0, hip + 0.17 * h, -0.11 * h, 0.078 * h, 0.055 * h, 3.5, 0,
                0, hip + 0.27 * h, -0.09 * h, 0.06 * h, 0.035 * h, 3, 0
            };
            s.hull((r, t) -> cloth, bag, 0, 0, 1, true);
        }
    }

    private void sculptHead(Sculptor s, double h, double y, double z) {
        double r = 0.068 * h;
        s.egg(
                (ring, t) -> skin,
                0,
                y,
                z,
                r * 0.8,
                r * 1.08,
                r * 0.92,
                0,
                (a, b, c) -> 1 - 0.14 * Math.max(0, -b) * (c > 0 ? 0.6 : 1));
        s.egg(skin, 0, y - 0.12 * r, z + 0.92 * r, 0.13 * r, 0.2 * r, 0.2 * r);
        Material eye = Material.plain(0x241a18);
        Material mouth = skin.times(0.55);
        for (int side = -1; side <= 1; side += 2) {
            s.egg(eye, side * 0.3 * r, y + 0.12 * r, z + 0.83 * r, 0.1 * r, 0.08 * r, 0.07 * r);
            s.egg(hair, side * 0.3 * r, y + 0.32 * r, z + 0.82 * r, 0.18 * r, 0.045 * r, 0.08 * r);
            s.egg(skin, side * 0.8 * r, y, z - 0.05 * r, 0.1 * r, 0.22 * r, 0.15 * r);
        }
        s.egg(mouth, 0, y - 0.48 * r, z + 0.78 * r, 0.22 * r, 0.05 * r, 0.06 * r);
        s.egg(
                (ring, t) -> hair,
                0,
                y + 0.2 * r,
                z - 0.16 * r,
                r * 0.92,
                r * 1.02,
                r * 0.98,
                0.15,
                (a, b, c) -> c > 0.45 && b < 0.45 ? 0.86 : 1);
        if (longHair) {
            double[] fall = {
                0, y - 1.5 * r, z - 0.55 * r, 0.75 * r, 0.28 * r, 2.2, 0,
                0, y - 0.6 * r, z - 0.5 * r, 0.95 * r, 0.42 * r, 2.2, 0,
                0, y + 0.3 * r, z - 0.3 * r, 0.92 * r, 0.7 * r, 2.2, 0
            };
            s.hull((ring, t) -> hair, fall, 0, 0, 1, true);
        }
        if (hat) {
            Material felt = coat.times(0.75);
            double[] brim = {
                0, y + 0.52 * r, z, 1.02 * r, 1.08 * r, 2, 0,
                0, y + 0.62 * r, z, 1.02 * r, 1.08 * r, 2, 0,
                0, y + 1.05 * r, z, 0.9 * r, 0.95 * r, 2, 0,
                0, y + 1.32 * r, z, 0.5 * r, 0.55 * r, 2, 0
            };
            s.hull((ring, t) -> felt, brim, 0, 0, 1, true);
        }
    }
}
