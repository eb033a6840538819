package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.broker.TopicSettings;
import io.sluice.broker.Topics;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.VideoId;
import io.sluice.model.ModelFolder;
import io.sluice.model.Models;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.Device;
import io.sluice.onnx.OnnxRuntime;
import io.sluice.onnx.Placement;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.store.ObjectStorage;
import io.sluice.store.Place;
import io.sluice.store.Scratch;
import io.sluice.video.DecoderLimits;
import io.sluice.video.Decoders;
import io.sluice.video.Hardware;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.test.junit6.CamelTestSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests on {@code videos.arrived}, and records there that are none, on a real broker. */
@NullUnmarked
class RequestsTest extends CamelTestSupport {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path brokerFolder;

    private static EmbeddedBroker broker;

    @TempDir
    Path folder;

    private Catalogue catalogue;
    private Decoders decoders;
    private Models models;
    private Path released;
    private Path video;
    private Map<TopicPartition, Long> before;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(brokerFolder);
        TopicSettings settings = new TopicSettings(1, 1, Map.of());
        Topics.ensure(
                broker.cluster(), Topic.fullNames().stream().collect(Collectors.toMap(name -> name, name -> settings)));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        KafkaClients.connect(context.getComponent("kafka", KafkaComponent.class), broker.cluster());
        released = Files.createDirectories(folder.resolve("released"));
        // No video, so that no more than its arrival depends on a decoder. Another one for each test: the broker is
        // shared.
        video = Files.writeString(released.resolve("rex.mp4"), folder.toString());
        Files.createDirectories(folder.resolve("recipes"));
        Files.writeString(folder.resolve("recipes/portraits.yaml"), "caption: { trigger: portrait }\n");
        Files.writeString(folder.resolve("recipes/other.yaml"), "dataset: other\n");
        catalogue = Catalogue.embedded(folder.resolve("catalogue.db"));
        decoders = new Decoders(1, DecoderLimits.DEFAULT, Hardware.NONE);
        models = new Models(
                new ModelFolder(folder.resolve("models"), Kinds.ALL, Optional.empty()),
                new OnnxRuntime(Placement.of(Device.CPU, 1)));
        Publisher publisher = new Publisher(context, context.createProducerTemplate());
        VideoOutcomes outcomes = new VideoOutcomes(
                catalogue,
                publisher,
                new InboxFolders(
                        folder.resolve("inbox"),
                        folder.resolve("accepted"),
                        folder.resolve("done"),
                        folder.resolve("failed")));
        TakeRequest requests = new TakeRequest(
                catalogue,
                new Arrivals(catalogue, publisher),
                outcomes,
                models,
                List.of(new FileLocation(List.of(released))),
                Optional.of(folder.resolve("recipes")),
                Place.of(folder.resolve("datasets")));
        ObjectStorage storage = new ObjectStorage(
                new ObjectStorage.Settings(Optional.empty(), Optional.empty(), false, 1, Duration.ofSeconds(1), 1));
        context.getRegistry()
                .bind(
                        "planVideo",
                        new PlanVideo(
                                catalogue,
                                new Recipes(catalogue),
                                decoders,
                                outcomes,
                                requests,
                                new StageMetrics(new SimpleMeterRegistry()),
                                new Originals(
                                        catalogue, storage, new Scratch(folder.resolve("scratch"), 1), Duration.ZERO)));
        context.getRegistry().bind("followBatch", new FollowBatch(new StageMetrics(new SimpleMeterRegistry())));
        context.getRegistry().bind("commitBatch", new CommitBatch());
        Properties properties = new Properties();
        properties.setProperty("sluice.instance", "test");
        context.getPropertiesComponent().setOverrideProperties(properties);
        before = ends();
        var loader = PluginHelper.getRoutesLoader(context);
        for (String file : List.of("delivery", "plan")) {
            loader.loadRoutes(
                    PluginHelper.getResourceLoader(context).resolveResource("file:routes/" + file + ".camel.yaml"));
        }
        return context;
    }

    @AfterEach
    void close() {
        decoders.close();
        models.close();
        catalogue.close();
    }

    private static void send(@Nullable String key, @Nullable String value) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(Topic.VIDEOS_ARRIVED.fullName(), key, value))
                    .get();
        }
    }

    private ObjectNode request() {
        return JSON.createObjectNode().put("location", video.toString()).put("dataset", "rex");
    }

    private DatasetVideo arrived() {
        await().atMost(PATIENCE)
                .until(() -> !catalogue.read(rows -> rows.videos().of("rex")).isEmpty());
        return catalogue.read(rows -> rows.videos().of("rex")).get(0);
    }

    private Recipe recipe() {
        return catalogue.read(rows -> rows.datasets().recipeOf("rex")).orElseThrow();
    }

    @Test
    void a_requested_video_arrives_in_its_dataset_and_its_end_is_told() throws Exception {
        send(null, request().toString());

        DatasetVideo row = arrived();
        VideoId id = Arrivals.identify(video);
        assertThat(row.video()).isEqualTo(id);
        assertThat(row.source()).isEqualTo(video.toString());
        assertThat(row.location()).isEqualTo(video.toRealPath());
        assertThat(recipe()).isEqualTo(RecipeReader.read("", Map.of("dataset", "rex")));
        ConsumerRecord<String, String> failed = one(Topic.VIDEOS_FAILED);
        assertThat(failed.key()).isEqualTo(id.sha256());
        assertThat(json(failed).path("source").asText()).isEqualTo(video.toString());
        assertThat(read(Topic.VIDEOS_ARRIVED).stream().map(ConsumerRecord::value))
                .filteredOn(value -> value.contains("\"video\""))
                .containsExactly(new VideoMessage("rex", recipe().digest(), id, Optional.of(video.toString())).text());
        assertThat(video).as("a requested file stays where it is").exists();

        send(null, request().toString());

        await("who asks again is told again")
                .atMost(PATIENCE)
                .until(() -> read(Topic.VIDEOS_FAILED).size() == 2);
        assertThat(read(Topic.VIDEOS_FAILED).stream().map(record -> header(record, "ce_id")))
                .containsOnly(header(failed, "ce_id"));
    }

    @Test
    void a_recipe_is_in_the_request_or_named() throws Exception {
        ObjectNode request = request();
        request.put("schemaVersion", "1.0").put("location", video.toUri().toString());
        request.putObject("recipe").putObject("extract").put("maxFps", 3);
        send("a key", request.toString());
        arrived();
        assertThat(recipe().extract().maxFps()).isEqualTo(3);

        send(null, request().put("recipe", "portraits").toString());
        await().atMost(PATIENCE).until(() -> recipe().caption().trigger().equals("portrait"));

        one(Topic.VIDEOS_FAILED);
        int arrivals = read(Topic.VIDEOS_ARRIVED).size();
        send(null, request().toString());
        await().atMost(PATIENCE).until(() -> committed() > arrivals);
        assertThat(recipe().caption().trigger())
                .as("who says nothing of the recipe leaves it as it is")
                .isEqualTo("portrait");
        assertThat(read(Topic.VIDEOS_REFUSED)).isEmpty();
    }

    @Test
    void what_is_refused_is_told_with_its_reason_and_the_consumer_goes_on() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.mp4"), "x");
        Path example = Files.writeString(folder.resolve("example.jpg"), "x");
        send("k1", request().put("location", secret.toString()).toString());
        send("k2", request().put("location", "s3://bucket/rex.mp4").toString());
        send("k3", request().put("location", "rex.mp4").toString());
        send("k4", request().put("dataset", "../rex").toString());
        send("k5", request().put("recpie", "portraits").toString());
        send("k6", request().put("recipe", "none").toString());
        send("k7", request().put("recipe", "../recipes/portraits").toString());
        send("k8", request().put("recipe", "other").toString());
        ObjectNode wrong = request();
        wrong.putObject("recipe").putObject("blur").put("treshold", 1);
        send("k9", wrong.toString());
        ObjectNode curious = request();
        curious.putObject("recipe").putObject("detect").putArray("like").add(example + " ");
        send("k10", curious.toString());
        ObjectNode curiouser = request();
        curiouser
                .putObject("recipe")
                .putObject("detect")
                .putArray("like")
                .addObject()
                .put("example", example.toString())
                .put("sha256", "00");
        send("k11", curiouser.toString());
        ObjectNode detecting = request();
        detecting.putObject("recipe").putObject("detect").putArray("target").add("dog");
        send("k12", detecting.toString());
        send("k13", "{\"location\":");
        send("k14", "[]");
        send(null, null);
        send("k16", "{\"schemaVersion\":\"1.0\",\"dataset\":\"rex\",\"recipe\":\"00\",\"video\":\"12\"}");
        send("k17", "\u0001".repeat(150_000));
        send("k18", request().toString());

        assertThat(arrived().video()).isEqualTo(Arrivals.identify(video));
        await().atMost(PATIENCE).until(() -> read(Topic.VIDEOS_REFUSED).size() >= 16);
        Map<String, JsonNode> refused = read(Topic.VIDEOS_REFUSED).stream()
                .collect(Collectors.toMap(record -> String.valueOf(record.key()), RequestsTest::json));
        assertThat(refused).hasSize(16);
        assertRefused(refused.get("k1"), "location", secret.toString(), "a file below " + released);
        assertRefused(refused.get("k2"), "location", "s3://bucket/rex.mp4", "file: a file below " + released);
        assertRefused(refused.get("k3"), "location", "rex.mp4", "file: a file below " + released);
        assertRefused(refused.get("k4"), "dataset", "../rex", "letters, digits");
        assertRefused(refused.get("k5"), "request", "recpie", "location, dataset, recipe");
        assertRefused(refused.get("k6"), "recipe", "none", "other, portraits");
        assertRefused(refused.get("k7"), "recipe", "../recipes/portraits", "the name of one");
        assertRefused(refused.get("k8"), "recipe", "dataset: other", "dataset: rex");
        assertRefused(refused.get("k9"), "recipe", "{\"blur\":{\"treshold\":1}}", "threshold");
        assertRefused(refused.get("k10"), "recipe", "example.jpg", "may not name files");
        assertRefused(refused.get("k11"), "recipe", "example.jpg", "may not name files");
        assertRefused(refused.get("k12"), "recipe", "dog", "models pull detect");
        assertRefused(refused.get("k13"), "request", "{\"location\":", "a JSON object with location and dataset");
        assertRefused(refused.get("k14"), "request", "[]", "not a JSON object");
        assertThat(refused.get("k17").path("value").asText()).hasSize(503);
        assertThat(refused.get("k17").path("request").asText()).hasSize(DeadLetters.LONGEST);
        assertThat(refused.get("k1").path("request").asText())
                .isEqualTo(request().put("location", secret.toString()).toString());
        assertThat(refused.get("k1").path("record").path("topic").asText()).isEqualTo(Topic.VIDEOS_ARRIVED.fullName());
        assertThat(read(Topic.RECORDS_PARKED))
                .as("what says that it is a fact of this program, and is none")
                .satisfiesExactly(record -> {
                    assertThat(record.key()).isEqualTo("k16");
                    assertThat(header(record, DeadLetters.BECAUSE)).isEqualTo(DeadLetters.UNREADABLE);
                    assertThat(header(record, DeadLetters.REASON)).contains("'video' that cannot be read");
                });
    }

    private static void assertRefused(JsonNode refusal, String what, String value, String allowed) {
        assertThat(refusal.path("what").asText()).isEqualTo(what);
        assertThat(refusal.path("value").asText()).contains(value);
        assertThat(refusal.path("allowed").asText()).contains(allowed);
        assertThat(refusal.path("reason").asText()).contains(what, value, allowed);
    }

    @Test
    void a_request_of_a_later_version_is_parked_as_it_came() throws Exception {
        String later =
                request().put("schemaVersion", "2.0").put("wish", "everything").toString();
        send("k1", later);
        send("k2", request().toString());

        assertThat(arrived().status()).isIn(VideoStatus.ARRIVED, VideoStatus.FAILED);
        ConsumerRecord<String, String> parked = one(Topic.RECORDS_PARKED);
        assertThat(parked.key()).isEqualTo("k1");
        assertThat(parked.value()).isEqualTo(later);
        assertThat(header(parked, DeadLetters.TOPIC)).isEqualTo(Topic.VIDEOS_ARRIVED.fullName());
        assertThat(header(parked, DeadLetters.BECAUSE)).isEqualTo(DeadLetters.NEWER);
        assertThat(header(parked, DeadLetters.REASON)).contains("'2.0'");
        assertThat(read(Topic.VIDEOS_REFUSED)).isEmpty();
    }

    private static JsonNode json(ConsumerRecord<String, String> record) {
        try {
            return JSON.readTree(record.value());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
        Header header = record.headers().lastHeader(name);
        assertThat(header).as(name).isNotNull();
        return new String(header.value(), StandardCharsets.UTF_8);
    }

    private ConsumerRecord<String, String> one(Topic topic) {
        await().atMost(PATIENCE).until(() -> !read(topic).isEmpty());
        return read(topic).get(0);
    }

    /** Records of this test that the route is done with. */
    private long committed() {
        TopicPartition partition = new TopicPartition(Topic.VIDEOS_ARRIVED.fullName(), 0);
        try (TransportLag lag = new TransportLag(broker.cluster())) {
            return ends().get(partition) - before.get(partition) - lag.of("sluice-plan", Topic.VIDEOS_ARRIVED);
        }
    }

    /** What has come on the topic since this test began. */
    private List<ConsumerRecord<String, String>> read(Topic topic) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        TopicPartition partition = new TopicPartition(topic.fullName(), 0);
        try (KafkaConsumer<String, String> consumer = reader()) {
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            consumer.seek(partition, before.get(partition));
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    private static Map<TopicPartition, Long> ends() {
        try (KafkaConsumer<String, String> consumer = reader()) {
            return consumer.endOffsets(Topic.fullNames().stream()
                    .map(name -> new TopicPartition(name, 0))
                    .toList());
        }
    }

    private static KafkaConsumer<String, String> reader() {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
    }
}
