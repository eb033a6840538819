package io.sluice.world;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Renders frames of scenes at one size. For one thread. */
final class Renderer {
    /** Smaller letters are not painted: nobody could read them. In pixels of a capital's height. */
    private static final double SMALLEST_LETTER = 5;

    /** Objects with fewer pixels are not told of. */
    private static final int FEWEST_PIXELS = 12;

    private static final double NEAREST_BOARD = 0.4;

    private final int width;
    private final int height;
    private final Rasteriser rasteriser;
    private final Shading shading;
    private final Lens lens;
    private final BufferedImage ink;
    private final byte[] coverage;

    /** What the shading holds, with its words; null while it holds something else. */
    private @Nullable View view;

    /** A still stretch shows the same over and over, and only the lens does something new. */
    private record View(Scene scene, double seconds, double part, double[] whole, List<FrameTruth.Text> text) {
        boolean isOf(Scene other, double otherSeconds, double otherPart) {
            return scene == other && seconds == otherSeconds && part == otherPart;
        }
    }

    Renderer(int width, int height) {
        this.width = width;
        this.height = height;
        this.rasteriser = new Rasteriser(width, height);
        Texture none = new Texture(new int[Texture.SIZE * Texture.SIZE]);
        this.shading = new Shading(rasteriser, Lights.noon(), none);
        this.lens = new Lens(width, height);
        this.ink = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        this.coverage = ((DataBufferByte) ink.getRaster().getDataBuffer()).getData();
    }

    /**
     * @param part where the camera is between the scene's two cameras
     * @param withClean whether the frame without words is wanted as well
     */
    RenderedFrame render(
            Scene scene,
            double seconds,
            double part,
            Shooting shooting,
            int frame,
            int shot,
            int still,
            boolean withClean) {
        View seen = view;
        BufferedImage clean = null;
        if (withClean || seen == null || !seen.isOf(scene, seconds, part)) {
            view = null;
            double[] whole = draw(scene, seconds, part);
            clean = withClean ? lens.expose(shading.picture, shooting) : null;
            seen = new View(scene, seconds, part, whole, writings(scene, part));
            view = seen;
        }
        List<FrameTruth.Text> text = new ArrayList<>(seen.text);
        boolean burnt = shooting.subtitle() != null || shooting.watermark() != null;
        BufferedImage picture;
        if (clean != null && text.isEmpty()) {
            picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            clean.copyData(picture.getRaster());
        } else {
            picture = lens.expose(shading.picture, shooting);
        }
        if (shooting.subtitle() != null) {
            text.add(lens.burn(picture, shooting.subtitle(), "subtitle"));
        }
        if (shooting.watermark() != null) {
            text.add(lens.burn(picture, shooting.watermark(), "watermark"));
        }
        byte[] mask = new byte[width * height];
        List<FrameTruth.Seen> objects = objects(scene, seen.whole, mask);
        FrameTruth truth = new FrameTruth(
                null,
                frame,
                width,
                height,
                shooting.blur().kind().equals("none")
                        ? FrameTruth.Blur.NONE
                        : new FrameTruth.Blur(
                                shooting.blur().kind(),
                                Lens.round(shooting.blur().pixels())),
                shooting.exposure(),
                Lens.round(shooting.noise()),
                shot,
                still,
                Caption.of(scene.place, objects).sentence(),
                scene.place.word(),
                objects,
                text);
        return new RenderedFrame(picture, text.isEmpty() && !burnt ? null : clean, mask, truth);
    }

    /** Puts the picture without words where the shading has it; returns the pixels that each thing would have if nothing hid it. */
    private double[] draw(Scene scene, double seconds, double part) {
        Camera camera = scene.camera(part);
        double[] axes = camera.axes();
        List<Mesh> meshes = new ArrayList<>(scene.meshes);
        for (Scene.Placed placed : scene.actors) {
            Mesh mesh = new Mesh(placed.object());
            double dx = placed.x() - camera.x();
            double dz = placed.z() - camera.z();
            double pixels = placed.size() * camera.focal(width) / Math.max(1, Math.sqrt(dx * dx + dz * dz));
            placed.actor().sculpt(new Sculptor(mesh, (int) (6 + pixels / 28)), seconds);
            meshes.add(mesh);
        }
        rasteriser.castShadows(meshes, scene.light.toSun(), scene.shadowX, scene.shadowZ, scene.shadowRadius);
        rasteriser.clear(camera.focal(width));
        double[] whole = new double[scene.things.size()];
        for (Mesh mesh : meshes) {
            double area = rasteriser.draw(mesh, camera, axes, mesh.object >= 0);
            if (mesh.object >= 0) {
                whole[mesh.object] += area;
            }
        }
        shading.use(camera, axes, scene.light, scene.clouds);
        shading.shadeAll();
        return whole;
    }

    /** Paints the words of all boards that are seen. */
    private List<FrameTruth.Text> writings(Scene scene, double part) {
        Camera camera = scene.camera(part);
        List<FrameTruth.Text> text = new ArrayList<>();
        for (Scene.Board board : scene.boards) {
            FrameTruth.Text written = write(board, camera, camera.axes());
            if (written != null) {
                text.add(written);
            }
        }
        return text;
    }

    private List<FrameTruth.Seen> objects(Scene scene, double[] whole, byte[] mask) {
        int count = scene.things.size();
        int[] pixels = new int[count];
        int[] left = new int[count];
        int[] top = new int[count];
        int[] right = new int[count];
        int[] bottom = new int[count];
        java.util.Arrays.fill(left, width);
        java.util.Arrays.fill(top, height);
        int[] object = shading.object;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int o = object[y * width + x];
                if (o >= 0) {
                    pixels[o]++;
                    left[o] = Math.min(left[o], x);
                    right[o] = Math.max(right[o], x + 1);
                    top[o] = Math.min(top[o], y);
                    bottom[o] = Math.max(bottom[o], y + 1);
                }
            }
        }
        List<FrameTruth.Seen> seen = new ArrayList<>();
        int[] value = new int[count];
        for (int o = 0; o < count; o++) {
            if (pixels[o] < FEWEST_PIXELS || seen.size() == 255) {
                continue;
            }
            value[o] = seen.size() + 1;
            Scene.Thing thing = scene.things.get(o);
            double visible = Math.min(1, pixels[o] / Math.max(pixels[o], whole[o]));
            seen.add(new FrameTruth.Seen(
                    o,
                    thing.kind().word(),
                    thing.colour().word(),
                    thing.action(),
                    List.of(left[o], top[o], right[o], bottom[o]),
                    Math.round(visible * 1000) / 1000.0,
                    value[o],
                    false));
        }
        for (int i = 0; i < mask.length; i++) {
            mask[i] = object[i] < 0 ? 0 : (byte) value[object[i]];
        }
        return Caption.named(seen, width, height);
    }

    /** Paints a board's words where the board is seen; null if they are too small, too far aside or hidden. */
    private FrameTruth.@Nullable Text write(Scene.Board board, Camera camera, double[] axes) {
        double focal = rasteriser.focal;
        Rectangle2D box = board.outline().getBounds2D();
        double[][] corner = new double[4][];
        double[] u = {box.getMinX(), box.getMaxX(), box.getMaxX(), box.getMinX()};
        double[] v = {box.getMinY(), box.getMinY(), box.getMaxY(), box.getMaxY()};
        for (int i = 0; i < 4; i++) {
            corner[i] = project(board, camera, axes, focal, u[i], v[i]);
            if (corner[i][2] < NEAREST_BOARD) {
                return null;
            }
        }
        double area = 0;
        for (int i = 0; i < 4; i++) {
            double[] a = corner[i];
            double[] b = corner[(i + 1) % 4];
            area += a[0] * b[1] - a[1] * b[0];
        }
        double leftHeight = corner[3][1] - corner[0][1];
        double rightHeight = corner[2][1] - corner[1][1];
        double topWidth = StrictMath.hypot(corner[1][0] - corner[0][0], corner[1][1] - corner[0][1]);
        double letter = Math.min(leftHeight, rightHeight) / Math.max(0.5, box.getHeight());
        double squeeze = topWidth / Math.max(1e-6, (leftHeight + rightHeight) / 2) / (box.getWidth() / box.getHeight());
        if (area <= 0 || letter < SMALLEST_LETTER || squeeze < 0.3) {
            return null;
        }
        Path2D.Double path = new Path2D.Double(Path2D.WIND_NON_ZERO);
        double[] c = new double[6];
        for (PathIterator it = board.outline().getPathIterator(null, 0.004); !it.isDone(); it.next()) {
            int type = it.currentSegment(c);
            if (type == PathIterator.SEG_CLOSE) {
                path.closePath();
                continue;
            }
            double[] p = project(board, camera, axes, focal, c[0], c[1]);
            if (type == PathIterator.SEG_MOVETO) {
                path.moveTo(p[0], p[1]);
            } else {
                path.lineTo(p[0], p[1]);
            }
        }
        Rectangle2D bounds = path.getBounds2D();
        int x0 = (int) Math.max(0, Math.floor(bounds.getMinX()));
        int y0 = (int) Math.max(0, Math.floor(bounds.getMinY()));
        int x1 = (int) Math.min(width, Math.ceil(bounds.getMaxX()));
        int y1 = (int) Math.min(height, Math.ceil(bounds.getMaxY()));
        if (x0 >= x1 || y0 >= y1) {
            return null;
        }
        Graphics2D g = ink.createGraphics();
        g.setColor(Color.BLACK);
        g.fillRect(x0, y0, x1 - x0, y1 - y0);
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        g.setColor(Color.WHITE);
        g.fill(path);
        g.dispose();
        double all = 0;
        double shown = 0;
        float[] paint = new float[3];
        float[] colour = Linear.rgb(board.ink());
        float[] picture = shading.picture;
        for (int y = y0; y < y1; y++) {
            for (int x = x0; x < x1; x++) {
                int cover = coverage[y * width + x] & 255;
                if (cover == 0) {
                    continue;
                }
                all += cover;
                System.arraycopy(colour, 0, paint, 0, 3);
                int samples = shading.paint(x, y, board.mesh(), board.material(), paint);
                if (samples > 0) {
                    shown += cover * samples / 4.0;
                    float part = cover * samples / 1020f;
                    int i = 3 * (y * width + x);
                    picture[i] += (paint[0] - picture[i]) * part;
                    picture[i + 1] += (paint[1] - picture[i + 1]) * part;
                    picture[i + 2] += (paint[2] - picture[i + 2]) * part;
                }
            }
        }
        double within = (x1 - x0) * (double) (y1 - y0) / Math.max(1, bounds.getWidth() * bounds.getHeight());
        double visible = all == 0 ? 0 : shown / all * Math.min(1, within);
        if (shown < 4 * 255) {
            return null;
        }
        List<List<Double>> quad = new ArrayList<>();
        for (double[] p : corner) {
            quad.add(List.of(Lens.round(p[0]), Lens.round(p[1])));
        }
        return new FrameTruth.Text(quad, board.words(), "sign", Math.round(visible * 1000) / 1000.0);
    }

    private double[] project(Scene.Board board, Camera camera, double[] axes, double focal, double u, double v) {
        double x = board.origin()[0] + board.right()[0] * u - board.up()[0] * v - camera.x();
        double y = board.origin()[1] + board.right()[1] * u - board.up()[1] * v - camera.y();
        double z = board.origin()[2] + board.right()[2] * u - board.up()[2] * v - camera.z();
        double rx = x * axes[0] + y * axes[1] + z * axes[2];
        double ry = x * axes[3] + y * axes[4] + z * axes[5];
        double rz = x * axes[6] + y * axes[7] + z * axes[8];
        double w = focal / Math.max(1e-6, rz);
        return new double[] {width / 2.0 + rx * w, height / 2.0 - ry * w, rz};
    }
}
