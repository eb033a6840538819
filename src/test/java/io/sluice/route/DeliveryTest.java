package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.broker.TopicSettings;
import io.sluice.broker.Topics;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.InfrastructureException;
import io.sluice.stage.StageName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.test.junit6.CamelTestSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The delivery policy of {@code routes/delivery.camel.yaml}, on a real broker: nothing is lost, whatever fails. */
@NullUnmarked
class DeliveryTest extends CamelTestSupport {
    private static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path brokerFolder;

    private static EmbeddedBroker broker;

    @TempDir
    Path folder;

    private final String dataset = "d" + UUID.randomUUID().toString().substring(0, 8);
    private final FakeStage blur = new FakeStage(StageName.BLUR);
    private final AtomicInteger refusals = new AtomicInteger();
    private Fixture fixture;
    private Publisher publisher;
    private Pipeline pipeline;
    private Map<TopicPartition, Long> before;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(brokerFolder);
        TopicSettings settings = new TopicSettings(PARTITIONS, 1, Map.of());
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
        fixture = new Fixture(folder, dataset);
        pipeline = new Pipeline(List.of(blur));
        StageRunner runner = new StageRunner(fixture.catalogue, pipeline, new StageMetrics(new SimpleMeterRegistry()));
        context.getRegistry().bind("runStage", new RunStage(runner, new Recipes(fixture.catalogue)));
        context.getRegistry().bind("commitBatch", new CommitBatch());
        Properties properties = new Properties();
        properties.setProperty("sluice.instance", dataset);
        context.getPropertiesComponent().setOverrideProperties(properties);
        context.getComponent("kafka", KafkaComponent.class).getConfiguration().setBrokers(broker.bootstrapServers());
        var loader = PluginHelper.getRoutesLoader(context);
        for (String file : List.of("delivery", "blur")) {
            loader.loadRoutes(
                    PluginHelper.getResourceLoader(context).resolveResource("file:routes/" + file + ".camel.yaml"));
        }
        AdviceWith.adviceWith(
                context,
                "publish",
                route -> route.interceptSendToEndpoint("kafka:*").process(exchange -> {
                    if (refusals.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                        throw new InfrastructureException("the broker is gone", null);
                    }
                }));
        publisher = new Publisher(context, context.createProducerTemplate());
        before = ends();
        return context;
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void publish(List<Frame> frames) {
        publisher.publish(frames.stream()
                .map(frame -> Publisher.Record.of(Topic.FRAMES_EXTRACTED, "test", fixture.message(frame)))
                .toList());
    }

    @Test
    void kept_rejected_and_failed_frames_land_on_their_topics() throws Exception {
        List<Frame> frames = fixture.extract(8, 4);
        FrameId blurred = frames.get(5).id();
        FrameId poison = frames.get(9).id();
        blur.sharpness = frame -> frame.id().equals(blurred) ? 0.1 : 0.9;
        blur.answers = batch -> {
            if (batch.stream().anyMatch(frame -> frame.id().equals(poison))) {
                throw new IllegalStateException("cannot be decoded");
            }
            return blur.inOrder(batch);
        };

        publish(frames);

        Map<FrameId, FrameMessage> kept = frames(Topic.FRAMES_SHARP, 30);
        assertThat(kept).hasSize(30).doesNotContainKeys(blurred, poison);
        assertThat(kept.get(frames.get(0).id()).frame().annotations()).hasSize(1);
        assertThat(frames(Topic.FRAMES_REJECTED, 1)).containsOnlyKeys(blurred);
        assertThat(frames(Topic.FRAMES_FAILED, 1)).containsOnlyKeys(poison);
        ConsumerRecord<String, String> rejection = read(Topic.FRAMES_REJECTED).get(0);
        assertThat(rejection.value())
                .contains("\"rejection\":{\"reason\":\"blurred\",\"score\":0.1,\"threshold\":0.5}");
        assertThat(new String(rejection.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8))
                .isEqualTo("io.sluice.frames.rejected");
        ConsumerRecord<String, String> failure = read(Topic.FRAMES_FAILED).get(0);
        assertThat(failure.value()).contains("\"error\":\"cannot be decoded\"");
    }

    @Test
    void offsets_of_every_partition_are_committed() throws Exception {
        List<Frame> frames = fixture.extract(40, 2);

        publish(frames);

        assertThat(frames(Topic.FRAMES_SHARP, 80)).hasSize(80);
        Set<Integer> used =
                read(Topic.FRAMES_SHARP).stream().map(ConsumerRecord::partition).collect(Collectors.toSet());
        assertThat(used).as("partitions that the segments spread over").hasSize(PARTITIONS);
        try (TransportLag lag = new TransportLag(broker.cluster())) {
            await().atMost(PATIENCE).until(() -> lag.of("sluice-blur", Topic.FRAMES_EXTRACTED) == 0);
        }
    }

    @Test
    void a_failing_batch_is_polled_again_and_nothing_is_skipped() throws Exception {
        List<Frame> frames = fixture.extract(10, 4);
        AtomicInteger faults = new AtomicInteger(7);
        blur.answers = batch -> {
            if (faults.getAndDecrement() > 0) {
                throw new InfrastructureException("the device is lost", null);
            }
            return blur.inOrder(batch);
        };

        publish(frames);

        assertThat(frames(Topic.FRAMES_SHARP, 40)).hasSize(40);
        assertThat(faults.get()).isNegative();
        assertThat(read(Topic.FRAMES_FAILED)).isEmpty();
    }

    @Test
    void a_batch_that_could_not_be_published_is_not_committed() throws Exception {
        List<Frame> frames = fixture.extract(10, 4);
        publish(frames.subList(0, 8));
        assertThat(frames(Topic.FRAMES_SHARP, 8)).hasSize(8);

        context().getRouteController().suspendRoute("blur");
        publish(frames.subList(8, 40));
        refusals.set(5);
        context().getRouteController().resumeRoute("blur");

        assertThat(frames(Topic.FRAMES_SHARP, 40)).hasSize(40);
        assertThat(refusals).hasValue(0);
    }

    @Test
    void a_record_that_cannot_be_read_is_put_aside_as_it_is() throws Exception {
        List<Frame> frames = fixture.extract(1, 3);
        publisher.publish(List.of(
                new Publisher.Record(Topic.FRAMES_EXTRACTED, "k", "test", "1", "not json"),
                new Publisher.Record(
                        Topic.FRAMES_EXTRACTED,
                        "k",
                        "test",
                        "2",
                        fixture.message(frames.get(0)).text().replace("\"1.0\"", "\"2.0\""))));
        publish(frames);

        assertThat(frames(Topic.FRAMES_SHARP, 3)).hasSize(3);
        await().atMost(PATIENCE).until(() -> read(Topic.FRAMES_FAILED).size() == 2);
        assertThat(read(Topic.FRAMES_FAILED))
                .extracting(ConsumerRecord::value)
                .anyMatch("not json"::equals)
                .anyMatch(text -> text.contains("\"schemaVersion\":\"2.0\""));
    }

    @Test
    void what_a_newer_version_has_added_passes_through() throws Exception {
        List<Frame> frames = fixture.extract(1, 1);
        String text = fixture.message(frames.get(0))
                .text()
                .replace("\"schemaVersion\":\"1.0\"", "\"schemaVersion\":\"1.7\",\"campaign\":{\"a\":[1,2]}")
                .replace("\"timeMicros\"", "\"depth\":3,\"timeMicros\"");
        publisher.publish(List.of(new Publisher.Record(Topic.FRAMES_EXTRACTED, "k", "test", "1", text)));

        frames(Topic.FRAMES_SHARP, 1);

        assertThat(read(Topic.FRAMES_SHARP).get(0).value())
                .contains(
                        "\"campaign\":{\"a\":[1,2]}",
                        "\"depth\":3",
                        "\"schemaVersion\":\"1.7\"",
                        "\"type\":\"sharpness\"");
    }

    @Test
    void a_message_lost_to_retention_is_published_again() throws Exception {
        List<Frame> frames = fixture.extract(6, 4);
        context().getRouteController().stopRoute("blur");
        publish(frames);
        loseEverything();
        context().getRouteController().startRoute("blur");

        try (TransportLag lag = new TransportLag(broker.cluster())) {
            SweepLostFrames sweeper = new SweepLostFrames(
                    fixture.catalogue, pipeline, new Recipes(fixture.catalogue), publisher, lag, Duration.ofMillis(1));
            await().atMost(PATIENCE).until(() -> lag.of("sluice-blur", Topic.FRAMES_EXTRACTED) == 0);
            assertThat(sweeper.sweep()).isEqualTo(24);
            assertThat(frames(Topic.FRAMES_SHARP, 24)).hasSize(24);
        }
    }

    @Test
    void a_message_that_only_waits_is_not_published_again() throws Exception {
        List<Frame> frames = fixture.extract(6, 4);
        context().getRouteController().stopRoute("blur");
        publish(frames);
        try (TransportLag lag = new TransportLag(broker.cluster())) {
            SweepLostFrames sweeper = new SweepLostFrames(
                    fixture.catalogue, pipeline, new Recipes(fixture.catalogue), publisher, lag, Duration.ofMillis(1));
            assertThat(sweeper.sweep()).isZero();
        }
        context().getRouteController().startRoute("blur");
        assertThat(frames(Topic.FRAMES_SHARP, 24)).hasSize(24);
    }

    private static void loseEverything() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Map<TopicPartition, RecordsToDelete> all = partitions(Topic.FRAMES_EXTRACTED)
                    .collect(Collectors.toMap(partition -> partition, partition -> RecordsToDelete.beforeOffset(-1)));
            admin.deleteRecords(all).all().get();
        }
    }

    /** Waits for that many different frames of this test's dataset on the topic. */
    private Map<FrameId, FrameMessage> frames(Topic topic, int count) {
        Map<FrameId, FrameMessage> found = new HashMap<>();
        await().atMost(PATIENCE).until(() -> {
            found.clear();
            for (ConsumerRecord<String, String> record : read(topic)) {
                if (record.value().startsWith("{")) {
                    FrameMessage message = FrameMessage.parse(record.value());
                    found.put(message.frame().id(), message);
                }
            }
            return found.size() >= count;
        });
        return found;
    }

    /** What has come on the topic since this test began. */
    private List<ConsumerRecord<String, String>> read(Topic topic) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = reader()) {
            List<TopicPartition> partitions = partitions(topic).toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            for (TopicPartition partition : partitions) {
                consumer.seek(partition, before.getOrDefault(partition, 0L));
            }
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    private static Map<TopicPartition, Long> ends() {
        try (KafkaConsumer<String, String> consumer = reader()) {
            return consumer.endOffsets(
                    Stream.of(Topic.values()).flatMap(DeliveryTest::partitions).toList());
        }
    }

    private static Stream<TopicPartition> partitions(Topic topic) {
        return java.util.stream.IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition(topic.fullName(), i));
    }

    private static KafkaConsumer<String, String> reader() {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
    }
}
