package io.sluice.bench;

import io.sluice.dataset.DatasetFolder;
import io.sluice.dataset.Report;
import io.sluice.export.BucketSettings;
import io.sluice.export.Export;
import io.sluice.export.ExportOptions;
import io.sluice.export.ExportSource;
import io.sluice.export.Layout;
import io.sluice.export.SubjectMasks;
import io.sluice.frame.Box;
import io.sluice.frame.Caption;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.VideoId;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.image.Resampling;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.store.FolderFileTree;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Times the export of a dataset in each layout: written into an empty folder, with buckets told and all of it read back, and once
 * more over what is there. Pictures are made up: soft noise, 1280 x 720, JPEG of quality 97. Masks come from boxes. Argument: pictures.
 */
public final class ExportBenchmark {
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 720;
    private static final int DIFFERENT = 16;
    private static final long SHARD_BYTES = 256L << 20;
    private static final Recipe RECIPE =
            RecipeReader.read("dataset: rex\ndetect: {target: [dog]}\ncaption: {trigger: rex}", Map.of());

    private ExportBenchmark() {}

    public static void main(String[] args) throws IOException {
        int pictures = args.length > 0 ? Integer.parseInt(args[0]) : 2000;
        Path folder = Files.createTempDirectory("sluice-export");
        try {
            long bytes = write(folder, pictures);
            System.out.printf("%d pictures, %.0f kB each%n%n", pictures, bytes / 1e3 / pictures);
            System.out.println("| layout | masks | first, wall s | CPU s | pictures a second | MB/s | again, wall s |");
            System.out.println("|---|---|---|---|---|---|---|");
            for (Layout layout : Layout.values()) {
                for (boolean masks : new boolean[] {false, true}) {
                    export(folder, layout, masks, pictures, bytes);
                }
            }
        } finally {
            delete(folder);
        }
    }

    /** @return bytes of all pictures */
    private static long write(Path folder, int pictures) {
        VideoId video = new VideoId("ab".repeat(32));
        List<byte[]> jpegs = new ArrayList<>();
        for (int seed = 0; seed < DIFFERENT; seed++) {
            byte[] noise = new byte[3 * (WIDTH / 8) * (HEIGHT / 8)];
            new Random(seed).nextBytes(noise);
            jpegs.add(ImageCodec.jpeg(
                    Resampling.BILINEAR.resize(new Image(WIDTH / 8, HEIGHT / 8, noise), WIDTH, HEIGHT), 97));
        }
        DatasetFolder dataset = new DatasetFolder(folder, RECIPE);
        List<Frame> frames = new ArrayList<>();
        long bytes = 0;
        for (int number = 0; number < pictures; number++) {
            byte[] jpeg = jpegs.get(number % DIFFERENT);
            ImageRef image = new ImageRef("k" + number, WIDTH, HEIGHT, ImageRef.JPEG, jpeg.length, "0".repeat(64));
            Detection dog = new Detection("dog", 0.9, new Box(300, 200, 800, 700));
            Frame frame = new Frame(
                    FrameId.of(video, 0, number, 0),
                    video,
                    0,
                    number * 1_000_000L,
                    image,
                    List.of(new Detections("m", List.of(dog)), new Caption("rex a dog " + number, "names")));
            dataset.write(frame, jpeg);
            frames.add(frame);
            bytes += jpeg.length;
        }
        dataset.finish(frames, new Report("rex", 1, pictures, List.of(), List.of(), List.of(), List.of()));
        return bytes;
    }

    private static void export(Path folder, Layout layout, boolean masks, int pictures, long bytes) throws IOException {
        Path to = folder.resolve("export");
        ExportSource source = new ExportSource(
                new FolderFileTree(folder.resolve("rex")),
                RECIPE,
                masks ? Optional.of(new SubjectMasks(Optional.empty())) : Optional.empty());
        ExportOptions options = new ExportOptions(
                layout, List.of(new BucketSettings(1024, 1024, 256, 2048, 64, true)), SHARD_BYTES, false, "/data/rex");
        double[] wall = new double[2];
        double cpu = 0;
        for (int time = 0; time < 2; time++) {
            long begin = System.nanoTime();
            double cpuBefore = cpuSeconds();
            new Export(List.of(source), to, options).run();
            wall[time] = (System.nanoTime() - begin) / 1e9;
            cpu = time == 0 ? cpuSeconds() - cpuBefore : cpu;
        }
        System.out.printf(
                "| %s | %s | %.1f | %.1f | %.0f | %.0f | %.1f |%n",
                layout.word(),
                masks ? "of boxes" : "none",
                wall[0],
                cpu,
                pictures / wall[0],
                bytes / 1e6 / wall[0],
                wall[1]);
        delete(to);
    }

    private static double cpuSeconds() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e9;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
