package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.s3.S3Server;
import io.sluice.store.Bucket;
import io.sluice.store.BucketObject;
import io.sluice.store.ObjectStorage;
import io.sluice.video.PatternVideo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.S3Client;

/** The packaged service with videos, frames and datasets in buckets of a real server. */
final class BucketIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String RECIPE = "caption: { trigger: rexdog }\nexport: { repeats: 3 }\n";

    @TempDir
    private Path folder;

    private S3Server server;
    private ObjectStorage storage;
    private Bucket videos;
    private int port;

    @BeforeEach
    void start() throws IOException {
        S3Server.provideCredentials();
        server = S3Server.start(folder);
        storage = S3Server.storage(server.endpoint());
        try (S3Client client = server.client()) {
            for (String bucket : List.of("videos", "frames", "sets")) {
                client.createBucket(request -> request.bucket(bucket));
            }
        }
        videos = storage.bucket("videos");
        Files.createDirectories(folder.resolve("inbox/rex"));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        storage.close();
        server.close();
    }

    private Sluice inBuckets() {
        return Sluice.in(folder)
                .with("AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY)
                .with("AWS_SECRET_ACCESS_KEY", S3Server.SECRET_KEY)
                .with("SLUICE_S3_ENDPOINT", server.endpoint().toString())
                .with("SLUICE_S3_PATH_STYLE", "true")
                .with("SLUICE_INGEST_BUCKET", "videos")
                .with("SLUICE_INGEST_PREFIX", "in/")
                .with("SLUICE_INGEST_PERIOD", "1s")
                .with("SLUICE_STORE_URL", "s3://frames/all");
    }

    private boolean completed(Bucket bucket, String key) throws IOException {
        if (bucket.get(key).isEmpty()) {
            return false;
        }
        return completed(bucket.get(key).orElseThrow());
    }

    private static boolean completed(byte[] report) throws IOException {
        JsonNode video = JSON.readTree(report).path("videos").path(0);
        return video.path("status").asText().equals("completed");
    }

    @Test
    void a_dataset_made_in_buckets_is_that_of_the_inbox_byte_for_byte() throws Exception {
        Path video = folder.resolve("a b é.mp4");
        PatternVideo.write(video, 4, 11);
        Files.writeString(folder.resolve("inbox/rex/recipe.yaml"), RECIPE);
        Files.copy(video, folder.resolve("inbox/rex/a b é.mp4"));
        try (Sluice.Started serve = Sluice.in(folder).start("serve", "--port=" + port)) {
            Path report = folder.resolve("datasets/rex/report.json");
            serve.until("the inbox is done", () -> Files.exists(report) && completed(Files.readAllBytes(report)));
        }
        videos.put("in/rex/recipe.yaml", RECIPE.getBytes(StandardCharsets.UTF_8));
        videos.put("in/rex/a b é.mp4", video);
        videos.put("in/rex/notes.pdf", new byte[] {1});
        Bucket sets = storage.bucket("sets");
        try (Sluice.Started serve =
                inBuckets().start("serve", "--port=" + port, "--work=work2", "--inbox=inbox2", "--out=s3://sets/out")) {
            serve.until("the bucket is done", () -> completed(sets, "out/rex/report.json"));
            serve.until(
                    "the journal is gone", () -> sets.list("out/rex/.captions/").isEmpty());
        }

        Map<String, byte[]> made = new TreeMap<>();
        for (BucketObject object : sets.list("out/rex/")) {
            made.put(
                    object.key().substring("out/rex/".length()),
                    sets.get(object.key()).orElseThrow());
        }
        List<String> files = Folder.files(folder.resolve("datasets/rex"));
        assertThat(made.keySet()).containsExactlyElementsOf(files).hasSizeGreaterThan(4);
        for (String file : files) {
            byte[] expected = Files.readAllBytes(folder.resolve("datasets/rex").resolve(file));
            if (file.equals("report.json")) {
                assertThat(withoutTimes(Objects.requireNonNull(made.get(file)))).isEqualTo(withoutTimes(expected));
            } else {
                assertThat(made.get(file)).as(file).isEqualTo(expected);
            }
        }
        assertThat(storage.bucket("frames").list("all/")).isNotEmpty();
        assertThat(Folder.files(folder.resolve("work2/frames"))).isEmpty();
        assertThat(videos.list("in/")).as("nothing is deleted").hasSize(3);
    }

    /** What depends on the machine's speed is left out. */
    private static JsonNode withoutTimes(byte[] report) throws IOException {
        ObjectNode json = (ObjectNode) JSON.readTree(report);
        json.findParents("seconds").forEach(parent -> ((ObjectNode) parent).remove("seconds"));
        return json;
    }

    @Test
    void notifications_and_requests_start_work_without_a_list_and_bad_ones_go_to_the_dead_letter_topic()
            throws Exception {
        Path video = folder.resolve("rex.mp4");
        PatternVideo.write(video, 2, 11);
        videos.put("in/rex/a b é.mp4", video);
        videos.put("archive/first take.mp4", video);
        BucketObject object = videos.find("in/rex/a b é.mp4").orElseThrow();
        String notification = "{\"Records\":[{\"eventName\":\"s3:ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":"
                + "\"videos\"},\"object\":{\"key\":\""
                + URLEncoder.encode(object.key(), StandardCharsets.UTF_8) + "\",\"size\":" + object.bytes()
                + ",\"eTag\":\"" + object.version() + "\"}}}]}";
        Path brokerFolder = Files.createDirectories(folder.resolve("broker"));
        try (EmbeddedBroker broker = EmbeddedBroker.start(brokerFolder);
                Sluice.Started serve = inBuckets()
                        .with("SLUICE_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers())
                        .with("SLUICE_INGEST_LISTED", "false")
                        .with("SLUICE_INGEST_NOTIFIED", "true")
                        .with("SLUICE_INGEST_TOPIC", "bucket-events")
                        .with("SLUICE_INGEST_DEAD_LETTER_TOPIC", "bucket-events-failed")
                        .with("SLUICE_REQUESTS_BUCKETS", "s3://videos/in/rex,s3://videos/archive")
                        .start("serve", "--port=" + port)) {
            try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", broker.bootstrapServers()),
                    new StringSerializer(),
                    new StringSerializer())) {
                for (String text : List.of("{\"Event\":\"s3:TestEvent\"}", "no notification", notification)) {
                    producer.send(new ProducerRecord<>("bucket-events", "key", text))
                            .get();
                }
                String request = "{\"location\":\"s3://videos/archive/first take.mp4\",\"dataset\":\"asked\"}";
                producer.send(new ProducerRecord<>("sluice.videos.arrived", request))
                        .get();
            }
            Path asked = folder.resolve("datasets/asked/report.json");
            serve.until(
                    "the requested video is done", () -> Files.exists(asked) && completed(Files.readAllBytes(asked)));
            Path report = folder.resolve("datasets/rex/report.json");
            serve.until(
                    "the notified video is done", () -> Files.exists(report) && completed(Files.readAllBytes(report)));
            ConsumerRecord<String, String> dead = first(broker.bootstrapServers(), "bucket-events-failed");
            assertThat(dead.value()).isEqualTo("no notification");
            assertThat(new String(dead.headers().lastHeader("sluice-reason").value(), StandardCharsets.UTF_8))
                    .contains("not valid JSON");
        }
    }

    /** An object that is claimed, or entered and not yet settled, is taken up again when the claim has run out: once. */
    @ParameterizedTest
    @CsvSource({"object-claimed", "object-entered"})
    void serve_is_killed_at(String point) throws Exception {
        Path video = folder.resolve("rex.mp4");
        PatternVideo.write(video, 2, 11);
        videos.put("in/rex/rex.mp4", video);
        Sluice claimant = inBuckets().with("SLUICE_INGEST_LEASE", "5s");

        try (Sluice.Started serve = claimant.failingAt(point).start("serve", "--port=" + port)) {
            serve.await().hasExitCode(Sluice.KILLED);
        }
        assertThat(objects("status = 'seen' AND claimant IS NOT NULL"))
                .as("objects whose claim outlives its process")
                .isEqualTo(1);

        Path report = folder.resolve("datasets/rex/report.json");
        try (Sluice.Started serve = claimant.start("serve", "--port=" + port)) {
            serve.until("the bucket is done", () -> Files.exists(report) && completed(Files.readAllBytes(report)));
            serve.until("the object is settled", () -> objects("status = 'taken'") == 1);
        }
        assertThat(Folder.json(report).path("videos")).hasSize(1);
    }

    private int objects(String condition) throws SQLException {
        try (Connection catalogue = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("work/catalogue.db"));
                Statement statement = catalogue.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM bucket_object WHERE " + condition)) {
            count.next();
            return count.getInt(1);
        }
    }

    private static ConsumerRecord<String, String> first(String servers, String topic) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "group.id", "test", "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (System.nanoTime() < end) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
                    return record;
                }
            }
        }
        throw new AssertionError("nothing came to topic " + topic);
    }
}
