package io.sluice.world;

/**
 * A car: body by a few proportions, paint, and wheels. It stands on its wheels along z, its front towards plus z.
 *
 * @param hood length of the part before the windscreen, as a share of the length
 * @param boot length of the part behind the cabin, as a share of the length
 */
record Car(
        Colour colour,
        double length,
        double width,
        double height,
        double hood,
        double boot,
        double waist,
        Material paint,
        Material glass,
        Material rim) {

    private record Model(double length, double width, double height, double hood, double boot, double waist) {}

    private static final Model[] TRAINING = {
        new Model(4.5, 1.78, 1.45, 0.27, 0.18, 0.6),
        new Model(3.9, 1.72, 1.5, 0.24, 0.03, 0.59),
        new Model(4.9, 1.9, 2.0, 0.14, 0.01, 0.52)
    };
    private static final Model[] HELD_OUT = {
        new Model(4.3, 1.76, 1.42, 0.3, 0.1, 0.61),
        new Model(4.6, 1.88, 1.72, 0.25, 0.02, 0.58),
        new Model(3.5, 1.66, 1.52, 0.2, 0.02, 0.56)
    };

    /** Cars' colours. */
    static final Colour[] COLOURS = {
        Colour.RED, Colour.BLUE, Colour.WHITE, Colour.BLACK, Colour.GREY, Colour.YELLOW, Colour.GREEN
    };

    static Car random(Look look, Dice dice) {
        return of(look, dice, dice.of(COLOURS));
    }

    static Car of(Look look, Dice dice, Colour colour) {
        Model m = dice.of(look == Look.TRAINING ? TRAINING : HELD_OUT);
        return new Car(
                colour,
                m.length * dice.between(0.97, 1.04),
                m.width,
                m.height * dice.between(0.97, 1.03),
                m.hood,
                m.boot,
                m.waist,
                Material.plain(colour.shade(look, dice)).glossy(0.75),
                Material.plain(0x1a2228).glossy(1),
                Material.plain(dice.of(0xb8bcc0, 0x8e9296, 0x4a4c50)).glossy(0.4));
    }

    /** @param roll how far it has driven, in metres */
    void sculpt(Sculptor s, double roll) {
        double front = length / 2;
        double rear = -length / 2;
        double half = width / 2;
        double belt = height * waist;
        double floor = 0.2;
        double windscreen = front - hood * length;
        double back = rear + boot * length;
        double nose = belt * 0.93;
        double tail = boot > 0.08 ? belt * 0.98 : belt;
        Material trim = Material.plain(0x1e1f22);
        Material sill = paint.times(0.55);
        double[] z = {
            rear, rear + 0.04, rear + 0.2, back, windscreen, (windscreen + front) / 2, front - 0.3, front - 0.06, front
        };
        double[] top = {
            tail * 0.86, tail * 0.95, tail, belt, belt, (belt + nose) / 2 + 0.015, nose * 0.95, nose * 0.82, nose * 0.72
        };
        double[] wide = {0.86, 0.93, 0.98, 1, 1, 1, 0.97, 0.9, 0.82};
        double[] low = {floor + 0.14, floor + 0.06, floor, floor, floor, floor, floor, floor + 0.04, floor + 0.12};
        double[] rings = new double[z.length * 7];
        for (int i = 0; i < z.length; i++) {
            rings[i * 7 + 1] = (top[i] + low[i]) / 2;
            rings[i * 7 + 2] = z[i];
            rings[i * 7 + 3] = half * wide[i];
            rings[i * 7 + 4] = (top[i] - low[i]) / 2;
            rings[i * 7 + 5] = 5.5;
        }
        s.hull((r, t) -> t > 0.6 && t < 0.9 ? sill : paint, rings, 0, 1, 0, true);
        cabin(s, windscreen, back, belt, half);
        double radius = Math.min(0.34, height * 0.22);
        double axleFront = front - 0.185 * length;
        double axleRear = rear + 0.19 * length;
        for (int side = -1; side <= 1; side += 2) {
            double outer = side * (half + 0.005);
            for (double axle : new double[] {axleFront, axleRear}) {
                double inner = side * (half - 0.24);
                s.drum(trim, trim, side * (half - 0.05), side * (half + 0.002), radius + 0.05, axle, radius * 1.2);
                s.drum(
                        Material.plain(0x17181a),
                        Material.plain(0x222326),
                        inner,
                        side * (half + 0.02),
                        radius,
                        axle,
                        radius);
                s.drum(rim, rim, outer, side * (half + 0.03), radius, axle, radius * 0.62);
                spokes(s, side, half + 0.032, radius, axle, roll);
            }
            lamps(s, side, front, rear, half, nose, tail);
            s.egg(paint, side * (half + 0.07), belt + 0.06, windscreen - 0.28, 0.09, 0.07, 0.06);
            double groove = side * (half + 0.004);
            for (double door : new double[] {windscreen - 0.34, (windscreen + back) / 2 - 0.05, back + 0.25}) {
                panel(s, sill, side, groove, floor + 0.16, belt - 0.08, door - 0.007, door + 0.007);
            }
            panel(
                    s,
                    trim,
                    side,
                    groove,
                    belt - 0.16,
                    belt - 0.13,
                    (windscreen + back) / 2 + 0.08,
                    (windscreen + back) / 2 + 0.24);
        }
        s.box(trim, -half * 0.5, nose * 0.5, front - 0.05, half * 0.5, nose * 0.68, front + 0.012);
        s.box(trim, -half * 0.8, floor + 0.08, front - 0.1, half * 0.8, floor + 0.2, front + 0.02);
        s.box(trim, -half * 0.8, floor + 0.1, rear - 0.03, half * 0.8, floor + 0.22, rear + 0.1);
        Material plate = Material.plain(0xe8e6da);
        s.box(plate, -0.24, nose * 0.42, front, 0.24, nose * 0.42 + 0.11, front + 0.03);
        s.box(plate, -0.24, tail * 0.55, rear - 0.02, 0.24, tail * 0.55 + 0.11, rear);
    }

    private void cabin(Sculptor s, double windscreen, double back, double belt, double half) {
        double roofFront = windscreen - 0.19 * length * (height > 1.8 ? 0.5 : 1);
        double roofBack = back + (boot > 0.08 ? 0.12 : 0.06) * length;
        double inset = half * 0.16;
        double low = half * 0.96;
        double high = half - inset;
        double y0 = belt - 0.06;
        double y1 = height - 0.05;
        double[] zs = {back, roofBack, (roofFront + roofBack) / 2, roofFront, windscreen};
        double[] roof = new double[7 * 5];
        double[] rise = {-0.04, 0.0, 0.03, 0.005, -0.05};
        double[] across = {high * 0.93, high * 0.97, high, high * 0.97, high * 0.9};
        double[] along = {roofBack - 0.07, roofBack, zs[2], roofFront, roofFront + 0.1};
        for (int i = 0; i < 5; i++) {
            Sculptor.ring(roof, i, 0, y1 + rise[i], along[i], across[i], 0.055);
            roof[i * 7 + 5] = 3;
        }
        s.hull((r, t) -> paint, roof, 0, 1, 0, true);
        double ya = y0;
        double yb = y1;
        // windscreen and rear window
        s.face(glass, low, ya, windscreen, -low, ya, windscreen, -high, yb, roofFront, high, yb, roofFront);
        s.face(glass, -low, ya, back, low, ya, back, high, yb, roofBack, -high, yb, roofBack);
        for (int side = -1; side <= 1; side += 2) {
            double a = side * low;
            double b = side * high;
            quad(s, glass, side, a, ya, back, a, ya, windscreen, b, yb, roofFront, b, yb, roofBack);
            double middle = (roofFront + roofBack) / 2 - 0.06;
            double out = side * 0.012;
            pillar(
                    s,
                    side,
                    a + out,
                    ya,
                    b + out,
                    yb,
                    windscreen + 0.02,
                    windscreen - 0.1,
                    roofFront + 0.02,
                    roofFront - 0.09);
            pillar(s, side, a + out, ya, b + out, yb, middle + 0.06, middle - 0.06, middle + 0.06, middle - 0.06);
            double rearWidth = height > 1.8 ? 0.5 : 0.22;
            pillar(s, side, a + out, ya, b + out, yb, back + rearWidth, back - 0.02, roofBack + 0.14, roofBack - 0.03);
            if (height > 1.8) {
                pillar(s, side, a + out, ya, b + out, yb, middle - 0.05, back, middle - 0.05, roofBack);
            }
        }
    }

    private void pillar(
            Sculptor s,
            int side,
            double a,
            double y0,
            double b,
            double y1,
            double f0,
            double r0,
            double f1,
            double r1) {
        quad(s, paint, side, a, y0, r0, a, y0, f0, b, y1, f1, b, y1, r1);
    }

    /** A face whose corners run anticlockwise as seen from the plus side. */
    private static void quad(Sculptor s, Material m, int side, double... p) {
        if (side > 0) {
            s.face(m, p);
        } else {
            s.face(m, p[3], p[4], p[5], p[0], p[1], p[2], p[9], p[10], p[11], p[6], p[7], p[8]);
        }
    }

    private static void panel(Sculptor s, Material m, int side, double x, double y0, double y1, double z0, double z1) {
        quad(s, m, side, x, y0, z0, x, y0, z1, x, y1, z1, x, y1, z0);
    }

    private void spokes(Sculptor s, int side, double x, double radius, double axle, double roll) {
        Material dark = rim.times(0.3);
        double start = roll / radius;
        for (int k = 0; k < 5; k++) {
            double turn = start + k * 2 * StrictMath.PI / 5;
            double y = radius + StrictMath.cos(turn) * radius * 0.36;
            double z = axle + StrictMath.sin(turn) * radius * 0.36;
            s.drum(dark, dark, side * (x - 0.01), side * x, y, z, radius * 0.13);
        }
    }

    private void lamps(Sculptor s, int side, double front, double rear, double half, double nose, double tail) {
        Material white = Material.plain(0xf4f2e6).glossy(0.9).glowing(0.35);
        Material red = Material.plain(0xb01818).glossy(0.6).glowing(0.35);
        s.egg(white, side * half * 0.7, nose * 0.66, front - 0.05, 0.19, 0.075, 0.09);
        s.egg(red, side * half * 0.8, tail * 0.72, rear + 0.06, 0.1, 0.12, 0.09);
    }
}
