package io.sluice.bench;

import io.sluice.broker.EmbeddedBroker;
import io.sluice.route.Topic;
import io.sluice.video.PatternVideo;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Has several processes work on the same videos, over one broker, one PostgreSQL and one folder that they share, and prints how
 * long it took them and what it cost, as Markdown. The detector's sessions have a fixed latency, so that a machine of few cores
 * shows how the work is shared. Processes are warm: they have done a video of each partition before.
 */
@Command(
        name = "src/bench/scale",
        mixinStandardHelpOptions = true,
        description = "Measures what one, two and four processes make of the same videos.")
public final class ScaleBenchmark implements Callable<Integer> {
    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final int PARTITIONS = 12;
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final List<String> GROUPS = Stream.of(
                    "plan", "extract", "blur", "detect", "aesthetic", "inpaint", "caption", "dataset")
            .map(duty -> "sluice-" + duty)
            .toList();

    @Option(
            names = "--processes",
            split = ",",
            defaultValue = "1,2,4",
            description = "How many at a time (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Integer> counts;

    @Option(names = "--videos", defaultValue = "12", description = "That are dropped (default: ${DEFAULT-VALUE}).")
    private int videos;

    @Option(names = "--seconds", defaultValue = "20", description = "Of each video (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--latency",
            defaultValue = "150",
            description = "Milliseconds that the detector takes for a frame (default: ${DEFAULT-VALUE}).")
    private int latencyMillis;

    @Option(names = "--rate", defaultValue = "3", description = "Frames a second (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--video", description = "A video to share instead of made ones.")
    private @Nullable Path video;

    @Option(
            names = "--kill",
            description = "Kills one of two or more in a further round, and says how long that was felt.")
    private boolean kill;

    private final PrintStream out = System.out;
    private final List<String> deaths = new ArrayList<>();

    public static void main(String[] args) {
        System.exit(new CommandLine(new ScaleBenchmark()).execute(args));
    }

    /** Who follows the topics, and when each kind of fact came first. */
    private static final class Follower implements AutoCloseable {
        private final Map<String, Long> first = new ConcurrentHashMap<>();
        private final Map<String, Long> completed = new ConcurrentHashMap<>();
        private final Thread thread;
        private volatile boolean closed;

        Follower(String servers) {
            thread = new Thread(() -> follow(servers), "follower");
            thread.setDaemon(true);
            thread.start();
        }

        private void follow(String servers) {
            try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                    Map.of("bootstrap.servers", servers, "group.id", "bench", "auto.offset.reset", "earliest"),
                    new StringDeserializer(),
                    new StringDeserializer())) {
                consumer.subscribe(Topic.fullNames());
                while (!closed) {
                    for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                        long now = System.nanoTime();
                        first.putIfAbsent(record.topic(), now);
                        if (record.topic().equals(Topic.VIDEOS_COMPLETED.fullName())) {
                            completed.putIfAbsent(record.key() + record.value().hashCode(), now);
                        } else if (record.topic().equals(Topic.VIDEOS_FAILED.fullName())) {
                            throw new IllegalStateException("a video failed: " + record.value());
                        }
                    }
                }
            }
        }

        void forget() {
            first.clear();
            completed.clear();
        }

        void untilCompleted(int videos) throws InterruptedException, IOException {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (completed.size() < videos) {
                if (System.nanoTime() > end || !thread.isAlive()) {
                    throw new IOException(
                            completed.size() + " of " + videos + " videos are completed after " + PATIENCE);
                }
                // Looks again: what is waited for happens in other processes.
                Thread.sleep(20);
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** One round with some number of processes. */
    private record Round(
            int processes,
            int videos,
            int frames,
            double wallSeconds,
            double cpuSeconds,
            double databaseSeconds,
            double brokerSeconds,
            double firstFrameSeconds,
            double firstCompletedSeconds,
            double brokerBytes,
            double storeBytes) {}

    @Override
    public Integer call() throws Exception {
        if (!Files.isRegularFile(JAR)) {
            throw new IOException("'" + JAR + "' is not there: package the application first");
        }
        out.printf(
                "%s, %d cores, Java %s, %s; %s, %d frames a second, %d ms a frame in the detector%n%n",
                System.getProperty("os.name"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().feature(),
                LocalDate.now(ZoneId.systemDefault()),
                video == null ? videos + " videos of " + seconds + " s" : video.getFileName(),
                rate,
                latencyMillis);
        out.println(
                "| processes | frames | wall s | videos/min | frames/min | speed-up | application CPU s | CPU ratio "
                        + "| PostgreSQL CPU s | broker CPU s | drop to first frame s | to first `videos.completed` s "
                        + "| broker bytes/frame | store bytes/frame |");
        out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        Round one = null;
        for (int processes : counts) {
            Path folder = Files.createTempDirectory("sluice-scale-");
            try {
                Round round = round(folder, processes);
                one = one == null ? round : one;
                print(round, one);
            } finally {
                delete(folder);
            }
        }
        deaths.forEach(death -> out.printf("%n%s%n", death));
        return 0;
    }

    private void print(Round round, Round one) {
        out.printf(
                "| %d | %d | %.1f | %.1f | %.0f | %.2f | %.1f | %.2f | %.1f | %.1f | %.1f | %.1f | %.0f | %.0f |%n",
                round.processes,
                round.frames,
                round.wallSeconds,
                round.videos * 60 / round.wallSeconds,
                round.frames * 60 / round.wallSeconds,
                one.wallSeconds / round.wallSeconds,
                round.cpuSeconds,
                round.cpuSeconds / one.cpuSeconds,
                round.databaseSeconds,
                round.brokerSeconds,
                round.firstFrameSeconds,
                round.firstCompletedSeconds,
                round.brokerBytes / round.frames,
                round.storeBytes / round.frames);
    }

    private Round round(Path folder, int processes) throws Exception {
        Path data = folder.resolve("postgres");
        Path brokerFolder = Files.createDirectory(folder.resolve("broker"));
        List<Process> started = new ArrayList<>();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setDataDirectory(data)
                        .setCleanDataDirectory(false)
                        .start();
                EmbeddedBroker broker = EmbeddedBroker.start(brokerFolder);
                Follower follower = follower(broker)) {
            Files.createDirectories(folder.resolve("inbox/rex"));
            Files.writeString(folder.resolve("inbox/rex/recipe.yaml"), recipe());
            String url = "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres";
            for (int number = 0; number < processes; number++) {
                started.add(start(folder, "p" + number, url, broker.bootstrapServers()));
            }
            untilInAllGroups(broker, processes, started);
            // Compiles what will be busy, in every process.
            drop(folder, make(folder, 1000, 2 * PARTITIONS, 2));
            follower.untilCompleted(2 * PARTITIONS);
            follower.forget();

            List<Path> files = videos(folder);
            int framesBefore = frames(postgres);
            long logBefore = bytes(brokerFolder);
            long storeBefore = bytes(folder.resolve("shared"));
            double cpuBefore = cpu(started);
            long database = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
            double databaseBefore = ProcessTree.cpuSeconds(database);
            double ownBefore = ownCpu();
            long begin = System.nanoTime();
            drop(folder, files);
            follower.untilCompleted(files.size());
            double wall = (System.nanoTime() - begin) / 1e9;
            Round round = new Round(
                    processes,
                    files.size(),
                    frames(postgres) - framesBefore,
                    wall,
                    cpu(started) - cpuBefore,
                    ProcessTree.cpuSeconds(database) - databaseBefore,
                    ownCpu() - ownBefore,
                    since(begin, follower.first.get(Topic.FRAMES_EXTRACTED.fullName())),
                    since(
                            begin,
                            follower.completed.values().stream()
                                    .min(Long::compare)
                                    .orElse(null)),
                    bytes(brokerFolder) - logBefore,
                    bytes(folder.resolve("shared")) - storeBefore);
            if (kill && processes > 1) {
                kill(folder, broker, follower, started);
            }
            return round;
        } finally {
            started.forEach(process -> {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            });
        }
    }

    private static Follower follower(EmbeddedBroker broker) {
        return new Follower(broker.bootstrapServers());
    }

    private Process start(Path folder, String instance, String url, String servers) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "java",
                        // The processes have few cores between them.
                        "-XX:+UseSerialGC",
                        // What the optimising compiler takes is of the first minutes, and would seem to be of the work.
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        JAR.toAbsolutePath().toString(),
                        "serve",
                        "--port=0",
                        "--work=work-" + instance)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(instance + ".txt").toFile());
        Map<String, String> environment = new HashMap<>();
        environment.put("SLUICE_INSTANCE", instance);
        environment.put("SLUICE_SHARED", folder.resolve("shared").toString());
        environment.put("SLUICE_CATALOGUE_URL", url);
        environment.put("SLUICE_CATALOGUE_USER", "postgres");
        environment.put("SLUICE_CATALOGUE_PASSWORD", "postgres");
        environment.put("SLUICE_KAFKA_BOOTSTRAP_SERVERS", servers);
        environment.put("SLUICE_KAFKA_PARTITIONS", String.valueOf(PARTITIONS));
        environment.put("SLUICE_ONNX_LATENCY", latencyMillis + "ms");
        environment.put("SLUICE_ONNX_THREADS", "1");
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static void untilInAllGroups(EmbeddedBroker broker, int members, Collection<Process> processes)
            throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            while (!areInAllGroups(admin, members)) {
                if (System.nanoTime() > end || processes.stream().noneMatch(Process::isAlive)) {
                    throw new IOException("the groups do not have " + members + " members each");
                }
                // Looks again: what is waited for happens in other processes.
                Thread.sleep(50);
            }
        }
    }

    private static boolean areInAllGroups(Admin admin, int members) throws Exception {
        try {
            for (ConsumerGroupDescription group :
                    admin.describeConsumerGroups(GROUPS).all().get().values()) {
                if (group.groupState() != GroupState.STABLE || group.members().size() != members) {
                    return false;
                }
            }
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return false;
            }
            throw e;
        }
    }

    private String recipe() {
        return "extract: { mode: rate, maxFps: " + rate + " }\n"
                + "detect: { target: [dog], method: starter, contextShare: 1 }\n"
                + "select: { similarity: 1 }\n"
                + "caption: { trigger: rex }\n";
    }

    private List<Path> videos(Path folder) throws IOException {
        if (video == null) {
            return make(folder, 0, videos, seconds);
        }
        return List.of(Files.copy(video, folder.resolve("made").resolve(video.getFileName())));
    }

    private static List<Path> make(Path folder, int firstSeed, int count, int seconds) throws IOException {
        Path made = Files.createDirectories(folder.resolve("made"));
        List<Path> files = new ArrayList<>();
        for (int seed = firstSeed; seed < firstSeed + count; seed++) {
            files.add(PatternVideo.write(made.resolve("video-" + seed + ".mp4"), seconds, seed));
        }
        return files;
    }

    /** Whole files appear in the inbox at once, as a person moves them there. */
    private static void drop(Path folder, List<Path> files) throws IOException {
        for (Path file : files) {
            Files.move(file, folder.resolve("inbox/rex").resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void kill(Path folder, EmbeddedBroker broker, Follower follower, List<Process> processes) throws Exception {
        follower.forget();
        drop(folder, make(folder, 2000, videos, seconds));
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!follower.first.containsKey(Topic.FRAMES_DETECTED.fullName()) && System.nanoTime() < end) {
            // Looks again: what is waited for happens in other processes.
            Thread.sleep(20);
        }
        Process dies = processes.get(processes.size() - 1);
        List<ProcessHandle> children = dies.descendants().toList();
        long begin = System.nanoTime();
        dies.destroyForcibly().waitFor();
        children.forEach(ProcessHandle::destroyForcibly);
        untilInAllGroups(broker, processes.size() - 1, processes);
        double taken = (System.nanoTime() - begin) / 1e9;
        follower.untilCompleted(videos);
        deaths.add(String.format(
                "One of %d killed while it worked: its partitions were with the others after %.1f s; all %d videos were completed "
                        + "%.1f s after the kill.",
                processes.size(), taken, videos, (System.nanoTime() - begin) / 1e9));
    }

    private static double since(long begin, @Nullable Long moment) {
        return Optional.ofNullable(moment).map(then -> (then - begin) / 1e9).orElse(Double.NaN);
    }

    private static double cpu(List<Process> processes) {
        return processes.stream()
                .mapToDouble(process -> ProcessTree.cpuSeconds(process.pid()))
                .sum();
    }

    private static double ownCpu() {
        return ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toMillis()
                / 1e3;
    }

    private static int frames(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM frame")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** Of the records and pictures; what a broker keeps beside its log is of a fixed size. */
    private static long bytes(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        long[] sum = {0};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                if (!name.endsWith("index")
                        && !name.endsWith(".mp4")
                        && !file.toString().contains("__cluster_metadata")) {
                    sum[0] += attributes.size();
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return sum[0];
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
