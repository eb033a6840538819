package io.sluice.world;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Procedural textures. Each {@link Look} draws every stuff by another pattern: bricks in another bond, planks or herringbone,
 * asphalt or cobbles; so no picture of the one look occurs in the other.
 *
 * <p>Thread-safe; textures are made once, when the look is first used.
 */
final class Textures {
    /** What textures are of. */
    enum Stuff {
        BRICK,
        PLASTER,
        CLADDING,
        ROOF,
        ROAD,
        PAVEMENT,
        GRASS,
        FLOOR,
        WALLPAPER,
        CARPET,
        CLOTH,
        FUR,
        LEAVES,
        WOOD,
        CLOUDS
    }

    private static final int SIZE = Texture.SIZE;
    private static final int VARIANTS = 4;

    /**
     * Further textures of each stuff in the training look, whose patterns are those of no stuff at all: who learns from them learns
     * that a wall may have any pattern.
     */
    private static final int ODD_VARIANTS = 4;

    private static final long SEED = 20261123;

    private static final class Training {
        private static final Textures TEXTURES = new Textures(Look.TRAINING);
    }

    private static final class HeldOut {
        private static final Textures TEXTURES = new Textures(Look.HELD_OUT);
    }

    private final Map<Stuff, List<Texture>> all = new EnumMap<>(Stuff.class);
    private final boolean first;

    private Textures(Look look) {
        this.first = look == Look.TRAINING;
        for (Stuff stuff : Stuff.values()) {
            List<Texture> variants = new ArrayList<>();
            for (int i = 0; i < VARIANTS; i++) {
                Dice dice = Dice.of(SEED + look.ordinal(), stuff.ordinal() * 64L + i);
                variants.add(new Texture(draw(stuff, i, dice)));
            }
            boolean solid = stuff != Stuff.LEAVES && stuff != Stuff.CLOUDS;
            for (int i = 0; first && solid && i < ODD_VARIANTS; i++) {
                variants.add(new Texture(odd(Dice.of(SEED + look.ordinal(), stuff.ordinal() * 64L + VARIANTS + i))));
            }
            all.put(stuff, List.copyOf(variants));
        }
    }

    static Textures of(Look look) {
        return look == Look.TRAINING ? Training.TEXTURES : HeldOut.TEXTURES;
    }

    List<Texture> all(Stuff stuff) {
        List<Texture> found = all.get(stuff);
        if (found == null) {
            throw new IllegalStateException("no texture of " + stuff);
        }
        return found;
    }

    Texture any(Stuff stuff, Dice dice) {
        return dice.pick(all(stuff));
    }

    /** Brightness (0 to 1) and tint (0 to 1) at a pixel. */
    private interface Pattern {
        double at(int x, int y);
    }

    private int[] draw(Stuff stuff, int variant, Dice dice) {
        return switch (stuff) {
            case BRICK -> brick(variant, dice);
            case PLASTER -> grey(fractal(dice, first ? 8 : 5, 4, 0.55), 0.86, first ? 0.14 : 0.2);
            case CLADDING -> cladding(variant, dice);
            case ROOF -> roof(variant, dice);
            case ROAD -> first ? asphalt(dice) : variant % 2 == 0 ? cobbles(dice, 10) : asphaltPatched(dice);
            case PAVEMENT -> slabs(dice, first ? 4 : 6, first ? 4 : 3, first ? 0 : 0.5);
            case GRASS -> grass(dice);
            case FLOOR -> first ? planks(dice, 6, 0.35) : herringbone(dice);
            case WALLPAPER -> wallpaper(variant, dice);
            case CARPET -> carpet(variant, dice);
            case CLOTH -> cloth(variant, dice);
            case FUR -> fur(dice);
            case LEAVES -> leaves(dice);
            case WOOD -> planks(dice, first ? 2 : 3, 0.5);
            case CLOUDS -> grey(fractal(dice, first ? 4 : 6, 6, 0.55), 0.5, 0.95);
        };
    }

    /** Stripes, dots or none of them on clouds of any size. */
    private static int[] odd(Dice dice) {
        double[] coarse = fractal(dice, dice.between(2, 40), dice.between(2, 4), dice.between(0.4, 0.75));
        double[] fine = fractal(dice, 64, 2, 0.7);
        double mean = dice.between(0.76, 0.9);
        double spread = dice.between(0.12, 0.35);
        double grain = dice.between(0.06, 0.3);
        int kind = dice.below(4);
        int along = dice.between(0, 24);
        int across = dice.between(along == 0 ? 2 : 0, 24);
        double contrast = dice.between(0.04, 0.25);
        double share = dice.between(0.15, 0.8);
        int cell = 1 << dice.between(4, 6);
        int radius = (int) (cell * dice.between(0.12, 0.4));
        int[] pixels = new int[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                int i = y * SIZE + x;
                double at = (x * across + y * along) / (double) SIZE;
                double mark = switch (kind) {
                    case 0 -> at - Math.floor(at) < share ? -contrast : 0;
                    case 1 -> round(x, y, cell, radius) ? -contrast : 0;
                    case 2 -> 0.5 * contrast * StrictMath.sin(2 * StrictMath.PI * at);
                    default -> 0;
                };
                pixels[i] = shade(mean + mark + spread * (coarse[i] - 0.5) + grain * (fine[i] - 0.5), 1);
            }
        }
        return pixels;
    }

    private static int[] grey(double[] noise, double mean, double spread) {
        int[] pixels = new int[SIZE * SIZE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = shade(mean + spread * (noise[i] - 0.5), 1);
        }
        return pixels;
    }

    private static int shade(double value, double tint) {
        int c = (int) Math.round(255 * Math.min(1, Math.max(0, value)));
        int a = (int) Math.round(255 * Math.min(1, Math.max(0, tint)));
        return a << 24 | c << 16 | c << 8 | c;
    }

    private static int tone(double red, double green, double blue, double tint) {
        return shade(red, tint) & 0xffff0000 | shade(green, 1) & 0xff00 | shade(blue, 1) & 0xff;
    }

    /** Repeating noise from 0 to 1 around 0.5, coarse to fine. */
    private static double[] fractal(Dice dice, int cells, int octaves, double persistence) {
        double[] sum = new double[SIZE * SIZE];
        double weight = 1;
        double total = 0;
        int size = cells;
        for (int o = 0; o < octaves && size <= SIZE; o++) {
            double[] lattice = new double[size * size];
            for (int i = 0; i < lattice.length; i++) {
                lattice[i] = dice.unit();
            }
            for (int y = 0; y < SIZE; y++) {
                double fy = y * size / (double) SIZE;
                int iy = (int) fy;
                double ty = smooth(fy - iy);
                int y0 = iy % size * size;
                int y1 = (iy + 1) % size * size;
                for (int x = 0; x < SIZE; x++) {
                    double fx = x * size / (double) SIZE;
                    int ix = (int) fx;
                    double tx = smooth(fx - ix);
                    int x0 = ix % size;
                    int x1 = (ix + 1) % size;
                    double top = lattice[y0 + x0] + (lattice[y0 + x1] - lattice[y0 + x0]) * tx;
                    double bottom = lattice[y1 + x0] + (lattice[y1 + x1] - lattice[y1 + x0]) * tx;
                    sum[y * SIZE + x] += weight * (top + (bottom - top) * ty);
                }
            }
            total += weight;
            weight *= persistence;
            size *= 2;
        }
        for (int i = 0; i < sum.length; i++) {
            sum[i] = 0.5 + (sum[i] / total - 0.5) * 1.6;
        }
        return sum;
    }

    private static double smooth(double t) {
        return t * t * (3 - 2 * t);
    }

    private int[] brick(int variant, Dice dice) {
        int rows = first ? 12 + 4 * (variant % 2) : 10 + 4 * (variant % 2);
        int columns = first ? 4 + variant / 2 : 6;
        double[] noise = fractal(dice, 32, 3, 0.6);
        double[] tones = new double[rows * columns * 2];
        for (int i = 0; i < tones.length; i++) {
            tones[i] = dice.between(0.68, 0.95);
        }
        double gap = first ? 0.09 : 0.13;
        double mortar = dice.between(0.55, 0.8);
        int[] pixels = new int[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            double fy = y * rows / (double) SIZE;
            int row = (int) fy;
            for (int x = 0; x < SIZE; x++) {
                double fx = x * columns / (double) SIZE;
                double shifted = fx + (row % 2) * 0.5;
                double inBrick = shifted - Math.floor(shifted);
                int index = (int) Math.floor(shifted) % columns * 2;
                double gapX = gap * 0.45;
                if (!first) {
                    boolean header = inBrick > 0.66;
                    index += header ? 1 : 0;
                    inBrick = header ? (inBrick - 0.66) / 0.34 : inBrick / 0.66;
                    gapX = header ? gap * 1.1 : gap * 0.6;
                }
                double inRow = fy - row;
                boolean joint = inRow < gap || inBrick < gapX;
                double n = noise[y * SIZE + x] - 0.5;
                double tone = tones[row * columns * 2 + index] + 0.16 * n;
                double light = inRow > 0.88 ? 0.06 : inRow < gap * 2 ? -0.07 : 0;
                pixels[y * SIZE + x] = joint ? shade(mortar + 0.12 * n, 0.25) : shade(tone + light, 1);
            }
        }
        return pixels;
    }

    private int[] cladding(int variant, Dice dice) {
        int boards = first ? 12 : 9;
        boolean upright = !first;
        double[] grain = fractal(dice, 16, 4, 0.6);
        int[] pixels = new int[SIZE * SIZE];
        double depth = 0.1 + 0.05 * variant;
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                double f = (upright ? x : y) * boards / (double) SIZE;
                double in = f - (int) f;
                double n = upright ? grain[(y / 8 % SIZE) * SIZE + x] : grain[y * SIZE + x / 8];
                double light = in < 0.12 ? -depth * 2 : depth * (in - 0.5) * (upright ? 0.3 : 1);
                pixels[y * SIZE + x] = shade(0.86 + light + 0.1 * (n - 0.5), 1);
            }
        }
        return pixels;
    }

    private int[] roof(int variant, Dice dice) {
        int rows = first ? 10 : 14;
        int columns = first ? 10 : 8;
        double[] tones = new double[rows * columns];
        for (int i = 0; i < tones.length; i++) {
            tones[i] = dice.between(0.7, 0.92);
        }
        double[] noise = fractal(dice, 32, 3, 0.6);
        int[] pixels = new int[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            double fy = y * rows / (double) SIZE;
            int row = (int) fy;
            double inRow = fy - row;
            for (int x = 0; x < SIZE; x++) {
                double fx = x * columns / (double) SIZE + (first ? 0 : row % 2 * 0.5);
                int column = (int) fx % columns;
                double in = fx - Math.floor(fx);
                double round = first ? 0.28 * StrictMath.sin(in * StrictMath.PI) - 0.16 : in < 0.07 ? -0.25 : 0;
                double under = inRow < 0.14 ? -0.3 : 0.08 * inRow;
                double n = noise[y * SIZE + x] - 0.5;
                pixels[y * SIZE + x] =
                        shade(tones[row * columns + column] + round + under + 0.14 * n - variant * 0.01, 1);
            }
        }
        return pixels;
    }

    private static int[] asphalt(Dice dice) {
        double[] coarse = fractal(dice, 4, 3, 0.6);
        int[] pixels = new int[SIZE * SIZE];
        for (int i = 0; i < pixels.length; i++) {
            double grain = dice.unit() * dice.unit();
            pixels[i] = shade(0.66 + 0.3 * grain + 0.16 * (coarse[i] - 0.5), 1);
        }
        return pixels;
    }

    private static int[] asphaltPatched(Dice dice) {
        double[] coarse = fractal(dice, 3, 5, 0.7);
        double[] fine = fractal(dice, 64, 2, 0.7);
        int[] pixels = new int[SIZE * SIZE];
        for (int i = 0; i < pixels.length; i++) {
            double crack = Math.abs(coarse[i] - 0.5) < 0.008 ? -0.3 : 0;
            pixels[i] = shade(0.76 + crack + 0.18 * (fine[i] - 0.5) + (coarse[i] > 0.56 ? -0.08 : 0.03), 1);
        }
        return pixels;
    }

    /** Nearest of scattered points, for stones and leaves: the distance to the nearest and to the next, and which. */
    private static int[] cobbles(Dice dice, int cells) {
        double[] px = new double[cells * cells];
        double[] py = new double[cells * cells];
        double[] tone = new double[cells * cells];
        for (int i = 0; i < px.length; i++) {
            px[i] = i % cells + dice.between(0.2, 0.8);
            py[i] = i / cells + dice.between(0.2, 0.8);
            tone[i] = dice.between(0.66, 0.95);
        }
        double[] noise = fractal(dice, 32, 3, 0.6);
        int[] pixels = new int[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                double fx = x * cells / (double) SIZE;
                double fy = y * cells / (double) SIZE;
                double best = 9;
                double next = 9;
                int which = 0;
                for (int dy = -1; dy <= 1; dy++) {
                    for (int dx = -1; dx <= 1; dx++) {
                        int cx = (int) fx + dx;
                        int cy = (int) fy + dy;
                        int i = Math.floorMod(cy, cells) * cells + Math.floorMod(cx, cells);
                        double ox = px[i] - i % cells + cx - fx;
                        double oy = py[i] - i / cells + cy - fy;
                        double d = Math.sqrt(ox * ox + oy * oy);
                        if (d < best) {
                            next = best;
                            best = d;
                            which = i;
                        } else if (d < next) {
                            next = d;
                        }
                    }
                }
                double edge = Math.min(1, (next - best) * 6);
                double n = noise[y * SIZE + x] - 0.5;
                pixels[y * SIZE + x] = shade((tone[which] - best * 0.12 + 0.12 * n) * (0.45 + 0.55 * edge), 1);
            }
        }
        return pixels;
    }

    private static int[] slabs(Dice dice, int rows, int columns, double shift) {
        double[] noise = fractal(dice, 16, 4, 0.65);
        double[] tones = new double[rows * columns];
        for (int i = 0; i < tones.length; i++) {
            tones[i] = dice.between(0.78, 0.92);
        }
        int[] pixels = new int[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            double fy = y * rows / (double) SIZE;
            int row = (int) fy;
            for (int x = 0; x < SIZE; x++) {
                double fx = x * columns / (double) SIZE + row % 2 * shift;
                double in = fx - Math.floor(fx);
                boolean joint = fy - row < 0.04 || in < 0.04;
                double n = noise[y * SIZE + x] - 0.5;
                pixels[y * SIZE + x] = shade((joint ? 0.58 : tones[row * columns + (int) fx % columns]) + 0.12 * n, 1);
            }
        }
        return pixels;
    }

    private int[] grass(Dice dice) {
        double[] patches = fractal(dice, first ? 4 : 8, 4, 0.6);
        double[] value = new double[SIZE * SIZE];
        for (int i = 0; i < value.length; i++) {
            value[i] = 0.74 + 0.3 * (patches[i] - 0.5);
        }
        int blades = first ? 5200 : 2600;
        for (int b = 0; b < blades; b++) {
            double x = dice.below(SIZE);
            double y = dice.below(SIZE);
            double lean = dice.between(-0.5, 0.5);
            double bright = dice.between(-0.2, 0.34);
            int length = first ? dice.between(4, 10) : dice.between(8, 18);
            for (int k = 0; k < length; k++) {
                int i = Math.floorMod((int) y + k, SIZE) * SIZE + Math.floorMod((int) (x + lean * k), SIZE);
                value[i] += (0.78 + bright - value[i]) * 0.6;
            }
        }
        int[] pixels = new int[SIZE * SIZE];
        for (int i = 0; i < pixels.length; i++) {
            double dry = patches[(i * 7 + 31) % pixels.length] * 0.1;
            pixels[i] = tone(value[i] + dry, value[i] + 0.04, value[i] - 0.03, 1);
        }
        return pixels;
    }

    private static int[] planks(Dice dice, int planks, double spread) {
        double[] fine = fractal(dice, 32, 3, 0.6);
        int[] pixels = new int[SIZE * SIZE];
        double[] tones = new double[planks * 2];
        double[] shift = new double[planks];
        int[] cut = new int[planks];
        for (int i = 0; i < planks; i++) {
            tones[2 * i] = dice.between(0.72, 0.72 + spread * 0.6);
            tones[2 * i + 1] = dice.between(0.72, 0.72 + spread * 0.6);
            shift[i] = dice.between(0, 50);
            cut[i] = dice.below(SIZE);
        }
        double[] warp = fractal(dice, 4, 3, 0.5);
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                double f = x * planks / (double) SIZE;
                int plank = (int) f;
                double in = f - plank;
                boolean lower = y < cut[plank];
                double rings = StrictMath.sin((in * 5 + shift[plank] + 3 * warp[y * SIZE + x] + (lower ? 2 : 0)) * 6);
                double grain = fine[y / 6 * SIZE + x] - 0.5;
                boolean joint = in < 0.02 || Math.abs(y - cut[plank]) < 1;
                double value = tones[2 * plank + (lower ? 1 : 0)] + 0.05 * rings + 0.14 * grain;
                pixels[y * SIZE + x] = shade(joint ? value * 0.6 : value, 1);
            }
        }
        return pixels;
    }

    private static int[] herringbone(Dice dice) {
        double[] fine = fractal(dice, 64, 2, 0.6);
        int[] pixels = new int[SIZE * SIZE];
        int unit = 16;
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                int cx = x / unit;
                int cy = y / unit;
                int k = Math.floorMod(cx - cy, 8);
                boolean lying = k < 4;
                int id = lying ? (cx - k) * 31 + cy * 17 : (cy - (7 - k)) * 13 + cx * 29 + 7;
                double tone = 0.72 + 0.2 * ((Dice.mix(id) >>> 40) / (double) (1 << 24));
                int across = lying ? y % unit : x % unit;
                int along = lying ? k * unit + x % unit : (7 - k) * unit + y % unit;
                double grain = lying ? fine[y * SIZE + x / 8] : fine[y / 8 * SIZE + x];
                boolean joint = across == 0 || along == 0;
                pixels[y * SIZE + x] = shade((tone + 0.18 * (grain - 0.5)) * (joint ? 0.65 : 1), 1);
            }
        }
        return pixels;
    }

    private int[] wallpaper(int variant, Dice dice) {
        double[] noise = fractal(dice, 32, 3, 0.6);
        Pattern pattern = switch (first ? variant : variant + 4) {
            case 0 -> (x, y) -> x / 32 % 2 == 0 ? 0.92 : 0.84;
            case 1 -> (x, y) -> round(x, y, 64, 9) ? 0.76 : 0.9;
            case 2 -> (x, y) -> x / 16 % 4 == 0 ? 0.8 : 0.9;
            case 4 ->
                (x, y) -> Math.abs(Math.floorMod(x, 64) - 32) + Math.abs(Math.floorMod(y, 64) - 32) < 18 ? 0.8 : 0.9;
            case 5 -> (x, y) -> y / 16 % 2 == 0 ? 0.9 : 0.85;
            case 6 -> (x, y) -> (x / 32 + y / 32) % 2 == 0 ? 0.9 : 0.83;
            default -> (x, y) -> 0.9;
        };
        int[] pixels = new int[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                pixels[y * SIZE + x] = shade(pattern.at(x, y) + 0.06 * (noise[y * SIZE + x] - 0.5), 1);
            }
        }
        return pixels;
    }

    private static boolean round(int x, int y, int cell, int radius) {
        int ox = Math.floorMod(x + (y / cell % 2) * cell / 2, cell) - cell / 2;
        int oy = Math.floorMod(y, cell) - cell / 2;
        return ox * ox + oy * oy < radius * radius;
    }

    private int[] carpet(int variant, Dice dice) {
        double[] noise = fractal(dice, 64, 2, 0.7);
        int[] pixels = new int[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                double pattern = first
                        ? (y / 20 % 3 == variant % 3 ? 0.72 : 0.88)
                        : (x / 24 + y / 24 + variant) % 3 == 0 ? 0.75 : 0.88;
                double tuft = dice.unit() * 0.14;
                pixels[y * SIZE + x] = shade(pattern + tuft - 0.07 + 0.1 * (noise[y * SIZE + x] - 0.5), 1);
            }
        }
        return pixels;
    }

    private int[] cloth(int variant, Dice dice) {
        double[] folds = fractal(dice, 4, 3, 0.5);
        int[] pixels = new int[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                double weave = first
                        ? ((x + y) / 2 % 2 == 0 ? 0.03 : -0.03)
                        : (x / 3 % 2 == 0 ? 0.04 : -0.03) * (y % 4 < 2 ? 1 : 0.3);
                double stripe = 0;
                if (variant == 3) {
                    stripe = first ? (y / 24 % 2 == 0 ? -0.16 : 0) : (x / 20 % 3 == 0 ? -0.16 : 0);
                }
                pixels[y * SIZE + x] = shade(0.87 + weave + stripe + 0.2 * (folds[y * SIZE + x] - 0.5), 1);
            }
        }
        return pixels;
    }

    private int[] fur(Dice dice) {
        double[] patches = fractal(dice, 6, 3, 0.5);
        double[] value = new double[SIZE * SIZE];
        for (int i = 0; i < value.length; i++) {
            value[i] = 0.84 + 0.16 * (patches[i] - 0.5);
        }
        int hairs = first ? 6000 : 3000;
        for (int h = 0; h < hairs; h++) {
            double x = dice.below(SIZE);
            int y = dice.below(SIZE);
            double curl = dice.between(-0.4, 0.4);
            double bright = dice.between(-0.14, 0.13);
            int length = first ? dice.between(6, 14) : dice.between(12, 26);
            for (int k = 0; k < length; k++) {
                int i = Math.floorMod(y + k, SIZE) * SIZE + Math.floorMod((int) x, SIZE);
                value[i] += bright * 0.5;
                x += first ? curl : StrictMath.sin(k * 0.5) * 0.8;
            }
        }
        int[] pixels = new int[SIZE * SIZE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = shade(Math.max(0.55, value[i]), 1);
        }
        return pixels;
    }

    private int[] leaves(Dice dice) {
        double[] value = new double[SIZE * SIZE];
        double[] patches = fractal(dice, 8, 3, 0.6);
        for (int i = 0; i < value.length; i++) {
            value[i] = 0.5 + 0.3 * (patches[i] - 0.5);
        }
        int count = first ? 1500 : 800;
        for (int l = 0; l < count; l++) {
            int cx = dice.below(SIZE);
            int cy = dice.below(SIZE);
            double turn = dice.between(0, StrictMath.PI);
            double c = StrictMath.cos(turn);
            double s = StrictMath.sin(turn);
            double bright = dice.between(0.62, 1.06) * (0.66 + 0.34 * l / count);
            double a = first ? 5.5 : 9;
            double b = first ? 2.6 : 3;
            for (int y = -9; y <= 9; y++) {
                for (int x = -9; x <= 9; x++) {
                    double u = (x * c + y * s) / a;
                    double v = (-x * s + y * c) / b;
                    if (u * u + v * v < 1) {
                        value[Math.floorMod(cy + y, SIZE) * SIZE + Math.floorMod(cx + x, SIZE)] = bright + 0.06 * v;
                    }
                }
            }
        }
        int[] pixels = new int[SIZE * SIZE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = shade(value[i], 1);
        }
        return pixels;
    }
}
