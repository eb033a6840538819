package io.sluice.video;

import static io.sluice.video.Videos.KEYFRAMES;
import static io.sluice.video.Videos.rate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.recipe.Recipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of broken videos, one after the other, through the same warm children. Each ends as frames or as a failed video; a
 * child that dies does so for its video alone. Afterwards the children and this process hold what they held before.
 *
 * <p>System properties: {@code sluice.fuzz.count} inputs, {@code sluice.fuzz.seed} the first of two numbers that make an input,
 * {@code sluice.fuzz.seconds} after which no further input is begun, {@code sluice.fuzz.replay} a file to try alone, or {@code seed-number}. Inputs that
 * kill a child are kept in {@code target/fuzz}, named by seed and number.
 */
class MutationFuzzTest {
    private static final int CHILDREN = 2;
    private static final int COUNT = Integer.getInteger("sluice.fuzz.count", 4000);
    private static final long SEED = Long.getLong("sluice.fuzz.seed", 1);
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("sluice.fuzz.seconds", 90));
    private static final List<Recipe.Extract> MODES = List.of(KEYFRAMES, rate(4), Videos.extract(Recipe.Mode.SCENE, 4));
    private static final Path KEPT = Path.of("target", "fuzz");

    /** Bounds each input: a child that is silent or slow for so long is at fault. */
    private static final DecoderLimits LIMITS =
            new DecoderLimits(48, 1200, 10, 1920L * 1088, 1L << 30, 24L * 3600 * 1_000_000, 2000, 32, 5, 5_000_000);

    /** Memory that a child may have more after all inputs than after a quarter: the allocator's keepings go up and down. */
    private static final long MORE_MEGABYTES = 150;

    /** And for each input that is broken: on some of its ways out of an error, FFmpeg forgets a little. */
    private static final double MORE_MEGABYTES_EACH = 0.01;

    private static final int MORE_FILES = 3;

    /** Inputs that a child takes, at the least and on average, until it holds too much and is replaced. */
    private static final int MIN_INPUTS_PER_RETIREMENT = 500;

    @TempDir
    private static Path folder;

    private static final List<Path> ORIGINALS = new ArrayList<>();

    @BeforeAll
    static void makeOriginals() throws IOException {
        int yuv420 = avutil.AV_PIX_FMT_YUV420P;
        int yuvj420 = avutil.AV_PIX_FMT_YUVJ420P;
        int yuv422 = avutil.AV_PIX_FMT_YUV422P;
        add("mpeg4.mp4", TinyVideo.mpeg4("mp4"));
        add("fragmented.mp4", TinyVideo.mpeg4("mp4").with("movflags", "frag_keyframe+empty_moov"));
        add("mjpeg.mov", TinyVideo.of("mov", avcodec.AV_CODEC_ID_MJPEG).then(64, 48, yuvj420, 6));
        add("mpeg4.mkv", TinyVideo.mpeg4("matroska"));
        add("ffv1.mkv", TinyVideo.of("matroska", avcodec.AV_CODEC_ID_FFV1).then(64, 48, yuv420, 4));
        add("mpeg4.avi", TinyVideo.mpeg4("avi"));
        add("huffyuv.avi", TinyVideo.of("avi", avcodec.AV_CODEC_ID_HUFFYUV).then(64, 48, yuv422, 3));
        add("mpeg2.ts", TinyVideo.of("mpegts", avcodec.AV_CODEC_ID_MPEG2VIDEO).then(64, 48, yuv420, 10));
        add("mpeg1.mpg", TinyVideo.of("mpeg", avcodec.AV_CODEC_ID_MPEG1VIDEO).then(64, 48, yuv420, 10));
        add("flv1.flv", TinyVideo.of("flv", avcodec.AV_CODEC_ID_FLV1).then(64, 48, yuv420, 10));
        add("wmv2.wmv", TinyVideo.of("asf", avcodec.AV_CODEC_ID_WMV2).then(64, 48, yuv420, 10));
        add(
                "mpeg2.mxf",
                TinyVideo.of("mxf", avcodec.AV_CODEC_ID_MPEG2VIDEO).rate(25).then(64, 48, yuv420, 10));
        add("gif.gif", TinyVideo.of("gif", avcodec.AV_CODEC_ID_GIF).then(64, 48, avutil.AV_PIX_FMT_RGB8, 5));
        Path assets = Path.of(System.getProperty("sluice.assets", "../shared/assets"), "videos", "good");
        if (Files.isDirectory(assets)) {
            try (Stream<Path> good = Files.list(assets)) {
                good.sorted().forEach(MutationFuzzTest::addHead);
            }
        } else {
            System.out.println("fuzz: no test assets: generated videos only");
        }
    }

    private static void add(String name, TinyVideo video) {
        ORIGINALS.add(video.write(folder.resolve(name)));
    }

    /** The head in its own kind of container, and H.264 and HEVC in the two others that they come in as well. */
    private static void addHead(Path video) {
        int bytes = 12_000;
        String name = video.getFileName().toString();
        String stem = name.substring(0, name.lastIndexOf('.'));
        String extension = name.substring(name.lastIndexOf('.') + 1);
        String muxer = switch (extension) {
            case "ts" -> "mpegts";
            case "mkv", "webm" -> "matroska";
            default -> extension;
        };
        if (!stem.contains("editlist")) {
            // The few packets of that one are all before what its edit list shows.
            ORIGINALS.add(Heads.copy(video, muxer, folder.resolve(name), bytes));
        }
        if (stem.contains("h265") || stem.contains("bframes") || stem.contains("hlg")) {
            ORIGINALS.add(Heads.copy(video, "matroska", folder.resolve(stem + ".mkv"), bytes));
            ORIGINALS.add(Heads.copy(video, "mpegts", folder.resolve(stem + ".ts"), bytes));
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a process holds. */
    private record Held(long megabytes, long files) {
        static Held by(long pid) {
            Path process = Path.of("/proc", Long.toString(pid));
            try (Stream<Path> files = Files.list(process.resolve("fd"));
                    Stream<String> lines = Files.lines(process.resolve("status"))) {
                long kilobytes = lines.filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .sum();
                return new Held(kilobytes / 1024, files.count());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        static Map<Long, Held> by(List<Long> pids) {
            return pids.stream().collect(Collectors.toMap(pid -> pid, Held::by, (a, b) -> a, TreeMap::new));
        }
    }

    /** What became of the inputs. */
    private static final class Tally {
        private final AtomicInteger inputs = new AtomicInteger();
        private final Map<String, Integer> endings = new ConcurrentHashMap<>();
        private final Map<String, Integer> reasons = new ConcurrentHashMap<>();
        private final Map<Long, String> slow = new ConcurrentHashMap<>();
        private final Queue<String> bugs = new ConcurrentLinkedQueue<>();
        private final Queue<String> deaths = new ConcurrentLinkedQueue<>();

        void frames() {
            endings.merge("with frames", 1, Integer::sum);
        }

        void failed(VideoException e) {
            endings.merge("failed", 1, Integer::sum);
            reasons.merge(String.valueOf(e.getMessage()).replaceAll("[0-9]+", "#"), 1, Integer::sum);
        }

        int died() {
            return deaths.size();
        }
    }

    @Test
    void broken_videos_cost_nothing_but_themselves() throws Exception {
        Mutator mutator =
                new Mutator(ORIGINALS.stream().map(MutationFuzzTest::read).toList());
        Tally tally = new Tally();
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(CHILDREN);
        boolean linux = Files.isDirectory(Path.of("/proc/self/fd"));
        try (Decoders decoders = new Decoders(CHILDREN, LIMITS)) {
            warm(decoders, threads);
            long begin = System.nanoTime();
            // Memory is compared after some of the inputs: allocators keep what large pictures once took.
            tryOut(decoders, threads, mutator, COUNT / 4, next, begin, tally);
            warm(decoders, threads);
            List<Long> first = decoders.children();
            Map<Long, Held> before = linux ? Held.by(first) : Map.of();
            Held own = linux ? Held.by(ProcessHandle.current().pid()) : new Held(0, 0);
            int endedBefore = tally.died() + decoders.retired();
            tryOut(decoders, threads, mutator, COUNT, next, begin, tally);
            double seconds = (System.nanoTime() - begin) / 1e9;
            warm(decoders, threads);
            List<Long> last = decoders.children();
            Map<Long, Held> after =
                    linux ? Held.by(last.stream().filter(first::contains).toList()) : Map.of();
            Held ownAfter = linux ? Held.by(ProcessHandle.current().pid()) : new Held(0, 0);
            report(tally, seconds, decoders.retired(), before, after, own, ownAfter);

            assertThat(tally.bugs).as("faults of this project's own code").isEmpty();
            assertThat(last).as("children").hasSize(CHILDREN);
            assertThat(CHILDREN - after.size())
                    .as("children that were replaced, each for one that died or was retired")
                    .isLessThanOrEqualTo(linux ? tally.died() + decoders.retired() - endedBefore : CHILDREN);
            assertThat(decoders.retired())
                    .as("children that were retired for what they hold")
                    .isLessThanOrEqualTo(1 + tally.inputs.get() / MIN_INPUTS_PER_RETIREMENT);
            after.forEach((pid, held) -> {
                Held then = java.util.Objects.requireNonNull(before.get(pid));
                assertThat(held.megabytes())
                        .as("memory of child " + pid + ", MB")
                        .isLessThan(then.megabytes()
                                + MORE_MEGABYTES
                                + (long) (MORE_MEGABYTES_EACH * tally.inputs.get() / CHILDREN));
                assertThat(held.files())
                        .as("open files of child " + pid)
                        .isLessThanOrEqualTo(then.files() + MORE_FILES);
            });
            assertThat(ownAfter.files()).as("open files of this process").isLessThanOrEqualTo(own.files() + MORE_FILES);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Every original, whole, through every child: brings up what is brought up once. */
    private static void warm(Decoders decoders, ExecutorService threads) throws Exception {
        Queue<Path> twice = new ConcurrentLinkedQueue<>(ORIGINALS);
        twice.addAll(ORIGINALS);
        all(threads, () -> {
            for (Path file = twice.poll(); file != null; file = twice.poll()) {
                Ending ending = Ending.of(decoders, file, rate(120));
                assertThat(ending.frames()).as(file + ": " + ending.words()).isPositive();
            }
            return null;
        });
    }

    private static void all(ExecutorService threads, Callable<Void> task) throws Exception {
        List<Callable<Void>> tasks = Stream.generate(() -> task).limit(CHILDREN).toList();
        for (Future<Void> done : threads.invokeAll(tasks)) {
            done.get();
        }
    }

    /** All inputs below a number, as far as time allows. */
    private static void tryOut(
            Decoders decoders,
            ExecutorService threads,
            Mutator mutator,
            int end,
            AtomicInteger next,
            long begin,
            Tally tally)
            throws Exception {
        all(threads, () -> {
            while (System.nanoTime() - begin < TIME.toNanos()) {
                int number = next.getAndUpdate(n -> Math.min(n + 1, end));
                if (number >= end) {
                    break;
                }
                tryOut(decoders, mutator, number, tally);
            }
            return null;
        });
    }

    private static void tryOut(Decoders decoders, Mutator mutator, int number, Tally tally) throws IOException {
        String original =
                ORIGINALS.get(mutator.original(SEED, number)).getFileName().toString();
        Path file = folder.resolve(SEED + "-" + number + "-" + original);
        Files.write(file, mutator.input(SEED, number));
        long begin = System.nanoTime();
        try {
            Recipe.Extract extract = MODES.get(number % MODES.size());
            if (Videos.extract(decoders, file, extract).frames().isEmpty()) {
                tally.bugs.add(keep(file) + ": no frame, and no reason why");
            } else {
                tally.frames();
            }
        } catch (VideoException e) {
            tally.failed(e);
        } catch (DecoderDiedException e) {
            String message = String.valueOf(e.getMessage());
            String kind = message.replaceFirst(", while .*", "").replaceAll("[0-9]+ MB of", "# MB of");
            tally.endings.merge("child died", 1, Integer::sum);
            tally.deaths.add(kind + ": " + keep(file) + ": " + message);
            // A child that ends by itself has met an exception of Java, which is a fault of this project.
            if (message.contains("ended with exit code")) {
                tally.bugs.add(keep(file) + ": " + message);
            }
        } catch (RuntimeException e) {
            tally.bugs.add(keep(file) + ": " + e);
        }
        tally.inputs.incrementAndGet();
        tally.slow.put(
                (System.nanoTime() - begin) / 1_000_000, file.getFileName().toString());
        Files.deleteIfExists(file);
    }

    private static Path keep(Path file) throws IOException {
        Files.createDirectories(KEPT);
        Path kept = KEPT.resolve(file.getFileName());
        if (!Files.exists(kept)) {
            Files.copy(file, kept);
        }
        return kept;
    }

    private static void report(
            Tally tally,
            double seconds,
            int retired,
            Map<Long, Held> before,
            Map<Long, Held> after,
            Held own,
            Held ownAfter)
            throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                "fuzz: seed %d: %d inputs of %d originals in %.0f s: %s",
                SEED, tally.inputs.get(), ORIGINALS.size(), seconds, new TreeMap<>(tally.endings)));
        tally.deaths.forEach(death -> lines.add("fuzz: a child died: " + death));
        tally.bugs.forEach(bug -> lines.add(
                "fuzz: a fault: " + bug + "; again with -Dsluice.fuzz.replay=" + bug.substring(0, bug.indexOf(':'))));
        long slowest =
                tally.slow.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
        lines.add("fuzz: slowest input: " + tally.slow.get(slowest) + ", " + slowest + " ms");
        lines.add("fuzz: " + retired + " children were retired for the memory they held");
        lines.add("fuzz: children held " + before + " before, " + after + " after; this process " + own + ", "
                + ownAfter);
        lines.forEach(System.out::println);
        tally.reasons.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(reason -> lines.add(reason.getValue() + " x failed: " + reason.getKey()));
        Files.createDirectories(KEPT);
        Files.write(KEPT.resolve("summary.txt"), lines);
    }

    @Test
    void an_input_is_tried_again() throws IOException {
        String replay = System.getProperty("sluice.fuzz.replay", "");
        assumeTrue(!replay.isEmpty(), "sluice.fuzz.replay names no file and no input");
        Path file = Path.of(replay);
        if (replay.matches("[0-9]+-[0-9]+")) {
            long seed = Long.parseLong(replay.substring(0, replay.indexOf('-')));
            int number = Integer.parseInt(replay.substring(replay.indexOf('-') + 1));
            Mutator mutator =
                    new Mutator(ORIGINALS.stream().map(MutationFuzzTest::read).toList());
            file = Files.write(Files.createDirectories(KEPT).resolve(replay), mutator.input(seed, number));
        }
        for (Recipe.Extract extract : MODES) {
            try (Decoders decoders = new Decoders(1, LIMITS)) {
                long begin = System.nanoTime();
                System.out.println(replay + ", " + extract.mode() + ": "
                        + Ending.of(decoders, file, extract).words() + ", "
                        + (System.nanoTime() - begin) / 1_000_000 + " ms");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 17, 4711})
    void the_same_numbers_make_the_same_input(int number) {
        List<byte[]> originals = ORIGINALS.stream().map(MutationFuzzTest::read).toList();
        assertThat(new Mutator(originals).input(1, number))
                .isEqualTo(new Mutator(originals).input(1, number))
                .isNotEqualTo(originals.get(new Mutator(originals).original(1, number)));
    }
}
