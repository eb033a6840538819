package io.sluice.bench;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.assess.Assessment;
import io.sluice.assess.Goal;
import io.sluice.assess.MeasuredFrame;
import io.sluice.assess.Outlook;
import io.sluice.assess.Replay;
import io.sluice.assess.Standing.Fate;
import io.sluice.assess.Suggestions;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.Measured;
import io.sluice.catalogue.Verdict;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Annotation;
import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Sharpness;
import io.sluice.frame.VideoId;
import io.sluice.model.ModelFolder;
import io.sluice.model.Models;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.Device;
import io.sluice.onnx.OnnxRuntime;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.route.DatasetReport;
import io.sluice.route.KeptMeasurements;
import io.sluice.route.Pipeline;
import io.sluice.route.StageMetrics;
import io.sluice.select.Edits;
import io.sluice.select.EmbeddingCosine;
import io.sluice.select.PerceptualHash;
import io.sluice.select.Selector;
import io.sluice.stage.FrameEmbeddings;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import io.sluice.stage.aesthetic.AestheticStage;
import io.sluice.stage.aesthetic.PhotographicQuality;
import io.sluice.stage.blur.BlurStage;
import io.sluice.stage.detect.DetectStage;
import io.sluice.stage.inpaint.InpaintStage;
import io.sluice.store.FolderFrameStore;
import io.sluice.store.FrameImages;
import io.sluice.store.FrameStore;
import io.sluice.video.ExtractionFingerprint;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Times how long it takes to decide on a measured dataset again: reading the measurements from SQLite, judging and selecting, and
 * writing the decisions down. The dataset is made up: frames of twenty videos in shots, each with a sharpness, two detections, a
 * score, a hash and an embedding of 512 numbers, those of a shot near each other. Arguments: frames, rounds. Prints a line for each
 * part, wall and CPU time: the first, in a process that has compiled nothing, and the median of the others.
 */
public final class SelectionBenchmark {
    private static final int VIDEOS = 20;
    private static final int SHOT = 8;
    private static final int NUMBERS = 512;

    private final Random random = new Random(1);
    private final Recipe recipe = RecipeReader.read("", Map.of("dataset", "rex"));
    private final Catalogue catalogue;
    private final FrameStore store;
    private final Pipeline pipeline;
    private final KeptMeasurements measurements;

    private SelectionBenchmark(Path folder, Models models) {
        this.catalogue = Catalogue.embedded(folder.resolve("catalogue.db"));
        this.store = new FolderFrameStore(folder.resolve("frames"));
        FrameImages images = new FrameImages(store, 0);
        FrameEmbeddings embeddings = new FrameEmbeddings(models, store, images);
        List<Stage> stages = List.of(
                new BlurStage(images),
                new DetectStage(models, images, embeddings),
                new AestheticStage(images, new PhotographicQuality(), models, embeddings),
                new InpaintStage(images, store, models));
        this.pipeline = new Pipeline(stages);
        StageMetrics metrics = new StageMetrics(new SimpleMeterRegistry());
        this.measurements =
                new KeptMeasurements(catalogue, pipeline, new DatasetReport(catalogue, pipeline, metrics, List::of));
    }

    public static void main(String[] args) throws IOException {
        int frames = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        Path folder = Files.createTempDirectory("sluice-selection");
        try (Models models =
                new Models(new ModelFolder(folder.resolve("models"), Kinds.ALL), new OnnxRuntime(Device.CPU))) {
            SelectionBenchmark benchmark = new SelectionBenchmark(folder, models);
            benchmark.fill(folder, frames);
            benchmark.measure(rounds);
            benchmark.catalogue.close();
        } finally {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void measure(int rounds) {
        String dataset = recipe.dataset();
        Selector hashes = new Selector();
        Selector both = new Selector(new PerceptualHash(), new EmbeddingCosine(this::embedding));
        List<MeasuredFrame> loaded = time("load from SQLite", rounds, () -> measurements.of(dataset, recipe, recipe));
        Replay byHash = new Replay(pipeline.stages(), hashes);
        Replay byBoth = new Replay(pipeline.stages(), both);
        time("judge and select by hash", rounds, () -> byHash.of(recipe, loaded, Edits.NONE));
        Outlook outlook = time(
                "judge and select by hash and embedding, read from the store",
                rounds,
                () -> byBoth.of(recipe, loaded, Edits.NONE));
        time("write all decisions", rounds, () -> {
            List<FrameProgress> rows = outlook.standings().stream()
                    .map(standing -> new FrameProgress(
                            standing.frame().id(),
                            standing.frame().video(),
                            0,
                            StageName.SELECT,
                            standing.fate() == Fate.KEPT ? Verdict.KEPT : Verdict.REJECTED,
                            standing.rejection().map(rejection -> rejection.reason()),
                            OptionalDouble.empty(),
                            OptionalDouble.empty()))
                    .toList();
            catalogue.update(transaction -> transaction.frames().reselected(dataset, rows));
            return rows;
        });
        Recipe other = RecipeReader.read(
                recipe.canonical(), Map.of("blur.threshold", "0.4", "select.cosine", "0.9", "select.goal", "500"));
        Outlook changed = time(
                "the whole: load, judge, select by both under another recipe",
                rounds,
                () -> byBoth.of(other, measurements.of(dataset, other, recipe), Edits.NONE));
        Assessment assessment = time(
                "assess, by hash", rounds, () -> Assessment.of(recipe, loaded, Edits.NONE, pipeline.stages(), byHash));
        time("suggestions for a goal, by hash", 1, () -> Suggestions.of(assessment, byHash, Goal.ofAll(1000)));
        System.out.printf(
                Locale.ROOT,
                "frames %d, kept %d, under the other recipe %d%n",
                loaded.size(),
                outlook.count(Fate.KEPT),
                changed.count(Fate.KEPT));
    }

    private static <R> R time(String what, int rounds, Supplier<R> work) {
        double[] seconds = new double[rounds];
        double[] cpu = new double[rounds];
        R result = null;
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            long cpuStart = cpuNanos();
            result = work.get();
            seconds[i] = (System.nanoTime() - start) / 1e9;
            cpu[i] = (cpuNanos() - cpuStart) / 1e9;
        }
        System.out.printf(
                Locale.ROOT,
                "%-62s first %6.3f s (CPU %6.3f s)   median %6.3f s (CPU %6.3f s)%n",
                what,
                seconds[0],
                cpu[0],
                median(seconds),
                median(cpu));
        return Objects.requireNonNull(result);
    }

    /** Of all rounds but the first, if there are others. */
    private static double median(double[] rounds) {
        double[] others = rounds.length == 1 ? rounds.clone() : Arrays.copyOfRange(rounds, 1, rounds.length);
        Arrays.sort(others);
        return others[others.length / 2];
    }

    /** Of all threads of this process, those of the compiler and the collector too. */
    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private Optional<Embedding> embedding(Frame frame) {
        return frame.annotation(AestheticScore.class)
                .flatMap(score -> store.embedding(frame.image(), new Fingerprint(score.embedding())));
    }

    private void fill(Path folder, int count) {
        String rendition = ExtractionFingerprint.rendition(recipe).value();
        Fingerprint model = Fingerprint.of("benchmark");
        catalogue.update(rows -> rows.datasets().put(recipe, folder.resolve("datasets")));
        int each = count / VIDEOS;
        for (int v = 0; v < VIDEOS; v++) {
            // Frames are named by the first digits of their video.
            VideoId video = new VideoId(
                    String.format("%016x", (v + 1L) * 0x9E37_79B9_7F4A_7C15L).repeat(4));
            List<Frame> frames = new ArrayList<>();
            Map<StageName, Map<FrameId, Measured>> measured = new HashMap<>();
            float[] centre = new float[NUMBERS];
            long hash = 0;
            for (int i = 0; i < each; i++) {
                if (i % SHOT == 0) {
                    for (int d = 0; d < NUMBERS; d++) {
                        centre[d] = (float) random.nextGaussian() + (d % 16 == 0 ? 2 : 0);
                    }
                    hash = random.nextLong();
                }
                FrameId id = FrameId.of(video, 0, i, 0);
                ImageRef image = new ImageRef(
                        video.sha256().substring(0, 16) + "/" + rendition + "/" + id + ".jpg",
                        1920,
                        1080,
                        ImageRef.JPEG,
                        500_000,
                        "0".repeat(64));
                Frame frame = new Frame(id, video, 0, i * 500_000L, image, List.of());
                frames.add(frame);
                float[] vector = centre.clone();
                for (int d = 0; d < NUMBERS; d++) {
                    vector[d] += (float) random.nextGaussian() * 0.25f;
                }
                store.putEmbedding(image, model, Embedding.of(vector));
                put(
                        measured,
                        StageName.BLUR,
                        id,
                        new Sharpness(0.3 + random.nextInt(6000) / 1e4, 0.1, 0.1, 99, 120, 50));
                put(
                        measured,
                        StageName.DETECT,
                        id,
                        new Detections(
                                "yolox-nano",
                                List.of(
                                        new Detection("dog", 0.9, new Box(10.5, 20.25, 800.125, 900.5)),
                                        new Detection("person", 0.6, new Box(900, 200, 1200, 1000)))));
                put(
                        measured,
                        StageName.AESTHETIC,
                        id,
                        new AestheticScore(
                                "laion",
                                random.nextInt(100_000) / 1e4,
                                String.format("%016x", hash ^ (1L << random.nextInt(64)) ^ (1L << random.nextInt(64))),
                                model.value()));
            }
            catalogue.update(rows -> {
                rows.videos().arrive(recipe.dataset(), video, "video", folder.resolve("video"), recipe.digest());
                rows.frames().extracted("extraction", rendition, frames);
                rows.frames().enrol(recipe.dataset(), rendition, frames);
                measured.forEach(
                        (stage, all) -> rows.annotations().put(stage, pipeline.fingerprint(stage, recipe), all));
                rows.videos().adjust(recipe.dataset(), video, recipe.digest(), VideoStatus.COMPLETED);
            });
        }
    }

    private static void put(
            Map<StageName, Map<FrameId, Measured>> measured, StageName stage, FrameId frame, Annotation annotation) {
        measured.computeIfAbsent(stage, s -> new HashMap<>()).put(frame, new Measured(annotation, Optional.empty()));
    }
}
