package io.sluice.world;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Writes single frames of as many scenes with their truth, for the training of models:
 * {@code --out DIR --seed N --frames N --look training|held-out --size WxH [--threads N] [--clean N] [--text-crops]}.
 *
 * <p>In DIR: {@code images/000001.jpg}; {@code masks/000001.png}, 8 bits, an object's value in the truth or 0;
 * {@code clean/000001.png}, the same frame without words, where there are words, of the first
 * {@code --clean} frames; {@code crops/000001-1.png} with
 * {@code --text-crops}, the upright rectangles of words; {@code truth.jsonl}, a {@link FrameTruth} a line, in order. A frame is
 * a function of seed, number, look and size: more frames, or more threads, change none, and a folder that holds the first frames
 * already is gone on with.
 */
public final class TrainingSet {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String USAGE =
            "usage: --out DIR --seed N --frames N --look training|held-out --size WxH [--threads N] [--clean N] [--text-crops]";

    private final Path folder;
    private final long seed;
    private final Look look;
    private final int width;
    private final int height;
    private final int cleanFrames;
    private final boolean crops;
    private final ThreadLocal<Renderer> renderers;

    private TrainingSet(Path folder, long seed, Look look, int width, int height, int cleanFrames, boolean crops) {
        this.folder = folder;
        this.seed = seed;
        this.look = look;
        this.width = width;
        this.height = height;
        this.cleanFrames = cleanFrames;
        this.crops = crops;
        this.renderers = ThreadLocal.withInitial(() -> new Renderer(width, height));
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.setProperty("java.awt.headless", "true");
        Path out = null;
        long seed = 1;
        int frames = 100;
        Look look = Look.TRAINING;
        int width = 640;
        int height = 360;
        int threads = Runtime.getRuntime().availableProcessors();
        int cleanFrames = Integer.MAX_VALUE;
        boolean crops = false;
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i];
            if (option.equals("--text-crops")) {
                crops = true;
                continue;
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(option + " needs a value; " + USAGE);
            }
            String value = arguments[++i];
            switch (option) {
                case "--out" -> out = Path.of(value);
                case "--seed" -> seed = Long.parseLong(value);
                case "--frames" -> frames = Integer.parseInt(value);
                case "--clean" -> cleanFrames = Integer.parseInt(value);
                case "--threads" -> threads = Integer.parseInt(value);
                case "--look" ->
                    look = Look.valueOf(value.toUpperCase(Locale.ROOT).replace('-', '_'));
                case "--size" -> {
                    String[] sides = value.split("x", 2);
                    width = Integer.parseInt(sides[0]);
                    height = Integer.parseInt(sides[1]);
                }
                default -> throw new IllegalArgumentException("unknown option " + option + "; " + USAGE);
            }
        }
        if (out == null) {
            throw new IllegalArgumentException(USAGE);
        }
        new TrainingSet(out, seed, look, width, height, cleanFrames, crops).write(frames, threads);
    }

    private void write(int frames, int threads) throws IOException, InterruptedException {
        for (String name : crops ? List.of("images", "masks", "clean", "crops") : List.of("images", "masks", "clean")) {
            Files.createDirectories(folder.resolve(name));
        }
        Path file = folder.resolve("truth.jsonl");
        int there = 0;
        if (Files.exists(file)) {
            String lines = Files.readString(file);
            // A run that was stopped may have left half a line.
            String whole = lines.substring(0, lines.lastIndexOf('\n') + 1);
            Files.writeString(file, whole);
            there = (int) whole.lines().count();
        }
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try (BufferedWriter truth = Files.newBufferedWriter(
                file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            Deque<Future<FrameTruth>> running = new ArrayDeque<>();
            for (int number = there + 1; number <= frames; number++) {
                int n = number;
                running.add(workers.submit(() -> one(n)));
                if (running.size() >= 4 * threads) {
                    finish(running, truth);
                }
            }
            while (!running.isEmpty()) {
                finish(running, truth);
            }
        } finally {
            workers.shutdownNow();
        }
    }

    private static void finish(Deque<Future<FrameTruth>> running, BufferedWriter truth)
            throws IOException, InterruptedException {
        try {
            truth.write(JSON.writeValueAsString(running.remove().get()));
            truth.write('\n');
        } catch (ExecutionException e) {
            throw new IOException("a frame was not written: " + e.getCause(), e.getCause());
        }
    }

    private FrameTruth one(int number) throws IOException {
        Dice dice = Dice.of(seed, number);
        boolean outside = dice.chance(0.68);
        SceneScript.Cast cast = new SceneScript.Cast(dice.of(0, 1, 1, 1, 2, 2, 3), -1, -1, -1, null);
        Scene scene = outside ? Street.shot(look, dice, cast) : Room.shot(look, dice, cast);
        Shooting shooting = Shooting.random(look, dice, height);
        RenderedFrame frame = renderers
                .get()
                .render(scene, dice.between(0, 2), 0, shooting, 0, number - 1, -1, number <= cleanFrames);
        String name = String.format(Locale.ROOT, "%06d", number);
        float quality = (float) dice.between(0.55, 0.95);
        writeJpeg(frame.picture(), folder.resolve("images").resolve(name + ".jpg"), quality);
        BufferedImage mask = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        mask.getRaster().setDataElements(0, 0, width, height, frame.mask());
        ImageIO.write(
                mask, "png", folder.resolve("masks").resolve(name + ".png").toFile());
        BufferedImage clean = frame.clean();
        if (clean != null) {
            ImageIO.write(
                    clean, "png", folder.resolve("clean").resolve(name + ".png").toFile());
        }
        if (crops) {
            writeCrops(frame, name);
        }
        return frame.truth().in(name + ".jpg");
    }

    private void writeCrops(RenderedFrame frame, String name) throws IOException {
        List<FrameTruth.Text> text = new ArrayList<>(frame.truth().text());
        for (int i = 0; i < text.size(); i++) {
            double left = width;
            double top = height;
            double right = 0;
            double bottom = 0;
            for (List<Double> corner : text.get(i).quad()) {
                left = Math.min(left, corner.get(0));
                right = Math.max(right, corner.get(0));
                top = Math.min(top, corner.get(1));
                bottom = Math.max(bottom, corner.get(1));
            }
            int x0 = (int) Math.max(0, Math.floor(left));
            int y0 = (int) Math.max(0, Math.floor(top));
            int x1 = (int) Math.min(width, Math.ceil(right));
            int y1 = (int) Math.min(height, Math.ceil(bottom));
            if (x0 < x1 && y0 < y1) {
                BufferedImage crop = frame.picture().getSubimage(x0, y0, x1 - x0, y1 - y0);
                ImageIO.write(
                        crop,
                        "png",
                        folder.resolve("crops")
                                .resolve(name + "-" + (i + 1) + ".png")
                                .toFile());
            }
        }
    }

    private static void writeJpeg(BufferedImage picture, Path file, float quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        Files.deleteIfExists(file);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(quality);
            writer.write(null, new IIOImage(picture, null, null), parameters);
        } finally {
            writer.dispose();
        }
    }
}
