package io.sluice.world;

/** Trees, hedges and plants in pots. */
final class Flora {
    private static final int[] GREENS_TRAINING = {0x6f9a48, 0x5f8c40, 0x86a850, 0x4f7c3c, 0xc89a40};
    private static final int[] GREENS_HELD_OUT = {0x7aa05c, 0x547f4a, 0x98a848, 0xc07a3c};

    private Flora() {}

    private static Material leaves(Look look, Dice dice, double repeats) {
        int[] greens = look == Look.TRAINING ? GREENS_TRAINING : GREENS_HELD_OUT;
        return Material.textured(
                greens[dice.below(greens.length)], Textures.of(look).any(Textures.Stuff.LEAVES, dice), repeats);
    }

    private static Sculptor.Lumps lumps(Dice dice) {
        double a = dice.between(0, 6);
        double b = dice.between(0, 6);
        double c = dice.between(0, 6);
        return (x, y, z) -> 1
                + 0.09 * StrictMath.sin(5 * x + a) * StrictMath.sin(5 * y + b)
                + 0.07 * StrictMath.sin(6 * z + c + 3 * y)
                + 0.05 * StrictMath.sin(11 * x + 9 * z + b);
    }

    static void tree(Look look, Dice dice, Mesh mesh, double x, double z, double high) {
        Sculptor s = new Sculptor(mesh, 11).stand(x, 0.08, z, dice.between(0, 6), 1);
        Material bark = Material.textured(0x6b5440, Textures.of(look).any(Textures.Stuff.WOOD, dice), 1);
        Material crown = leaves(look, dice, 0.45);
        double fork = high * 0.45;
        s.limb(bark, 0, 0, 0, 0.05 * high * 0.6, 0.05, fork, 0, 0.03 * high * 0.6);
        if (look == Look.HELD_OUT && dice.chance(0.4)) {
            Material dark = crown.times(0.75);
            for (int i = 0; i < 4; i++) {
                double y = high * (0.3 + 0.17 * i);
                double r = high * (0.26 - 0.055 * i);
                double[] cone = {0, y, 0, r, r, 2, 0, 0, y + high * 0.28, 0, 0.03, 0.03, 2, 0};
                s.hull((a, t) -> dark, cone, 0, 0, 1, true);
            }
            return;
        }
        int clumps = dice.between(4, 6);
        for (int i = 0; i < clumps; i++) {
            double turn = i * 2.4 + dice.between(-0.4, 0.4);
            double out = i == 0 ? 0 : high * dice.between(0.12, 0.2);
            double r = high * dice.between(0.17, 0.25);
            Material tone = crown.times(dice.between(0.82, 1.12));
            s.egg(
                    (ring, t) -> tone,
                    out * StrictMath.sin(turn),
                    high * (i == 0 ? 0.8 : dice.between(0.55, 0.76)),
                    out * StrictMath.cos(turn),
                    r,
                    r * dice.between(0.75, 0.95),
                    r,
                    0,
                    lumps(dice));
        }
    }

    static void hedge(Look look, Dice dice, Mesh mesh, double x, double z0, double z1) {
        Sculptor s = new Sculptor(mesh, 10);
        Material green = leaves(look, dice, 0.7);
        double high = dice.between(0.35, 0.6);
        int count = (int) Math.max(2, (z1 - z0) / 0.8);
        double[] rings = new double[(count + 1) * 7];
        for (int i = 0; i <= count; i++) {
            double r = dice.between(0.92, 1.06);
            Sculptor.ring(rings, i, x, 0.1 + high, z0 + (z1 - z0) * i / count, 0.4 * r, high * r);
            rings[i * 7 + 5] = 4;
        }
        s.hull((r, t) -> green, rings, 0, 1, 0, true);
    }

    static void plant(Look look, Dice dice, Sculptor s, double x, double z, double high) {
        Material pot = Material.plain(dice.of(0xa8583a, 0xe0dcd2, 0x48525c));
        double r = high * 0.16;
        double[] rings = {
            x,
            0,
            z,
            r * 0.8,
            r * 0.8,
            2,
            0,
            x,
            high * 0.26,
            z,
            r * 1.1,
            r * 1.1,
            2,
            0,
            x,
            high * 0.3,
            z,
            r * 1.15,
            r * 1.15,
            2,
            0
        };
        s.hull((a, t) -> pot, rings, 0, 0, 1, true);
        Material green = leaves(look, dice, 1.5);
        int count = 9;
        for (int i = 0; i < count; i++) {
            double turn = i * 2.4;
            double lean = 0.12 + 0.26 * i / count;
            double tall = high * (1 - 0.35 * i / count);
            double tx = x + StrictMath.sin(turn) * lean * high;
            double tz = z + StrictMath.cos(turn) * lean * high;
            double[] leaf = {
                x,
                high * 0.28,
                z,
                0.012,
                0.012,
                2,
                0,
                x + (tx - x) * 0.5,
                high * 0.28 + (tall - high * 0.28) * 0.65,
                z + (tz - z) * 0.5,
                0.07 * high,
                0.02,
                2,
                0,
                tx,
                tall,
                tz,
                0.01,
                0.008,
                2,
                0
            };
            s.hull((a, t) -> green, leaf, StrictMath.sin(turn), 0.01, StrictMath.cos(turn), false);
        }
    }
}
