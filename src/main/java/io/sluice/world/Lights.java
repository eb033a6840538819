package io.sluice.world;

/** Kinds of light that scenes are in. */
final class Lights {
    private Lights() {}

    private static float[] rgb(double red, double green, double blue) {
        return new float[] {(float) red, (float) green, (float) blue};
    }

    private static double[] direction(double turn, double height) {
        double flat = StrictMath.cos(height);
        return new double[] {flat * StrictMath.sin(turn), StrictMath.sin(height), flat * StrictMath.cos(turn)};
    }

    static Light noon() {
        return new Light(
                direction(0.7, 0.9),
                rgb(1.5, 1.42, 1.26),
                rgb(0.5, 0.58, 0.72),
                rgb(0.26, 0.24, 0.2),
                rgb(0.62, 0.72, 0.84),
                0.006f,
                rgb(0.16, 0.34, 0.72),
                rgb(0.66, 0.78, 0.9),
                0.55f,
                new float[6]);
    }

    static Light street(Dice dice) {
        double turn = dice.between(-2.6, 2.6);
        double kind = dice.unit();
        if (kind < 0.45) {
            double warm = dice.between(0, 1);
            return new Light(
                    direction(turn, dice.between(0.6, 1.05)),
                    rgb(1.55, 1.45 - 0.05 * warm, 1.28 - 0.14 * warm),
                    rgb(0.46, 0.55, 0.7),
                    rgb(0.28, 0.25, 0.2),
                    rgb(0.6, 0.7, 0.82),
                    (float) dice.between(0.0015, 0.005),
                    rgb(0.13 + 0.05 * warm, 0.32, 0.7),
                    rgb(0.64, 0.77, 0.9),
                    (float) dice.between(0.25, 0.75),
                    new float[6]);
        }
        if (kind < 0.7) {
            return new Light(
                    direction(turn, dice.between(0.28, 0.5)),
                    rgb(1.75, 1.22, 0.72),
                    rgb(0.42, 0.44, 0.58),
                    rgb(0.26, 0.2, 0.16),
                    rgb(0.88, 0.68, 0.5),
                    (float) dice.between(0.003, 0.008),
                    rgb(0.26, 0.36, 0.62),
                    rgb(1.0, 0.74, 0.46),
                    (float) dice.between(0.4, 0.8),
                    new float[6]);
        }
        if (kind < 0.9) {
            double grey = dice.between(0.85, 1.05);
            return new Light(
                    direction(turn, 1.1),
                    rgb(0.35, 0.35, 0.34),
                    rgb(0.86 * grey, 0.9 * grey, 0.95 * grey),
                    rgb(0.3, 0.29, 0.27),
                    rgb(0.68, 0.72, 0.76),
                    (float) dice.between(0.003, 0.011),
                    rgb(0.52, 0.58, 0.66),
                    rgb(0.78, 0.81, 0.84),
                    (float) dice.between(0.7, 1),
                    new float[6]);
        }
        return new Light(
                direction(turn, 0.5),
                rgb(0.5, 0.38, 0.42),
                rgb(0.4, 0.44, 0.7),
                rgb(0.22, 0.18, 0.2),
                rgb(0.5, 0.4, 0.52),
                (float) dice.between(0.003, 0.008),
                rgb(0.1, 0.15, 0.36),
                rgb(0.86, 0.52, 0.46),
                (float) dice.between(0.3, 0.7),
                new float[6]);
    }

    /** @param lamp where a lamp hangs: x, y, z */
    static Light room(Dice dice, double[] lamp) {
        boolean evening = dice.chance(0.35);
        double strength = evening ? dice.between(1.4, 2.2) : dice.between(0.1, 0.6);
        double turn = dice.side() * dice.between(2.0, 2.7);
        double day = evening ? 0.35 : dice.between(0.8, 1.05);
        return new Light(
                direction(turn, dice.between(0.6, 0.95)),
                rgb(0.95 * day, 0.9 * day, 0.8 * day),
                rgb(0.62 * day, 0.62 * day, 0.62 * day),
                rgb(0.36 * day, 0.32 * day, 0.28 * day),
                rgb(0.5, 0.48, 0.45),
                0.002f,
                rgb(0.5, 0.5, 0.5),
                rgb(0.6, 0.58, 0.55),
                0,
                new float[] {
                    (float) lamp[0],
                    (float) lamp[1],
                    (float) lamp[2],
                    (float) strength,
                    (float) (strength * 0.82),
                    (float) (strength * 0.56)
                });
    }
}
