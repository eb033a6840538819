package io.sluice.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Compares extraction with the {@code ffmpeg} command. The video is encoded once with each codec; then {@link ExtractVideo} and
 * the command take the same frames from the same files in turn and write them as JPEG, each as processes of their own.
 */
@Command(
        name = "src/bench/extraction",
        mixinStandardHelpOptions = true,
        description = "Compares extraction with the ffmpeg command.")
public final class ExtractionBenchmark implements Callable<Integer> {
    /** The command keeps one frame a cell of its own grid, which is half a cell beside ours: one more or less at each end. */
    private static final int FRAMES_APART = 2;

    @Parameters(paramLabel = "VIDEO", description = "Encoded anew with each codec.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path video;

    @Option(names = "--pairs", defaultValue = "3", description = "Runs of each of the two (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
            names = "--height",
            defaultValue = "720",
            description = "Lines of the encoded videos (default: ${DEFAULT-VALUE}).")
    private int height;

    @Option(
            names = "--times",
            defaultValue = "10",
            description = "Memory is compared with a video this many times as long (default: ${DEFAULT-VALUE}).")
    private int times;

    private final PrintStream out = System.out;

    /** @param fps 0 for keyframes */
    private record Mode(String name, int fps) {
        List<String> settings() {
            return fps == 0
                    ? List.of("extract.mode=keyframes", "extract.maxFps=120")
                    : List.of("extract.mode=rate", "extract.maxFps=" + fps);
        }
    }

    private record Runs(List<MeasuredRun> sluice, List<MeasuredRun> ffmpeg, long frames, long ffmpegFrames) {
        double sluice(ToDoubleFunction<MeasuredRun> figure) {
            return Benchmark.median(sluice.stream().map(figure::applyAsDouble).toList());
        }

        double ffmpeg(ToDoubleFunction<MeasuredRun> figure) {
            return Benchmark.median(ffmpeg.stream().map(figure::applyAsDouble).toList());
        }
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new ExtractionBenchmark()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path scratch = Files.createTempDirectory("sluice-extraction-bench-");
        try {
            out.printf(
                    "%s, %d cores, Java %s, %s, %d pairs, load before %s, %s at %d lines%n%n",
                    System.getProperty("os.name"),
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.version().feature(),
                    LocalDate.now(ZoneId.systemDefault()),
                    pairs,
                    Files.readString(Path.of("/proc/loadavg")).split(" ")[0],
                    video.getFileName(),
                    height);
            Map<String, Path> encoded = encode(scratch);
            // Matroska leaves out the decoding times of the first packets, without which packets are not repeated.
            Path packets = scratch.resolve("packets.mp4");
            Path first = encoded.values().iterator().next();
            MeasuredRun.of(
                    List.of(
                            "ffmpeg",
                            "-nostdin",
                            "-v",
                            "error",
                            "-i",
                            first.toString(),
                            "-c",
                            "copy",
                            packets.toString()),
                    Map.of(),
                    scratch,
                    scratch.resolve("log"));
            compareAll(encoded, packets, scratch);
            length(packets, scratch);
            return 0;
        } finally {
            Benchmark.delete(scratch);
        }
    }

    private Map<String, Path> encode(Path scratch) throws Exception {
        Map<String, List<String>> codecs = new LinkedHashMap<>();
        codecs.put("H.264", List.of("-c:v", "libx264", "-preset", "medium", "-crf", "21"));
        codecs.put("HEVC", List.of("-c:v", "libx265", "-preset", "fast", "-crf", "24"));
        codecs.put(
                "VP9",
                List.of("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "6", "-crf", "31", "-b:v", "0"));
        codecs.put("AV1", List.of("-c:v", "libsvtav1", "-preset", "9", "-crf", "35"));
        Map<String, Path> files = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> codec : codecs.entrySet()) {
            Path file = scratch.resolve(codec.getKey().replace(".", "") + ".mkv");
            List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-v", "error", "-i"));
            command.addAll(List.of(video.toAbsolutePath().toString(), "-an", "-vf", "scale=-2:" + height));
            command.addAll(List.of("-pix_fmt", "yuv420p", "-g", "48"));
            command.addAll(codec.getValue());
            command.add(file.toString());
            MeasuredRun.of(command, Map.of(), scratch, scratch.resolve("log"));
            files.put(codec.getKey(), file);
        }
        return files;
    }

    private void compareAll(Map<String, Path> encoded, Path packets, Path scratch) throws Exception {
        out.println(
                "Medians; Sluice / ffmpeg = ratio. Frames a second are frames delivered over wall time without start-up.");
        out.println();
        out.println("| codec | mode | frames | wall s | CPU s | frames a second, without start-up"
                + " | CPU without start-up | peak MB parent + child / ffmpeg |");
        out.println("|---|---|---|---|---|---|---|---|");
        Mode keyframes = new Mode("keyframes", 0);
        Path tiny = scratch.resolve("one-frame.mkv");
        Remux.repeat(packets, tiny, 1, 1);
        Runs start = compare(tiny, keyframes, scratch);
        row("(one frame)", keyframes, start, null);
        for (Map.Entry<String, Path> codec : encoded.entrySet()) {
            for (Mode mode : List.of(
                    keyframes, new Mode("1 a second", 1), new Mode("4 a second", 4), new Mode("12 a second", 12))) {
                row(codec.getKey(), mode, compare(codec.getValue(), mode, scratch), start);
            }
        }
        out.println();
    }

    private void row(String codec, Mode mode, Runs runs, @Nullable Runs start) {
        String speed = "";
        String cpu = "";
        if (start != null) {
            double ours = runs.sluice(MeasuredRun::wallSeconds) - start.sluice(MeasuredRun::wallSeconds);
            double theirs = runs.ffmpeg(MeasuredRun::wallSeconds) - start.ffmpeg(MeasuredRun::wallSeconds);
            speed = Benchmark.ratio(runs.frames() / ours, runs.ffmpegFrames() / theirs);
            cpu = Benchmark.ratio(
                    runs.sluice(MeasuredRun::cpuSeconds) - start.sluice(MeasuredRun::cpuSeconds),
                    runs.ffmpeg(MeasuredRun::cpuSeconds) - start.ffmpeg(MeasuredRun::cpuSeconds));
        }
        out.printf(
                Locale.ROOT,
                "| %s | %s | %d / %d | %s | %s | %s | %s | %.0f + %.0f / %.0f |%n",
                codec,
                mode.name(),
                runs.frames(),
                runs.ffmpegFrames(),
                Benchmark.ratio(runs.sluice(MeasuredRun::wallSeconds), runs.ffmpeg(MeasuredRun::wallSeconds)),
                Benchmark.ratio(runs.sluice(MeasuredRun::cpuSeconds), runs.ffmpeg(MeasuredRun::cpuSeconds)),
                speed,
                cpu,
                runs.sluice(MeasuredRun::peakMegabytes),
                runs.sluice(MeasuredRun::childPeakMegabytes),
                runs.ffmpeg(MeasuredRun::peakMegabytes));
    }

    /** @throws IllegalStateException if the two do not deliver about the same number of frames */
    private Runs compare(Path file, Mode mode, Path scratch) throws Exception {
        List<MeasuredRun> sluice = new ArrayList<>();
        List<MeasuredRun> ffmpeg = new ArrayList<>();
        long frames = 0;
        long ffmpegFrames = 0;
        for (int i = 0; i < pairs; i++) {
            for (boolean ours : List.of(i % 2 == 0, i % 2 != 0)) {
                Path folder = Files.createDirectory(scratch.resolve("run"));
                List<String> command = ours ? sluice(file, mode, folder) : ffmpeg(file, mode, folder);
                MeasuredRun run = MeasuredRun.of(
                        command,
                        Map.of("CLASSPATH", System.getProperty("java.class.path")),
                        Path.of("").toAbsolutePath(),
                        scratch.resolve("log"));
                if (ours) {
                    sluice.add(run);
                    frames = count(folder);
                } else {
                    ffmpeg.add(run);
                    ffmpegFrames = count(folder);
                }
                Benchmark.delete(folder);
            }
        }
        if (frames == 0 || Math.abs(frames - ffmpegFrames) > FRAMES_APART) {
            throw new IllegalStateException(mode.name() + " of '" + file.getFileName() + "': " + frames
                    + " frames, and ffmpeg delivered " + ffmpegFrames);
        }
        return new Runs(sluice, ffmpeg, frames, ffmpegFrames);
    }

    private static List<String> sluice(Path file, Mode mode, Path folder) {
        List<String> command = new ArrayList<>(
                List.of(Benchmark.java(), ExtractVideo.class.getName(), file.toString(), folder.toString()));
        command.add("dataset=bench");
        command.addAll(mode.settings());
        return command;
    }

    private static List<String> ffmpeg(Path file, Mode mode, Path folder) {
        // Of the encoder's scale the quality whose files are about as large as JPEG's 97 of the other.
        List<String> pictures = List.of(
                "-pix_fmt",
                "yuvj420p",
                "-qmin",
                "1",
                "-q:v",
                "1",
                folder.resolve("%06d.jpg").toString());
        String name = file.getFileName().toString();
        if (mode.fps() == 0 && (name.startsWith("VP9") || name.startsWith("AV1"))) {
            // Of these the command's decoders skip no frames: a first one takes the keyframes out.
            return List.of(
                    "bash",
                    "-c",
                    "ffmpeg -nostdin -v error -i \"$0\" -an -c copy -bsf:v 'noise=drop=not(key)' -f matroska - "
                            + "| ffmpeg -v error -i - -vsync passthrough " + String.join(" ", pictures),
                    file.toString());
        }
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-v", "error"));
        if (mode.fps() == 0) {
            command.addAll(List.of("-skip_frame", "nokey"));
        }
        command.addAll(List.of("-i", file.toString()));
        command.addAll(mode.fps() == 0 ? List.of("-vsync", "passthrough") : List.of("-vf", "fps=" + mode.fps()));
        command.addAll(pictures);
        return command;
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    private void length(Path file, Path scratch) throws Exception {
        out.println("| length, 4 a second | frames | wall s | CPU s | peak MB parent + child |");
        out.println("|---|---|---|---|---|");
        Path longer = scratch.resolve("longer.mkv");
        for (int factor : List.of(1, times)) {
            Remux.repeat(file, longer, factor, Long.MAX_VALUE);
            Path folder = Files.createDirectory(scratch.resolve("run"));
            MeasuredRun run = MeasuredRun.of(
                    sluice(longer, new Mode("4 a second", 4), folder),
                    Map.of("CLASSPATH", System.getProperty("java.class.path")),
                    Path.of("").toAbsolutePath(),
                    scratch.resolve("log"));
            out.printf(
                    Locale.ROOT,
                    "| %d x | %d | %.2f | %.2f | %.0f + %.0f |%n",
                    factor,
                    count(folder),
                    run.wallSeconds(),
                    run.cpuSeconds(),
                    run.peakMegabytes(),
                    run.childPeakMegabytes());
            Benchmark.delete(folder);
        }
    }
}
