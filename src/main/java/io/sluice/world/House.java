package io.sluice.world;

/**
 * A house with a gable roof, which faces plus z; the origin is the middle of its footprint.
 *
 * @param colour of its walls
 */
record House(
        Colour colour,
        double width,
        double depth,
        int floors,
        double pitch,
        boolean gableFront,
        Material wall,
        Material roof,
        Material frame,
        Material door,
        Material glass,
        int columns,
        boolean chimney) {

    static final double FLOOR = 2.7;

    /** Houses' colours. */
    static final Colour[] COLOURS = {Colour.RED, Colour.WHITE, Colour.YELLOW, Colour.BLUE, Colour.GREY, Colour.BROWN};

    private static final int[] ROOFS_TRAINING = {0x8a4a34, 0x5c5a5c, 0x6e4a3a};
    private static final int[] ROOFS_HELD_OUT = {0x4a5058, 0x7c5440, 0x9a5a3c};

    static House random(Look look, Dice dice) {
        Textures textures = Textures.of(look);
        Colour colour = dice.of(COLOURS);
        Textures.Stuff stuff = colour == Colour.RED || colour == Colour.BROWN
                ? dice.of(Textures.Stuff.BRICK, Textures.Stuff.BRICK, Textures.Stuff.CLADDING)
                : dice.of(Textures.Stuff.PLASTER, Textures.Stuff.CLADDING, Textures.Stuff.BRICK);
        Material wall = Material.textured(colour.shade(look, dice), textures.any(stuff, dice), 0.55);
        int[] roofs = look == Look.TRAINING ? ROOFS_TRAINING : ROOFS_HELD_OUT;
        return new House(
                colour,
                dice.between(6.5, 9.5),
                dice.between(6, 8),
                dice.chance(0.6) ? 2 : 1,
                look == Look.TRAINING ? dice.between(0.7, 0.95) : dice.between(0.45, 0.7),
                dice.chance(look == Look.TRAINING ? 0.45 : 0.6),
                wall,
                Material.textured(roofs[dice.below(roofs.length)], textures.any(Textures.Stuff.ROOF, dice), 0.5),
                Material.plain(dice.chance(0.75) ? 0xe9e6df : 0x4a3a30),
                Material.plain(dice.of(0x2f4a3c, 0x6a2a22, 0x2c3c58, 0x5a3c24, 0xd8d2c4)),
                Material.plain(0x27323c).glossy(1),
                dice.between(2, 4),
                dice.chance(0.6));
    }

    void sculpt(Sculptor s) {
        double w = width / 2;
        double d = depth / 2;
        double top = floors * FLOOR + 0.35;
        s.box(Material.plain(0x6a6864), -w - 0.05, 0, -d - 0.05, w + 0.05, 0.35, d + 0.05);
        s.face(wall, w, 0, d, -w, 0, d, -w, top, d, w, top, d);
        s.face(wall, -w, 0, -d, w, 0, -d, w, top, -d, -w, top, -d);
        s.face(wall, w, 0, -d, w, 0, d, w, top, d, w, top, -d);
        s.face(wall, -w, 0, d, -w, 0, -d, -w, top, -d, -w, top, d);
        double over = 0.35;
        if (gableFront) {
            double ridge = top + w * pitch;
            gable(s, w, d, top, ridge);
            double eave = top - over * pitch;
            slab(s, -w - over, eave, d + over, 0, ridge, d + over, 0, ridge, -d - over, -w - over, eave, -d - over);
            slab(s, w + over, eave, -d - over, 0, ridge, -d - over, 0, ridge, d + over, w + over, eave, d + over);
            if (ridge - top > 2) {
                window(s, 0, top + 0.25, d, 0.9, 1.0);
            }
        } else {
            double ridge = top + d * pitch;
            double eave = top - over * pitch;
            sideGable(s, w, d, top, ridge);
            slab(s, w + over, eave, d + over, w + over, ridge, 0, -w - over, ridge, 0, -w - over, eave, d + over);
            slab(s, -w - over, eave, -d - over, -w - over, ridge, 0, w + over, ridge, 0, w + over, eave, -d - over);
        }
        if (chimney) {
            double cy = top + (gableFront ? w : d) * pitch;
            s.box(Material.plain(0x7c4a3a), w * 0.4, top, -0.4, w * 0.4 + 0.7, cy + 0.7, 0.3);
        }
        openings(s, w, d);
    }

    /** Both slopes of a roof have a face above and one below; corners run anticlockwise seen from above. */
    private void slab(Sculptor s, double... p) {
        double[] up = p.clone();
        for (int i = 1; i < 12; i += 3) {
            up[i] += 0.14;
        }
        s.face(roof, reversed(up));
        s.face(roof, up);
        Material edge = frame;
        s.sheet(edge, p[0], p[1], p[2], p[9], p[10], p[11], up[9], up[10], up[11], up[0], up[1], up[2]);
        s.sheet(edge, p[0], p[1], p[2], p[3], p[4], p[5], up[3], up[4], up[5], up[0], up[1], up[2]);
        s.sheet(edge, p[9], p[10], p[11], p[6], p[7], p[8], up[6], up[7], up[8], up[9], up[10], up[11]);
    }

    private static double[] reversed(double[] p) {
        return new double[] {p[9], p[10], p[11], p[6], p[7], p[8], p[3], p[4], p[5], p[0], p[1], p[2]};
    }

    private void gable(Sculptor s, double w, double d, double top, double ridge) {
        s.face(wall, w, top, d, -w, top, d, 0, ridge, d, 0, ridge, d);
        s.face(wall, -w, top, -d, w, top, -d, 0, ridge, -d, 0, ridge, -d);
    }

    private void sideGable(Sculptor s, double w, double d, double top, double ridge) {
        s.face(wall, w, top, -d, w, top, d, w, ridge, 0, w, ridge, 0);
        s.face(wall, -w, top, d, -w, top, -d, -w, ridge, 0, -w, ridge, 0);
    }

    private void openings(Sculptor s, double w, double d) {
        int doorColumn = columns / 2;
        for (int floor = 0; floor < floors; floor++) {
            double y = 0.35 + floor * FLOOR + 0.85;
            for (int c = 0; c < columns; c++) {
                double x = -w + width * (c + 0.5) / columns;
                if (floor == 0 && c == doorColumn) {
                    s.box(frame, x - 0.62, 0.3, d, x + 0.62, 2.6, d + 0.06);
                    s.box(door, x - 0.5, 0.35, d, x + 0.5, 2.45, d + 0.09);
                    s.box(glass, x - 0.28, 1.7, d, x + 0.28, 2.25, d + 0.1);
                    s.box(Material.plain(0x8a8680), x - 0.8, 0, d, x + 0.8, 0.3, d + 0.6);
                    s.egg(Material.plain(0xc8a850).glossy(0.6), x + 0.38, 1.35, d + 0.11, 0.04, 0.04, 0.04);
                } else {
                    window(s, x, y, d, Math.min(1.25, width / columns * 0.55), 1.35);
                }
            }
            for (int side = -1; side <= 1; side += 2) {
                for (int c = 0; c < 2; c++) {
                    sideWindow(s, side, w, y, -d + depth * (c + 0.5) / 2);
                }
            }
        }
    }

    private void window(Sculptor s, double x, double y, double d, double wide, double high) {
        double h = wide / 2;
        s.box(frame, x - h - 0.1, y - 0.1, d - 0.02, x + h + 0.1, y + high + 0.1, d + 0.05);
        s.face(glass, x + h, y, d + 0.055, x - h, y, d + 0.055, x - h, y + high, d + 0.055, x + h, y + high, d + 0.055);
        s.box(frame, x - 0.025, y, d, x + 0.025, y + high, d + 0.075);
        s.box(frame, x - h, y + high * 0.55, d, x + h, y + high * 0.55 + 0.05, d + 0.075);
        s.box(Material.plain(0xa8a49c), x - h - 0.15, y - 0.18, d - 0.02, x + h + 0.15, y - 0.08, d + 0.14);
    }

    private void sideWindow(Sculptor s, int side, double w, double y, double z) {
        double x0 = side * w;
        double x1 = side * (w + 0.05);
        s.box(frame, Math.min(x0, x1), y - 0.1, z - 0.6, Math.max(x0, x1), y + 1.4, z + 0.6);
        double x = side * (w + 0.055);
        if (side > 0) {
            s.face(glass, x, y, z - 0.5, x, y, z + 0.5, x, y + 1.3, z + 0.5, x, y + 1.3, z - 0.5);
        } else {
            s.face(glass, x, y, z + 0.5, x, y, z - 0.5, x, y + 1.3, z - 0.5, x, y + 1.3, z + 0.5);
        }
    }
}
