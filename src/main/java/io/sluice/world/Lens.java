package io.sluice.world;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.List;

/** From light to a picture: blur, vignette, exposure, noise; and what is burnt in afterwards. For one thread. */
final class Lens {
    /** The exposure that is called normal. */
    private static final float NORMAL = 1.32f;

    private static final int NOISE = 1 << 14;
    private static final float[] GAUSS = new float[NOISE];

    static {
        Dice dice = new Dice(7);
        for (int i = 0; i < NOISE; i += 2) {
            double radius = Math.sqrt(-2 * StrictMath.log(1 - dice.unit()));
            double turn = 2 * StrictMath.PI * dice.unit();
            GAUSS[i] = (float) (radius * StrictMath.cos(turn));
            GAUSS[i + 1] = (float) (radius * StrictMath.sin(turn));
        }
    }

    private final int width;
    private final int height;
    private final float[] blurred;
    private final float[] sums;

    Lens(int width, int height) {
        this.width = width;
        this.height = height;
        this.blurred = new float[width * height * 3];
        this.sums = new float[(width + 1) * 3];
    }

    /** @param light linear red, green, blue for each pixel; stays as it is */
    BufferedImage expose(float[] light, Shooting shooting) {
        float[] from = light;
        if (shooting.blur().kind().equals("motion")) {
            move(light, shooting.blur().pixels(), shooting.angle());
            from = blurred;
        } else if (shooting.blur().kind().equals("defocus")) {
            defocus(light, shooting.blur().pixels());
            from = blurred;
        }
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] pixels = ((DataBufferInt) picture.getRaster().getDataBuffer()).getData();
        float gain = NORMAL * (float) shooting.gain();
        float corner = (float) shooting.vignette();
        float noise = (float) shooting.noise();
        float radius = 4f / (width * (float) width + height * (float) height);
        long state = shooting.noiseSeed() * 0x9E3779B97F4A7C15L | 1;
        for (int y = 0; y < height; y++) {
            float fy = y - height / 2f;
            for (int x = 0; x < width; x++) {
                int i = 3 * (y * width + x);
                float fx = x - width / 2f;
                float square = (fx * fx + fy * fy) * radius;
                float g = gain * (1 - corner * square * (0.5f + 0.5f * square));
                int red = Linear.pixel(from[i] * g);
                int green = Linear.pixel(from[i + 1] * g);
                int blue = Linear.pixel(from[i + 2] * g);
                if (noise > 0) {
                    state ^= state << 13;
                    state ^= state >>> 7;
                    state ^= state << 17;
                    float grey = 0.8f * GAUSS[(int) state & NOISE - 1];
                    red = clamp(red + 0.5f + noise * (grey + 0.6f * GAUSS[(int) (state >>> 14) & NOISE - 1]));
                    green = clamp(green + 0.5f + noise * (grey + 0.6f * GAUSS[(int) (state >>> 28) & NOISE - 1]));
                    blue = clamp(blue + 0.5f + noise * (grey + 0.6f * GAUSS[(int) (state >>> 42) & NOISE - 1]));
                }
                pixels[y * width + x] = red << 16 | green << 8 | blue;
            }
        }
        return picture;
    }

    private static int clamp(float value) {
        return value < 0 ? 0 : value > 255 ? 255 : (int) value;
    }

    private void move(float[] light, double length, double angle) {
        int taps = Math.max(2, (int) Math.ceil(length) + 1);
        int[] ox = new int[taps];
        int[] oy = new int[taps];
        for (int t = 0; t < taps; t++) {
            double at = length * (t / (taps - 1.0) - 0.5);
            ox[t] = (int) Math.round(at * StrictMath.cos(angle));
            oy[t] = (int) Math.round(at * StrictMath.sin(angle));
        }
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                float red = 0;
                float green = 0;
                float blue = 0;
                for (int t = 0; t < taps; t++) {
                    int sx = x + ox[t];
                    int sy = y + oy[t];
                    sx = sx < 0 ? 0 : sx >= width ? width - 1 : sx;
                    sy = sy < 0 ? 0 : sy >= height ? height - 1 : sy;
                    int i = 3 * (sy * width + sx);
                    red += light[i];
                    green += light[i + 1];
                    blue += light[i + 2];
                }
                int o = 3 * (y * width + x);
                blurred[o] = red / taps;
                blurred[o + 1] = green / taps;
                blurred[o + 2] = blue / taps;
            }
        }
    }

    /** A mean over a disc, row by row from running sums. */
    private void defocus(float[] light, double radius) {
        int reach = (int) Math.floor(radius);
        java.util.Arrays.fill(blurred, 0);
        int[] half = new int[reach + 1];
        int area = 0;
        for (int dy = 0; dy <= reach; dy++) {
            half[dy] = (int) Math.floor(Math.sqrt(Math.max(0, radius * radius - dy * dy)));
            area += (2 * half[dy] + 1) * (dy == 0 ? 1 : 2);
        }
        float weight = 1f / area;
        for (int row = -reach; row < height + reach; row++) {
            int y = Math.min(height - 1, Math.max(0, row));
            for (int x = 0; x < width; x++) {
                int i = 3 * (y * width + x);
                sums[3 * x + 3] = sums[3 * x] + light[i];
                sums[3 * x + 4] = sums[3 * x + 1] + light[i + 1];
                sums[3 * x + 5] = sums[3 * x + 2] + light[i + 2];
            }
            for (int to = Math.max(0, row - reach); to <= Math.min(height - 1, row + reach); to++) {
                int h = half[Math.abs(to - row)];
                int o = 3 * to * width;
                for (int x = 0; x < width; x++, o += 3) {
                    int a = x - h;
                    int b = x + h + 1;
                    float scale = weight;
                    if (a < 0 || b > width) {
                        a = Math.max(0, a);
                        b = Math.min(width, b);
                        scale *= (2f * h + 1) / (b - a);
                    }
                    blurred[o] += (sums[3 * b] - sums[3 * a]) * scale;
                    blurred[o + 1] += (sums[3 * b + 1] - sums[3 * a + 1]) * scale;
                    blurred[o + 2] += (sums[3 * b + 2] - sums[3 * a + 2]) * scale;
                }
            }
        }
    }

    /** Burns words in; returns where they are. */
    FrameTruth.Text burn(BufferedImage picture, Shooting.Overlay overlay, String where) {
        Shape outline = overlay.lettering().outline(overlay.words());
        Rectangle2D ink = outline.getBounds2D();
        double size = overlay.size() * height;
        double room = width * 0.92;
        if (ink.getWidth() * size > room) {
            size = room / ink.getWidth();
        }
        double left = width * overlay.x() - ink.getWidth() * size * overlay.x();
        double base = Math.min(height * overlay.y(), height * 0.985 - Math.max(0, ink.getMaxY()) * size);
        AffineTransform place = new AffineTransform(size, 0, 0, size, left, base);
        Shape letters = place.createTransformedShape(outline);
        Rectangle2D box = letters.getBounds2D();
        Graphics2D g = picture.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        if (overlay.box() > 0) {
            g.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, (float) overlay.box()));
            g.setColor(Color.BLACK);
            double pad = size * 0.45;
            g.fill(new RoundRectangle2D.Double(
                    box.getX() - pad,
                    box.getY() - pad,
                    box.getWidth() + 2 * pad,
                    box.getHeight() + 2 * pad,
                    pad * 0.6,
                    pad * 0.6));
        }
        g.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, (float) overlay.opacity()));
        if (overlay.outline() >= 0) {
            g.setColor(new Color(overlay.outline()));
            g.setStroke(
                    new BasicStroke((float) Math.max(1.6, size * 0.17), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            g.draw(letters);
        }
        g.setColor(new Color(overlay.fill()));
        g.fill(letters);
        g.dispose();
        double right = box.getMaxX();
        double bottom = box.getMaxY();
        return new FrameTruth.Text(
                List.of(
                        List.of(round(box.getX()), round(box.getY())),
                        List.of(round(right), round(box.getY())),
                        List.of(round(right), round(bottom)),
                        List.of(round(box.getX()), round(bottom))),
                overlay.words(),
                where,
                1);
    }

    static double round(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
