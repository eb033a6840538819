package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sluice.route.Topic;
import io.sluice.video.PatternVideo;
import io.sluice.web.EventSchemas;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What others see: a plain consumer and a plain producer at the embedded broker's listener, and the document that the service serves,
 * beside every message of real runs.
 */
final class EventsIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Of 8 seconds one is soft and one is black. */
    private static final int SECONDS = 8;

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<ConsumerRecord<String, String>> records = new ArrayList<>();
    private Path released;
    private int web;
    private String broker = "";

    @BeforeEach
    void makeVideos() throws IOException {
        Files.createDirectory(folder.resolve("inbox"));
        released = Files.createDirectory(folder.resolve("released"));
        PatternVideo.write(released.resolve("rex 1.mp4"), SECONDS, 5);
        Files.writeString(released.resolve("broken.mp4"), "this is no video, whatever its name says\n");
        Files.writeString(folder.resolve("secret.mp4"), "x");
        try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            web = first.getLocalPort();
            broker = "127.0.0.1:" + second.getLocalPort();
        }
    }

    private Sluice sluice() {
        return Sluice.in(folder)
                .with("SLUICE_KAFKA_LISTENER", broker)
                .with("SLUICE_REQUESTS_FOLDERS", released.toString());
    }

    @Test
    void who_reads_and_writes_with_plain_clients_can_ask_for_a_video_and_follow_it_to_its_end() throws Exception {
        failAFrame();
        Path video = released.resolve("rex 1.mp4");
        try (Sluice.Started serve = sluice().start("serve", "--port=" + web)
                        .until("it is ready", () -> status("/q/health/ready") == 200);
                KafkaConsumer<String, String> consumer = consumer()) {
            JsonNode document = documentAsServed();
            EventSchemas schemas = EventSchemas.closed(document);
            consumer.subscribe(Pattern.compile("sluice\\..*"));

            ask(request(video, "rex").set("recipe", recipe()));
            ask(request(released.resolve("broken.mp4"), "odd").put("schemaVersion", "1.0"));
            ask(request(folder.resolve("secret.mp4"), "rex"));
            ask(request(video, "rex").put("schemaVersion", "2.0"));

            serve.until(
                    "everything is told",
                    () -> poll(consumer)
                            && has(Topic.VIDEOS_COMPLETED, video)
                            && has(Topic.VIDEOS_FAILED, released.resolve("broken.mp4"))
                            && of(Topic.VIDEOS_REFUSED).size() == 1
                            && of(Topic.RECORDS_PARKED).size() == 1);

            assertThat(records)
                    // The request of a version to come is this test's own.
                    .filteredOn(record ->
                            !json(record).path("schemaVersion").asText().equals("2.0")
                                    || !record.topic().equals(Topic.VIDEOS_ARRIVED.fullName()))
                    .isNotEmpty()
                    .allSatisfy(record -> assertThat(schemas.faults(record))
                            .as(record.topic() + " " + record.key() + " " + record.value() + " " + record.headers())
                            .isEmpty());
            assertThat(records.stream().map(ConsumerRecord::topic).collect(Collectors.toSet()))
                    .as("topics that something has come on")
                    .containsExactlyInAnyOrderElementsOf(schemas.topics());
            assertThat(schemas.unseen())
                    .as("what the document tells of and needs models, or a captioner that gives up, to come")
                    .allMatch(field -> field.matches("frame\\.annotations\\((detections|removal)\\)"
                            + "\\.(objects|likenesses|crop)(\\..*)?|frame\\.annotations\\(caption\\)\\.reason"))
                    .isNotEmpty();
            assertFollowed(video);
            assertThat(json(of(Topic.VIDEOS_REFUSED).get(0)).path("reason").asText())
                    .isEqualTo("location: '" + folder.resolve("secret.mp4").toUri()
                            + "' is not allowed; allowed: a file below " + released);
            assertThat(video).as("a requested video stays where it is").exists();
            assertThat(Folder.files(folder.resolve("datasets/rex"), ".jpg")).isNotEmpty();
            assertThat(folder.resolve("datasets/odd/report.json"))
                    .satisfiesAnyOf(
                            report -> assertThat(report).doesNotExist(),
                            report -> assertThat(
                                            Folder.json(report).path("kept").asInt())
                                    .isZero());
        }
        Files.createDirectories(Path.of("target/events"));
        Files.write(
                Path.of("target/events/messages.jsonl"),
                records.stream()
                        .map(record -> record.topic() + "\t" + record.value())
                        .toList());
    }

    /** A picture that is lost between two runs: its frame fails. */
    private void failAFrame() throws IOException, SQLException {
        PatternVideo.write(folder.resolve("hold.mp4"), SECONDS, 6);
        sluice().run("curate", "hold.mp4", "--dataset=hold", "--set=extract.mode=rate", "--until=select")
                .hasExitCode(0);
        Files.delete(folder.resolve("work/frames")
                .resolve(JSON.readTree(chosen("hold")).path("key").asText()));
        sluice().run("continue", "hold").hasExitCode(0);
    }

    private String chosen(String dataset) throws SQLException {
        try (Connection catalogue = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("work/catalogue.db"));
                Statement statement = catalogue.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT f.image FROM dataset_frame d JOIN frame f ON f.id = d.frame "
                                + "AND f.rendition = d.rendition WHERE d.dataset = '" + dataset
                                + "' AND d.verdict = 'kept' ORDER BY f.id LIMIT 1")) {
            assertThat(rows.next()).as("a frame is chosen").isTrue();
            return rows.getString("image");
        }
    }

    private ObjectNode request(Path video, String dataset) {
        return JSON.createObjectNode().put("location", video.toString()).put("dataset", dataset);
    }

    private static ObjectNode recipe() {
        ObjectNode recipe = JSON.createObjectNode();
        recipe.putObject("extract").put("mode", "rate").put("maxFps", 2);
        recipe.putObject("caption").put("trigger", "rex dog");
        return recipe;
    }

    private void ask(JsonNode request) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker, "acks", "all"),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>("sluice.videos.arrived", request.toString()))
                    .get();
        }
    }

    private KafkaConsumer<String, String> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", broker,
                        "group.id", "somebody-else",
                        "auto.offset.reset", "earliest",
                        "metadata.max.age.ms", "2000"),
                new StringDeserializer(),
                new StringDeserializer());
    }

    private boolean poll(KafkaConsumer<String, String> consumer) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
        return true;
    }

    private List<ConsumerRecord<String, String>> of(Topic topic) {
        return records.stream()
                .filter(record -> record.topic().equals(topic.fullName()))
                .toList();
    }

    private boolean has(Topic topic, Path video) {
        return of(topic).stream()
                .anyMatch(record -> json(record).path("source").asText().equals(video.toString()));
    }

    private static JsonNode json(ConsumerRecord<String, String> record) {
        try {
            return JSON.readTree(record.value());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** From the request to the end, and every frame of the dataset on every topic on the way. */
    private void assertFollowed(Path video) {
        JsonNode arrived = of(Topic.VIDEOS_ARRIVED).stream()
                .map(EventsIT::json)
                .filter(json ->
                        json.has("video") && json.path("source").asText().equals(video.toString()))
                .findFirst()
                .orElseThrow();
        String id = arrived.path("video").asText();
        assertThat(of(Topic.SEGMENTS_PLANNED).stream().map(EventsIT::json))
                .anyMatch(json -> json.path("video").asText().equals(id));
        Set<String> written = Folder.files(folder.resolve("datasets/rex"), ".jpg").stream()
                .map(file -> file.substring(file.lastIndexOf('/') + 1).replace(".jpg", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(written).isNotEmpty();
        for (Topic topic : List.of(
                Topic.FRAMES_EXTRACTED,
                Topic.FRAMES_SHARP,
                Topic.FRAMES_DETECTED,
                Topic.FRAMES_RATED,
                Topic.FRAMES_SELECTED,
                Topic.FRAMES_CLEANED,
                Topic.FRAMES_CAPTIONED)) {
            assertThat(of(topic).stream()
                            .map(EventsIT::json)
                            .filter(json -> json.path("dataset").asText().equals("rex"))
                            .map(json -> json.path("frame").path("id").asText()))
                    .as(topic.word())
                    .containsAll(written);
        }
    }

    private JsonNode documentAsServed() throws Exception {
        HttpResponse<String> yaml = get("/asyncapi", "*/*");
        assertThat(yaml.headers().firstValue("Content-Type")).contains("application/yaml; charset=utf-8");
        assertThat(yaml.body()).startsWith("#").contains("asyncapi: 3.0.0");
        JsonNode document = new YAMLMapper().readTree(yaml.body());
        assertThat(get("/asyncapi.yaml", "*/*").body()).isEqualTo(yaml.body());
        assertThat(get("/asyncapi", "text/html").body()).isEqualTo(yaml.body());
        HttpResponse<String> json = get("/asyncapi", "application/json");
        assertThat(json.headers().firstValue("Content-Type")).contains("application/json; charset=utf-8");
        assertThat(JSON.readTree(json.body())).isEqualTo(document);
        assertThat(JSON.readTree(get("/asyncapi.json", "*/*").body())).isEqualTo(document);
        return document;
    }

    private HttpResponse<String> get(String path, String accept) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web + path))
                        .timeout(Duration.ofSeconds(20))
                        .header("Accept", accept)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private int status(String path) throws InterruptedException {
        try {
            return get(path, "*/*").statusCode();
        } catch (IOException notListening) {
            return 0;
        }
    }
}
