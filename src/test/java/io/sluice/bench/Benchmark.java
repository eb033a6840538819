package io.sluice.bench;

import io.sluice.recipe.RecipeReader;
import io.sluice.video.DecoderLimits;
import io.sluice.video.Decoders;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the application and {@link TightLoop} in turn over videos and prints what each of them used, as Markdown. */
@Command(
        name = "src/bench/run",
        mixinStandardHelpOptions = true,
        description = "Compares the packaged application with a plain loop that does the same work.")
public final class Benchmark implements Callable<Integer> {
    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");

    /** As Quarkus writes it into its log file. */
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS");

    private static final int LOG_TIME_LENGTH = 23;
    private static final Pattern PICTURE = Pattern.compile("[0-9a-f]{16}_.*\\.(jpg|png)");
    private static final Pattern CAPTION = Pattern.compile("[0-9a-f]{16}_.*\\.txt");
    private static final int LINE = 80;

    @Parameters(paramLabel = "VIDEO", arity = "1..*", description = "Videos; the first one is repeated for --times.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> videos;

    @Option(names = "--pairs", defaultValue = "3", description = "Runs of each of the two (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(names = "--models", description = "Folder of models; with one, a case with a detector is added.")
    private @Nullable Path models;

    @Option(names = "--target", defaultValue = "person", description = "What the detector is to find.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String target;

    @Option(
            names = "--times",
            defaultValue = "10",
            description =
                    "Memory is compared with a video this many times as long (default: ${DEFAULT-VALUE}; 1: not).")
    private int times;

    private final PrintStream out = System.out;
    private @Nullable Path scratch;

    /** A recipe; the models' folder is given to those that need it. */
    private record Mode(String name, Map<String, String> settings, boolean model) {}

    /** What both have made: SHA-256 of each stored frame, and of each picture and caption of the dataset, by file name. */
    private record Made(Map<String, String> frames, Map<String, String> dataset) {}

    /** Both with their runs in the order of running. */
    private record Compared(List<AppRun> application, List<MeasuredRun> loop, Made made) {}

    /**
     * @param plannedAfter seconds from the start to the plan of the video
     * @param selectedAfter seconds from the start to the end of select
     */
    private record AppRun(MeasuredRun run, double plannedAfter, double selectedAfter) {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Benchmark()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!Files.isRegularFile(JAR)) {
            throw new IOException("'" + JAR + "' is not there: package the application first");
        }
        if (!Files.isReadable(Path.of("/proc/self/stat"))) {
            throw new IOException("/proc is not there: Linux is required");
        }
        Path folder = Files.createTempDirectory("sluice-bench-");
        scratch = folder;
        try {
            Path tiny = folder.resolve("one-frame.mp4");
            Remux.repeat(videos.get(0), tiny, 1, 1);
            out.printf(
                    "%s, %d cores, Java %s, %s, %d pairs, load before %s%n%n",
                    System.getProperty("os.name"),
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.version().feature(),
                    LocalDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ISO_LOCAL_DATE),
                    pairs,
                    Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
            childProcess(tiny);
            compareAll(tiny);
            if (times > 1) {
                length(folder);
            }
            return 0;
        } finally {
            delete(folder);
        }
    }

    private List<Mode> modes() {
        List<Mode> modes = new ArrayList<>();
        modes.add(new Mode("keyframes", Map.of("extract.mode", "keyframes"), false));
        Map<String, String> rate = Map.of("extract.mode", "rate", "extract.maxFps", "1");
        modes.add(new Mode("1 a second", rate, false));
        if (models != null) {
            Map<String, String> detect = new LinkedHashMap<>(rate);
            detect.put("detect.target", "[" + target + "]");
            modes.add(new Mode("1 a second, detector", detect, true));
        }
        return modes;
    }

    /** A decoder's start, by the difference that it makes to the first answer. */
    private void childProcess(Path tiny) {
        List<Double> cold = new ArrayList<>();
        List<Double> warm = new ArrayList<>();
        double memory = 0;
        for (int i = 0; i < Math.max(3, pairs); i++) {
            try (Decoders decoders = new Decoders(1, DecoderLimits.DEFAULT)) {
                var extract = RecipeReader.read("", Map.of("dataset", "bench")).extract();
                long start = System.nanoTime();
                decoders.plan(tiny, extract);
                long first = System.nanoTime();
                decoders.plan(tiny, extract);
                cold.add((first - start) / 1e6);
                warm.add((System.nanoTime() - first) / 1e6);
                long pid = ProcessHandle.current()
                        .children()
                        .findFirst()
                        .orElseThrow()
                        .pid();
                memory = Math.max(memory, residentMegabytes(pid));
            } catch (IOException e) {
                throw new IllegalStateException("the decoder's memory is not known: " + e.getMessage(), e);
            }
        }
        out.println("| child process | |");
        out.println("|---|---|");
        out.printf(Locale.ROOT, "| first plan of a one-frame video, child started for it | %.0f ms |%n", median(cold));
        out.printf(Locale.ROOT, "| second plan, same child | %.0f ms |%n", median(warm));
        out.printf(Locale.ROOT, "| resident memory of the idle child | %.0f MB |%n%n", memory);
    }

    private static double residentMegabytes(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        }
    }

    private void compareAll(Path tiny) throws Exception {
        out.println(
                "Medians; application / loop = ratio. CPU is user and system time, child included. Peak memory of the"
                        + " application is parent + child.");
        out.println();
        out.println("| video | mode | frames | kept | wall s | CPU s | of which child | peak MB"
                + " | wall without start-up | CPU without start-up | planned after s | selected after s |");
        out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
        // What a run costs that has nearly nothing to do is what starting and ending cost.
        Compared start = compare(tiny, modes().get(0));
        row("(one frame)", modes().get(0), start, null);
        for (Path video : videos) {
            for (Mode mode : modes()) {
                row(video.getFileName().toString(), mode, compare(video, mode), start);
            }
        }
        out.println();
    }

    private void row(String video, Mode mode, Compared both, @Nullable Compared start) {
        double wall = application(both, MeasuredRun::wallSeconds);
        double loopWall = loop(both, MeasuredRun::wallSeconds);
        double cpu = application(both, MeasuredRun::cpuSeconds);
        double loopCpu = loop(both, MeasuredRun::cpuSeconds);
        String wallBeyond = "";
        String cpuBeyond = "";
        if (start != null) {
            wallBeyond = ratio(
                    wall - application(start, MeasuredRun::wallSeconds),
                    loopWall - loop(start, MeasuredRun::wallSeconds));
            cpuBeyond = ratio(
                    cpu - application(start, MeasuredRun::cpuSeconds), loopCpu - loop(start, MeasuredRun::cpuSeconds));
        }
        out.printf(
                Locale.ROOT,
                "| %s | %s | %d | %d | %s | %s | %.2f | %.0f + %.0f / %.0f | %s | %s | %.2f | %.2f |%n",
                video,
                mode.name(),
                both.made().frames().size(),
                both.made().dataset().size() / 2,
                ratio(wall, loopWall),
                ratio(cpu, loopCpu),
                application(both, MeasuredRun::childCpuSeconds),
                application(both, MeasuredRun::peakMegabytes),
                application(both, MeasuredRun::childPeakMegabytes),
                loop(both, MeasuredRun::peakMegabytes),
                wallBeyond,
                cpuBeyond,
                median(both.application().stream().map(AppRun::plannedAfter).toList()),
                median(both.application().stream().map(AppRun::selectedAfter).toList()));
    }

    private static double application(Compared both, ToDoubleFunction<MeasuredRun> figure) {
        return median(both.application().stream()
                .map(app -> figure.applyAsDouble(app.run()))
                .toList());
    }

    private static double loop(Compared both, ToDoubleFunction<MeasuredRun> figure) {
        return median(both.loop().stream().map(figure::applyAsDouble).toList());
    }

    static String ratio(double application, double loop) {
        return String.format(Locale.ROOT, "%.2f / %.2f = %.2f", application, loop, application / loop);
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** @throws IllegalStateException if the two, or two runs of one, do not make the same */
    private Compared compare(Path video, Mode mode) throws Exception {
        List<AppRun> applications = new ArrayList<>();
        List<MeasuredRun> loops = new ArrayList<>();
        @Nullable Made expected = null;
        for (int i = 0; i < pairs; i++) {
            // The one that runs second finds the video in the page cache, so they take turns.
            for (boolean application : List.of(i % 2 == 0, i % 2 != 0)) {
                Path folder = Files.createDirectory(room().resolve("run"));
                Made made;
                if (application) {
                    applications.add(runApplication(video, mode, folder));
                    made = new Made(
                            digests(folder.resolve("work/frames"), PICTURE), dataset(folder.resolve("out/bench/img")));
                } else {
                    loops.add(runLoop(video, mode, folder));
                    made = new Made(digests(folder.resolve("frames"), PICTURE), dataset(folder.resolve("pictures")));
                }
                if (expected != null && !expected.equals(made)) {
                    throw new IllegalStateException(
                            (application ? "the application" : "the loop") + " made something else of '" + video
                                    + "' than the run before: " + difference(expected, made));
                }
                expected = made;
                delete(folder);
            }
        }
        if (expected == null || expected.frames().isEmpty()) {
            throw new IllegalStateException("no frame came of '" + video + "': there is nothing to compare");
        }
        return new Compared(applications, loops, expected);
    }

    private AppRun runApplication(Path video, Mode mode, Path folder) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                java(),
                "-jar",
                JAR.toAbsolutePath().toString(),
                "curate",
                video.toAbsolutePath().toString(),
                "--work",
                folder.resolve("work").toString(),
                "--out",
                folder.resolve("out").toString(),
                "--models",
                modelFolder(mode, folder),
                "--dataset",
                "bench"));
        mode.settings().forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        MeasuredRun run = MeasuredRun.of(command, Map.of(), folder, folder.resolve("log"));
        Path log = folder.resolve("work/sluice.log");
        return new AppRun(
                run,
                logged(log, "stage=plan videoId", run).orElse(Double.NaN),
                logged(log, "stage=select dataset", run).orElse(Double.NaN));
    }

    private MeasuredRun runLoop(Path video, Mode mode, Path folder) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                java(),
                TightLoop.class.getName(),
                video.toAbsolutePath().toString(),
                folder.toString(),
                modelFolder(mode, folder),
                "dataset=bench"));
        mode.settings().forEach((key, value) -> command.add(key + "=" + value));
        // Not as an argument: ONNX Runtime crashes in a process whose command line is longer than some thousand
        // characters.
        Map<String, String> environment = Map.of("CLASSPATH", System.getProperty("java.class.path"));
        return MeasuredRun.of(command, environment, Path.of("").toAbsolutePath(), folder.resolve("log"));
    }

    private String modelFolder(Mode mode, Path folder) {
        return mode.model() && models != null
                ? models.toAbsolutePath().toString()
                : folder.resolve("no-models").toString();
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Seconds from the process's start to the first line of its log with this in it. */
    private static OptionalDouble logged(Path log, String text, MeasuredRun run) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(text))
                    .map(line -> LocalDateTime.parse(line.substring(0, LOG_TIME_LENGTH), LOG_TIME))
                    .mapToDouble(time ->
                            (time.atZone(ZoneId.systemDefault()).toInstant().toEpochMilli() - run.startedAtMillis())
                                    / 1e3)
                    .findFirst();
        }
    }

    private static Map<String, String> dataset(Path folder) throws IOException {
        Map<String, String> all = digests(folder, PICTURE);
        all.putAll(digests(folder, CAPTION));
        return all;
    }

    private static Map<String, String> digests(Path folder, Pattern names) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        if (!Files.isDirectory(folder)) {
            return digests;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(
                            path -> names.matcher(path.getFileName().toString()).matches())
                    .toList()) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digests.put(
                        file.getFileName().toString(),
                        HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file))));
            }
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        return digests;
    }

    private static String difference(Made one, Made other) {
        String frames = difference(one.frames(), other.frames());
        return frames.isEmpty() ? "dataset: " + difference(one.dataset(), other.dataset()) : "frames: " + frames;
    }

    private static String difference(Map<String, String> one, Map<String, String> other) {
        TreeMap<String, String> names = new TreeMap<>(one);
        names.putAll(other);
        List<String> differing = names.keySet().stream()
                .filter(name -> !java.util.Objects.equals(one.get(name), other.get(name)))
                .toList();
        if (differing.isEmpty()) {
            return "";
        }
        String text = differing.size() + " differ (" + one.size() + " before, " + other.size() + " now), as "
                + String.join(", ", differing);
        return text.length() > LINE * 4 ? text.substring(0, LINE * 4) + "..." : text;
    }

    /** Memory for a video and for one many times as long; once each, because peaks hardly differ from run to run. */
    private void length(Path folder) throws Exception {
        Path video = videos.get(0);
        Path longer = folder.resolve("longer.mp4");
        Mode mode = modes().get(1);
        out.println("| length, application, " + mode.name() + " | frames | wall s | CPU s | peak MB parent + child |");
        out.println("|---|---|---|---|---|");
        for (int factor : List.of(1, times)) {
            Remux.repeat(video, longer, factor, Long.MAX_VALUE);
            Path run = Files.createDirectory(room().resolve("run"));
            MeasuredRun used = runApplication(longer, mode, run).run();
            out.printf(
                    Locale.ROOT,
                    "| %d x | %d | %.2f | %.2f | %.0f + %.0f |%n",
                    factor,
                    digests(run.resolve("work/frames"), PICTURE).size(),
                    used.wallSeconds(),
                    used.cpuSeconds(),
                    used.peakMegabytes(),
                    used.childPeakMegabytes());
            delete(run);
        }
    }

    private Path room() {
        if (scratch == null) {
            throw new IllegalStateException("the benchmark does not run");
        }
        return scratch;
    }

    static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException fault) throws IOException {
                if (fault != null) {
                    throw fault;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
