package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.model.embed.Embedders;
import io.sluice.operations.DocumentedMetrics;
import io.sluice.route.Topic;
import io.sluice.video.PatternVideo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a service tells an operator: metrics, logs, traces and health, of one small run against a broker outside. */
final class ObservabilityIT {
    private static final String TOKEN = "a-token-for-tests-0123456789";
    private static final Pattern SAMPLE =
            Pattern.compile("^(sluice_[a-z_]+|jvm_[a-z_]+|process_[a-z_]+)(\\{([^}]*)})? .*$");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private EmbeddedBroker broker;
    private HttpServer collector;
    private int port;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectory(folder.resolve("inbox"));
        for (String model : Embedders.ALL) {
            Embedders.put(folder.resolve("models"), model);
        }
        broker = EmbeddedBroker.start(folder.resolve("broker"));
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
            request.getResourceSpansList()
                    .forEach(resource ->
                            resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList())));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        collector.stop(0);
        broker.close();
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private int status(String path, String... headers) throws InterruptedException {
        try {
            return get(path, headers).statusCode();
        } catch (IOException notListening) {
            return 0;
        }
    }

    private String metrics() throws IOException, InterruptedException {
        return get("/q/metrics", "Authorization", "Bearer " + TOKEN).body();
    }

    @Test
    void a_service_tells_what_it_does() throws Exception {
        try (Sluice.Started serve = Sluice.in(folder)
                .with("SLUICE_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers())
                .with(
                        "SLUICE_TRACES_ENDPOINT",
                        "http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces")
                .with("SLUICE_HTTP_TOKEN", TOKEN)
                .with("SLUICE_OBSERVE_PERIOD", "500ms")
                .with("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true")
                .with("QUARKUS_LOG_CATEGORY__IO_SLUICE__LEVEL", "DEBUG")
                .with("QUARKUS_BANNER_ENABLED", "false")
                .start("serve", "--port=" + port)
                .until("it is ready", () -> status("/q/health/ready") == 200)) {
            assertThat(status("/q/health/started")).isEqualTo(200);
            onlyTheTokenOpens();

            Files.writeString(
                    folder.resolve("inbox/recipe.yaml"),
                    "extract: { mode: rate, maxFps: 2 }\nselect: { similarity: 1, cosine: 1 }\n");
            PatternVideo.write(folder.resolve("rex.mp4"), 16, 1);
            Files.move(folder.resolve("rex.mp4"), folder.resolve("inbox/rex.mp4"));
            serve.until("the video is done", () -> Files.exists(folder.resolve("done/dataset/rex.mp4")));
            String kept =
                    Folder.files(folder.resolve("datasets/dataset"), ".jpg").get(0);
            String frame = kept.substring(kept.lastIndexOf('/') + 1, kept.lastIndexOf('.'));
            ConsumerRecord<String, String> known = extracted(frame);
            RecordMetadata broken = publish("this is no message");
            RecordMetadata again = publish(known.value());

            serve.until(
                    "every documented metric is told",
                    () -> exposed(metrics())
                            .keySet()
                            .containsAll(DocumentedMetrics.read().keySet()));
            metricsAreThoseThatAreDocumented(metrics());
            serve.until(
                    "the log tells of both records",
                    () -> serve.output().contains("passed over: not due here")
                            && serve.output().contains("is parked"));
            logLinesHaveTheirKeys(serve.output(), broken, again, JSON.readTree(known.value()));
            Awaitility.await("the trace of a frame of the dataset")
                    .atMost(Duration.ofMinutes(1))
                    .until(() ->
                            of(frame).stream().anyMatch(span -> span.getName().equals("dataset")));
            // The record that came again was not due: its span ends without a verdict.
            theTraceGoesThroughAllStages(of(frame).stream()
                    .filter(span -> !span.getName().equals("blur")
                            || span.getAttributesList().stream()
                                    .anyMatch(attribute -> attribute.getKey().equals("sluice.verdict")))
                    .toList());

            assertThat(get("/q/health/ready").body()).contains("\"broker\"", "\"catalogue\"", "\"models\"");
            broker.close();
            serve.until("it is not ready without a broker", () -> status("/q/health/ready") == 503);
            JsonNode checks = JSON.readTree(get("/q/health/ready").body()).path("checks");
            assertThat(checks)
                    .filteredOn(check -> check.path("name").asText().equals("broker"))
                    .extracting(check -> check.path("status").asText())
                    .containsExactly("DOWN");
            assertThat(status("/q/health/live")).as("a restart would not help").isEqualTo(200);
            assertThat(status("/q/health/started")).isEqualTo(200);
        }
    }

    private void onlyTheTokenOpens() throws Exception {
        assertThat(status("/q/metrics")).isEqualTo(401);
        assertThat(status("/q/metrics", "Authorization", "Bearer " + TOKEN + "0"))
                .isEqualTo(401);
        assertThat(status("/q/../q/metrics")).isEqualTo(401);
        assertThat(status("/q/health/../metrics")).isEqualTo(401);
        assertThat(status("/q/healthy")).isEqualTo(401);
        assertThat(status("/q/metrics", "Authorization", "Bearer " + TOKEN)).isEqualTo(200);
        assertThat(status("/q/health")).isEqualTo(200);
    }

    /** Metrics by name, with their labels. */
    private static Map<String, Set<String>> exposed(String metrics) {
        Map<String, Set<String>> exposed = new TreeMap<>();
        metrics.lines().map(SAMPLE::matcher).filter(Matcher::matches).forEach(sample -> {
            Set<String> labels = exposed.computeIfAbsent(
                    sample.group(1).replaceFirst("_seconds_(count|sum)$", "_seconds"), name -> new TreeSet<>());
            Matcher label = Pattern.compile("([a-z]+)=\"").matcher(Objects.requireNonNullElse(sample.group(3), ""));
            while (label.find()) {
                labels.add(label.group(1));
            }
        });
        return exposed;
    }

    private static void metricsAreThoseThatAreDocumented(String metrics) {
        Map<String, Set<String>> documented = DocumentedMetrics.read();
        Map<String, Set<String>> exposed = exposed(metrics);
        exposed.keySet().removeIf(name -> !name.startsWith("sluice_") && !documented.containsKey(name));
        assertThat(exposed).isEqualTo(new TreeMap<>(documented));
        for (String stage : List.of("blur", "detect", "aesthetic", "inpaint", "caption", "dataset")) {
            assertThat(value(metrics, "sluice_stage_frames_total", "stage=\"" + stage + "\"", "verdict=\"kept\""))
                    .as(stage)
                    .isPositive();
        }
        assertThat(value(metrics, "sluice_stage_frames_total", "stage=\"blur\"", "reason=\"blank\""))
                .isEqualTo(4);
        assertThat(value(metrics, "sluice_videos", "status=\"completed\"")).isEqualTo(1);
        assertThat(value(metrics, "sluice_videos", "status=\"failed\"")).isZero();
        assertThat(value(metrics, "sluice_credit_limit")).isEqualTo(2000);
        assertThat(value(metrics, "sluice_credit_used")).isZero();
        assertThat(value(metrics, "sluice_frames_waiting", "stage=\"caption\"")).isZero();
        assertThat(value(metrics, "sluice_stage_records_total", "stage=\"plan\""))
                .isEqualTo(1);
        assertThat(value(metrics, "sluice_decoder_deaths_total", "stage=\"extract\""))
                .isZero();
        assertThat(value(metrics, "sluice_model_device", "role=\"image-embed\"", "device=\"cpu\""))
                .isEqualTo(1);
    }

    private static double value(String metrics, String name, String... labels) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + List.of(labels) + " is not told"));
    }

    /** The message that told of a frame. */
    private ConsumerRecord<String, String> extracted(String frame) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringDeserializer(),
                new StringDeserializer())) {
            String topic = Topic.FRAMES_EXTRACTED.fullName();
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            Awaitility.await("a message of the run")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                            if (record.value().contains(frame)) {
                                records.add(record);
                            }
                        });
                        return !records.isEmpty();
                    });
            return records.get(0);
        }
    }

    private RecordMetadata publish(String text) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            return producer.send(new ProducerRecord<>(Topic.FRAMES_EXTRACTED.fullName(), "k", text))
                    .get();
        }
    }

    private static void logLinesHaveTheirKeys(
            String output, RecordMetadata broken, RecordMetadata again, JsonNode message)
            throws JsonProcessingException {
        List<JsonNode> lines = new ArrayList<>();
        // the virtual machine itself may say something in between
        for (String line : output.lines().filter(text -> text.startsWith("{")).toList()) {
            lines.add(JSON.readTree(line));
        }
        Set<String> keys = new TreeSet<>();
        lines.forEach(line -> line.path("mdc").fieldNames().forEachRemaining(keys::add));
        assertThat(keys).contains("stage", "frameId", "videoId", "topic", "partition", "offset", "error");

        JsonNode put = only(lines, "is parked");
        assertThat(put.path("level").asText()).isEqualTo("ERROR");
        assertThat(mdc(put))
                .containsEntry("stage", "blur")
                .containsEntry("topic", Topic.FRAMES_EXTRACTED.fullName())
                .containsEntry("partition", String.valueOf(broken.partition()))
                .containsEntry("offset", String.valueOf(broken.offset()))
                .hasEntrySatisfying("error", error -> assertThat(error).startsWith("message is not JSON: "))
                .doesNotContainKeys("frameId", "videoId");

        JsonNode over = only(lines, "passed over: not due here");
        assertThat(mdc(over))
                .containsEntry("stage", "blur")
                .containsEntry("frameId", message.at("/frame/id").asText())
                .containsEntry("videoId", message.at("/frame/video").asText())
                .containsEntry("offset", String.valueOf(again.offset()))
                .doesNotContainKey("error");

        assertThat(mdc(only(lines, "dataset=dataset completed")))
                .containsEntry("videoId", message.at("/frame/video").asText())
                .doesNotContainKeys("stage", "offset", "error");
    }

    private static JsonNode only(List<JsonNode> lines, String words) {
        List<JsonNode> found = lines.stream()
                .filter(line -> line.path("message").asText().contains(words))
                .toList();
        assertThat(found).as("lines with '" + words + "'").hasSize(1);
        return found.get(0);
    }

    private static Map<String, String> mdc(JsonNode line) {
        Map<String, String> keys = new HashMap<>();
        line.path("mdc")
                .properties()
                .forEach(entry -> keys.put(entry.getKey(), entry.getValue().asText()));
        return keys;
    }

    private List<Span> of(String frame) {
        return spans.stream()
                .filter(span -> span.getAttributesList().stream()
                        .anyMatch(attribute -> attribute.getKey().equals("sluice.frame.id")
                                && attribute.getValue().getStringValue().equals(frame)))
                .toList();
    }

    private static void theTraceGoesThroughAllStages(List<Span> spans) {
        Map<String, Span> byName = new HashMap<>();
        spans.forEach(span -> assertThat(byName.put(span.getName(), span))
                .as(span.getName() + " twice")
                .isNull());
        assertThat(byName)
                .containsOnlyKeys("extract", "blur", "detect", "aesthetic", "select", "inpaint", "caption", "dataset");
        assertThat(spans).extracting(Span::getTraceId).containsOnly(spans.get(0).getTraceId());
        assertThat(named(byName, "extract").getParentSpanId()).isEqualTo(ByteString.EMPTY);
        Map<String, String> parents = Map.of(
                "blur", "extract",
                "detect", "blur",
                "aesthetic", "detect",
                "select", "extract",
                "inpaint", "select",
                "caption", "inpaint",
                "dataset", "caption");
        parents.forEach((child, parent) -> assertThat(named(byName, child).getParentSpanId())
                .as(child)
                .isEqualTo(named(byName, parent).getSpanId()));
        byName.values()
                .forEach(span -> assertThat(span.getEndTimeUnixNano())
                        .as(span.getName())
                        .isGreaterThanOrEqualTo(span.getStartTimeUnixNano()));
    }

    private static Span named(Map<String, Span> spans, String name) {
        return Objects.requireNonNull(spans.get(name), name);
    }

    @Test
    void an_address_that_others_reach_needs_a_token() {
        Sluice.in(folder)
                .run("serve", "--host=0.0.0.0", "--port=" + port)
                .hasExitCode(2)
                .says("sluice.http.host: '0.0.0.0' is not allowed without a token", "SLUICE_HTTP_TOKEN");
    }

    @Test
    void a_duty_that_does_not_exist_is_named_with_those_that_do() {
        Sluice.in(folder)
                .with("SLUICE_STAGES", "blur,clean")
                .run("serve", "--port=" + port)
                .hasExitCode(2)
                .says(
                        "sluice.stages: 'clean' is not allowed; allowed: all, or some of ingest,plan,extract,blur,detect");
    }
}
