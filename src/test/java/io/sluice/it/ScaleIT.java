package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.route.Topic;
import io.sluice.video.PatternVideo;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several processes that share a cluster, a database, a frame store, an inbox and a place of datasets, and work on one long video and
 * several short ones. One that joins, drains, pauses or dies changes nothing: the dataset must be that of one process that nobody
 * disturbed, byte for byte.
 */
@NullUnmarked
final class ScaleIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int LONG_SECONDS = 80;
    private static final int SHORT_VIDEOS = 6;
    private static final int SHORT_SECONDS = 8;
    private static final int FRAMES_PER_SECOND = 3;
    private static final int FRAMES = (LONG_SECONDS + SHORT_VIDEOS * SHORT_SECONDS) * FRAMES_PER_SECOND;
    private static final String RECIPE = "extract: { mode: rate, maxFps: " + FRAMES_PER_SECOND + " }\n"
            + "detect: { target: [dog], method: starter, contextShare: 1 }\n"
            + "select: { similarity: 1 }\ncaption: { trigger: rex }\n";

    /** How long a holder that died, or paused, keeps what one process at a time does. */
    private static final Duration LEASE = Duration.ofSeconds(5);

    /** A frame in the detector: videos last long enough to be in the middle of them, and cores are free while it is waited for. */
    private static final String LATENCY = "200ms";

    /** Some for each process, whichever segments fall on which. */
    private static final String PARTITIONS = "12";

    @TempDir
    private static Path shared;

    private static Map<String, String> undisturbed = Map.of();
    private static EmbeddedPostgres postgres;
    private static int databases;

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Sluice.Started> processes = new ArrayList<>();
    private final Map<Sluice.Started, Integer> ports = new HashMap<>();
    private EmbeddedBroker broker;
    private String url;

    @BeforeAll
    static void runUndisturbed() throws IOException {
        Path videos = Files.createDirectory(shared.resolve("videos"));
        PatternVideo.write(videos.resolve("long.mp4"), LONG_SECONDS, 1);
        for (int video = 0; video < SHORT_VIDEOS; video++) {
            PatternVideo.write(videos.resolve("short " + video + ".mp4"), SHORT_SECONDS, 2 + video);
        }
        Files.writeString(shared.resolve("recipe.yaml"), "dataset: rex\n" + RECIPE);
        Sluice.in(shared)
                .run("curate", videos.toString(), "--recipe=" + shared.resolve("recipe.yaml"))
                .hasExitCode(0);
        undisturbed = Folder.digests(shared.resolve("datasets/rex"));
        assertThat(Folder.files(shared.resolve("work/frames"), ".jpg")).hasSize(FRAMES);
        assertThat(undisturbed).hasSizeGreaterThan(FRAMES / 3);
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stopOthers() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
    }

    @BeforeEach
    void makeDatabase() throws SQLException, IOException {
        String database = "scale" + databases++;
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
        }
        url = "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + database;
        broker = EmbeddedBroker.start(Files.createDirectory(folder.resolve("broker")));
        Files.createDirectories(folder.resolve("inbox/rex"));
        Files.writeString(folder.resolve("inbox/rex/recipe.yaml"), RECIPE);
    }

    @AfterEach
    void stopProcesses() {
        processes.forEach(Sluice.Started::close);
        broker.close();
    }

    /** What makes a process one of several. */
    private Sluice one(String instance) {
        return Sluice.in(folder)
                .with("SLUICE_INSTANCE", instance)
                // Many processes on few cores: threads that collect and compile at once only get into each other's way.
                .with("JDK_JAVA_OPTIONS", "-XX:+UseSerialGC")
                .with("SLUICE_SHARED", folder.resolve("shared").toString())
                .with("SLUICE_ONNX_LATENCY", LATENCY)
                .with("SLUICE_KAFKA_PARTITIONS", PARTITIONS)
                .with("SLUICE_LEASE", LEASE.toSeconds() + "s")
                .with("SLUICE_CATALOGUE_URL", url)
                .with("SLUICE_CATALOGUE_USER", "postgres")
                .with("SLUICE_CATALOGUE_PASSWORD", "postgres")
                .with("SLUICE_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers())
                .with("QUARKUS_LOG_CATEGORY__ORG_APACHE_KAFKA_CLIENTS_CONSUMER__LEVEL", "INFO");
    }

    private Sluice.Started start(Sluice process, String instance) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Sluice.Started started = process.start("serve", "--port=" + port, "--work=work-" + instance);
        processes.add(started);
        ports.put(started, port);
        return started;
    }

    private Sluice.Started start(String instance) throws IOException {
        return start(one(instance), instance);
    }

    private void isReady(Sluice.Started process) {
        process.until("it is ready", () -> get(process, "/q/health/ready").status() == 200);
    }

    private Answer get(Sluice.Started process, String path) throws InterruptedException {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.get(process) + path))
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Answer(503, "");
        }
    }

    /**
     * Whole files appear in the inbox at once, as a person moves them there. Beside the long one lies what a process leaves that was
     * killed while it waited for the file to be whole, if it locks files.
     */
    private void drop() throws IOException {
        Files.createFile(folder.resolve("inbox/rex/long.mp4.camelLock"));
        for (String name : Folder.files(shared.resolve("videos"))) {
            Path copy = Files.copy(shared.resolve("videos").resolve(name), folder.resolve("copy.part"));
            Files.move(copy, folder.resolve("inbox/rex").resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void signal(Sluice.Started process, String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private int count(String sql) {
        try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    private String controls() {
        try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT holder FROM lease WHERE name = 'control'")) {
            return rows.next() ? rows.getString(1) : "nobody";
        } catch (SQLException e) {
            throw new AssertionError("the lease cannot be read", e);
        }
    }

    private int decided() {
        return count("SELECT count(*) FROM annotation");
    }

    private boolean isDone() {
        Path report = folder.resolve("datasets/rex/report.json");
        if (!Files.exists(report)
                || count("SELECT count(*) FROM dataset WHERE NOT current") > 0
                || count("SELECT count(*) FROM dataset_video WHERE status = 'completed' AND told") < SHORT_VIDEOS + 1) {
            return false;
        }
        List<String> statuses = new ArrayList<>();
        for (JsonNode video : Folder.json(report).path("videos")) {
            statuses.add(video.path("status").asText());
        }
        return statuses.size() == SHORT_VIDEOS + 1 && statuses.stream().allMatch("completed"::equals);
    }

    /** Frames that the process itself has decided on, in all stages. */
    private double work(Sluice.Started process) throws InterruptedException {
        return get(process, "/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("sluice_stage_frames_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private void assertIsAsUndisturbed() throws IOException {
        assertThat(Folder.digests(folder.resolve("datasets/rex"))).isEqualTo(undisturbed);
        assertThat(count("SELECT count(*) FROM attempt"))
                .as("attempts that nobody ended")
                .isZero();
        assertThat(count("SELECT count(*) FROM dataset_frame WHERE verdict = 'failed'"))
                .isZero();
        assertThat(count("SELECT count(*) FROM dataset_frame")).isEqualTo(FRAMES);
        JsonNode report = Folder.json(folder.resolve("datasets/rex/report.json"));
        JsonNode expected = Folder.json(shared.resolve("datasets/rex/report.json"));
        assertThat(report.path("kept")).isEqualTo(expected.path("kept"));
        for (JsonNode stage : expected.path("stages")) {
            JsonNode same = Folder.stage(report, stage.path("stage").asText());
            for (String number : List.of("frames", "kept", "rejected", "failed", "reasons", "threshold", "scores")) {
                assertThat(same.path(number))
                        .as(stage.path("stage") + " " + number)
                        .isEqualTo(stage.path(number));
            }
        }
        assertEvents();
    }

    /** Who follows the topics counts each fact once, by its id. */
    private void assertEvents() throws IOException {
        Map<String, Set<String>> ids = new HashMap<>();
        Map<String, Set<String>> frames = new HashMap<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "group.id",
                        "test",
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(
                    Topic.VIDEOS_COMPLETED.fullName(),
                    Topic.VIDEOS_FAILED.fullName(),
                    Topic.FRAMES_CAPTIONED.fullName()));
            int silent = 0;
            while (silent < 4) {
                ConsumerRecords<String, String> records = consumer.poll(Duration.ofSeconds(1));
                silent = records.isEmpty() ? silent + 1 : 0;
                for (ConsumerRecord<String, String> record : records) {
                    String id = new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8);
                    JsonNode json = JSON.readTree(record.value());
                    if (record.topic().equals(Topic.FRAMES_CAPTIONED.fullName())) {
                        frames.computeIfAbsent(json.path("frame").path("id").asText(), frame -> new HashSet<>())
                                .add(id);
                    } else {
                        ids.computeIfAbsent(json.path("video").asText(), video -> new HashSet<>())
                                .add(id);
                    }
                }
            }
        }
        assertThat(ids)
                .hasSize(SHORT_VIDEOS + 1)
                .allSatisfy((video, events) ->
                        assertThat(events).as("ends of video " + video).hasSize(1));
        List<String> kept = undisturbed.keySet().stream()
                .filter(file -> file.endsWith(".jpg"))
                .map(file -> file.substring(file.lastIndexOf('/') + 1, file.length() - ".jpg".length()))
                .toList();
        // A frame that was chosen while other videos were not there yet may have been told of, and have left.
        assertThat(frames)
                .containsKeys(kept.toArray(String[]::new))
                .allSatisfy((frame, events) ->
                        assertThat(events).as("events of frame " + frame).hasSize(1));
    }

    @Test
    void two_processes_of_which_one_is_killed_and_started_again_within_its_session() throws Exception {
        Sluice patient = one("b").with("SLUICE_KAFKA_SESSION_TIMEOUT", "120s");
        Sluice.Started first = start(one("a").with("SLUICE_KAFKA_SESSION_TIMEOUT", "120s"), "a");
        Sluice.Started second = start(patient, "b");
        isReady(first);
        isReady(second);
        Awaitility.await("both are in all groups").atMost(PATIENCE).until(() -> inAllGroups(2));

        drop();
        Awaitility.await("both have worked").atMost(PATIENCE).until(() -> work(first) > 0 && work(second) > 0);
        assertThat(isDone())
                .as("the videos are long enough to be in the middle of them")
                .isFalse();
        long joins = joins(first);
        assertThat(joins).isPositive();
        second.kill().hasExitCode(Sluice.KILLED);
        Sluice.Started again = start(patient, "b");
        first.until("the dataset is done", this::isDone);

        assertThat(work(again))
                .as("frames that the restarted process has decided on")
                .isPositive();
        assertThat(joins(first)).as("groups that the other had to join again").isEqualTo(joins);
        assertIsAsUndisturbed();
    }

    private static long joins(Sluice.Started process) {
        return process.output()
                .lines()
                .filter(line -> line.contains("Successfully joined group"))
                .count();
    }

    private boolean inAllGroups(int members) throws Exception {
        List<String> groups =
                List.of("plan", "extract", "blur", "detect", "aesthetic", "inpaint", "caption", "dataset").stream()
                        .map(duty -> "sluice-" + duty)
                        .toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            for (ConsumerGroupDescription group :
                    admin.describeConsumerGroups(groups).all().get().values()) {
                if (group.groupState() != GroupState.STABLE || group.members().size() != members) {
                    return false;
                }
            }
            return true;
        }
    }

    @Test
    void four_processes_of_which_one_joins_late_one_drains_one_pauses_and_one_dies() throws Exception {
        Sluice.Started a = start("a");
        Sluice.Started b = start("b");
        Sluice.Started c = start("c");
        isReady(a);
        isReady(b);
        isReady(c);
        Awaitility.await("all are in all groups").atMost(PATIENCE).until(() -> inAllGroups(3));
        Map<String, Sluice.Started> byName = Map.of("a", a, "b", b, "c", c);
        drop();
        Awaitility.await("all have worked").atMost(PATIENCE).until(() -> work(a) > 0 && work(b) > 0 && work(c) > 0);
        assertThat(isDone()).isFalse();

        Sluice.Started d = start("d");
        String pausing = controls();
        Sluice.Started paused = byName.get(pausing);
        List<Sluice.Started> others = new ArrayList<>(List.of(a, b, c));
        others.remove(paused);
        long moment = System.nanoTime();
        signal(paused, "STOP");
        Sluice.Started dies = others.get(0);
        dies.kill().hasExitCode(Sluice.KILLED);
        int before = decided();
        Awaitility.await("the others go on").atMost(PATIENCE).until(() -> decided() > before + 10);
        System.out.printf("kill and pause to new measurements: %.1f s%n", (System.nanoTime() - moment) / 1e9);
        Awaitility.await("another leads")
                .atMost(PATIENCE)
                .until(() -> !controls().equals(pausing));
        System.out.printf("pause of the leader to the next: %.1f s%n", (System.nanoTime() - moment) / 1e9);

        Sluice.Started drains = others.get(1);
        long stopped = System.nanoTime();
        drains.terminate();
        assertThat(drains.await().exitCode()).isIn(0, 143);
        System.out.printf("SIGTERM to end: %.1f s%n", (System.nanoTime() - stopped) / 1e9);
        assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isLessThan(Duration.ofSeconds(60));

        signal(paused, "CONT");
        d.until("the dataset is done", this::isDone);
        Awaitility.await("nothing that came back changes it again")
                .during(LEASE.plusSeconds(1))
                .atMost(PATIENCE)
                .until(this::isDone);
        assertThat(work(d))
                .as("frames that the process that joined late has decided on")
                .isPositive();
        assertIsAsUndisturbed();
    }

    /** What a process answers; 503 from one that does not, yet or any more. */
    private record Answer(int status, String body) {}
}
