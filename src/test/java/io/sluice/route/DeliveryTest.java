package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.broker.TopicSettings;
import io.sluice.broker.Topics;
import io.sluice.catalogue.Verdict;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.InfrastructureException;
import io.sluice.stage.StageName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
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

    /** For which work must have waited before it can count as lost. */
    private static final Duration PAUSE = Duration.ofMillis(1);

    @TempDir
    static Path brokerFolder;

    private static EmbeddedBroker broker;

    @TempDir
    Path folder;

    private final String dataset = "d" + UUID.randomUUID().toString().substring(0, 8);
    private final FakeStage blur = new FakeStage(StageName.BLUR);
    private final AtomicInteger refusals = new AtomicInteger();
    private final StageMetrics metrics = new StageMetrics(new SimpleMeterRegistry());
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
        StageRunner runner = new StageRunner("run", fixture.catalogue, pipeline, metrics, List::of);
        context.getRegistry().bind("runStage", new RunStage(runner, new Recipes(fixture.catalogue), FrameTraces.off()));
        context.getRegistry().bind("commitBatch", new CommitBatch());
        context.getRegistry().bind("followBatch", new FollowBatch(metrics));
        Properties properties = new Properties();
        properties.setProperty("sluice.instance", dataset);
        context.getPropertiesComponent().setOverrideProperties(properties);
        KafkaClients.connect(context.getComponent("kafka", KafkaComponent.class), broker.cluster());
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
                new Publisher.Record(Topic.FRAMES_EXTRACTED, "k", "test", "1", "s", "not json"),
                new Publisher.Record(Topic.FRAMES_EXTRACTED, "k", "test", "2", "s", newer(frames.get(0)))));
        publish(frames);

        assertThat(frames(Topic.FRAMES_SHARP, 3)).hasSize(3);
        await().atMost(PATIENCE).until(() -> read(Topic.RECORDS_PARKED).size() == 2);
        assertThat(read(Topic.FRAMES_FAILED)).isEmpty();
        Map<String, ConsumerRecord<String, String>> parked = read(Topic.RECORDS_PARKED).stream()
                .collect(Collectors.toMap(record -> header(record, DeadLetters.BECAUSE), record -> record));
        assertThat(parked).containsOnlyKeys(DeadLetters.NEWER, DeadLetters.UNREADABLE);
        assertThat(parked.get(DeadLetters.UNREADABLE).value()).isEqualTo("not json");
        ConsumerRecord<String, String> later = parked.get(DeadLetters.NEWER);
        assertThat(later.value()).isEqualTo(newer(frames.get(0)));
        assertThat(later.key()).isEqualTo("k");
        assertThat(header(later, DeadLetters.TOPIC)).isEqualTo(Topic.FRAMES_EXTRACTED.fullName());
        assertThat(header(later, "ce_type")).isEqualTo("io.sluice.records.parked");
        assertThat(header(later, DeadLetters.ORIGINAL + "ce_id")).isEqualTo("2");
    }

    private String newer(Frame frame) {
        return fixture.message(frame).text().replace("\"" + MessageJson.VERSION + "\"", "\"2.0\"");
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
        assertThat(record.headers().lastHeader(name)).as(name).isNotNull();
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void what_was_parked_for_a_later_version_goes_on_when_it_is_there() throws Exception {
        List<Frame> frames = fixture.extract(1, 2);
        String readable = fixture.message(frames.get(0)).text();
        send(parked("k0", readable, DeadLetters.NEWER, Topic.FRAMES_EXTRACTED.fullName()));
        send(parked("k1", newer(frames.get(1)), DeadLetters.NEWER, Topic.FRAMES_EXTRACTED.fullName()));
        send(parked("k2", readable, DeadLetters.UNREADABLE, Topic.FRAMES_EXTRACTED.fullName()));
        send(parked("k3", readable, DeadLetters.NEWER, "foreign"));
        ReplayParked parking = new ReplayParked(broker.cluster(), context(), publisher);

        assertThat(parking.replay()).isEqualTo(1);

        assertThat(frames(Topic.FRAMES_SHARP, 1)).containsOnlyKeys(frames.get(0).id());
        assertThat(read(Topic.FRAMES_EXTRACTED)).satisfiesExactly(record -> {
            assertThat(record.key()).isEqualTo("k0");
            assertThat(record.value()).isEqualTo(readable);
            assertThat(header(record, "ce_id")).isEqualTo("as it came");
            assertThat(record.headers().lastHeader(DeadLetters.TOPIC)).isNull();
        });
        // The one that is still too new is parked anew, with all that is known of it.
        List<ConsumerRecord<String, String>> again = read(Topic.RECORDS_PARKED).stream()
                .filter(record -> record.key().equals("k1"))
                .toList();
        assertThat(again).hasSize(2).allSatisfy(record -> {
            assertThat(record.value()).isEqualTo(newer(frames.get(1)));
            assertThat(header(record, DeadLetters.ORIGINAL + "ce_id")).isEqualTo("as it came");
        });
        assertThat(parking.replay())
                .as("what was put back is not put back again")
                .isZero();
    }

    private static ProducerRecord<String, String> parked(String key, String value, String because, String topic) {
        ProducerRecord<String, String> record = new ProducerRecord<>(Topic.RECORDS_PARKED.fullName(), key, value);
        Map.of(DeadLetters.BECAUSE, because, DeadLetters.TOPIC, topic, DeadLetters.ORIGINAL + "ce_id", "as it came")
                .forEach((name, header) -> record.headers().add(name, header.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    private static void send(ProducerRecord<String, String> record) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(record).get();
        }
    }

    @Test
    void an_event_has_the_headers_of_cloud_events() throws Exception {
        List<Frame> frames = fixture.extract(1, 1);
        publish(frames);
        frames(Topic.FRAMES_SHARP, 1);

        ConsumerRecord<String, String> record = read(Topic.FRAMES_SHARP).get(0);

        assertThat(header(record, "ce_specversion")).isEqualTo("1.0");
        assertThat(header(record, "ce_id"))
                .isEqualTo(dataset + "/" + fixture.recipe.digest() + "/"
                        + frames.get(0).id() + "/frames.sharp");
        assertThat(header(record, "ce_source")).isEqualTo("/sluice/blur");
        assertThat(header(record, "ce_type")).isEqualTo("io.sluice.frames.sharp");
        assertThat(header(record, "ce_subject")).isEqualTo(frames.get(0).id().value());
        assertThat(Instant.parse(header(record, "ce_time")))
                .isBetween(Instant.now().minus(PATIENCE), Instant.now());
        assertThat(header(record, "content-type")).isEqualTo("application/json");
    }

    @Test
    void an_end_that_was_recorded_and_not_told_is_told_by_the_sweeper() throws Exception {
        fixture.extract(1, 1);
        fixture.catalogue.update(rows ->
                rows.videos().move(dataset, Fixture.VIDEO, VideoStatus.FAILED, "broken", VideoStatus.EXTRACTING));
        try (TransportLag lag = new TransportLag(broker.cluster())) {
            SweepLostFrames sweeper = sweeper(lag);
            await().atMost(PATIENCE).until(() -> sweeper.sweep() == 1);
            assertThat(sweeper.sweep()).isZero();
        }
        assertThat(read(Topic.VIDEOS_FAILED)).satisfiesExactly(record -> {
            assertThat(record.key()).isEqualTo(Fixture.VIDEO.sha256());
            assertThat(record.value()).contains("\"status\":\"failed\"", "\"reason\":\"broken\"");
        });
    }

    private SweepLostFrames sweeper(TransportLag lag) {
        return sweeper(lag, Clock.systemUTC());
    }

    private SweepLostFrames sweeper(TransportLag lag, Clock clock) {
        VideoOutcomes outcomes = new VideoOutcomes(
                fixture.catalogue,
                publisher,
                new InboxFolders(
                        folder.resolve("inbox"),
                        folder.resolve("accepted"),
                        folder.resolve("done"),
                        folder.resolve("failed")));
        return new SweepLostFrames(
                fixture.catalogue,
                pipeline,
                new Recipes(fixture.catalogue),
                publisher,
                outcomes,
                lag,
                metrics,
                FrameTraces.off(),
                PAUSE,
                clock);
    }

    @Test
    void what_a_newer_version_has_added_passes_through() throws Exception {
        List<Frame> frames = fixture.extract(1, 1);
        String text = fixture.message(frames.get(0))
                .text()
                .replace(
                        "\"schemaVersion\":\"" + MessageJson.VERSION + "\"",
                        "\"schemaVersion\":\"1.7\",\"campaign\":{\"a\":[1,2]}")
                .replace("\"timeMicros\"", "\"depth\":3,\"timeMicros\"");
        publisher.publish(List.of(new Publisher.Record(Topic.FRAMES_EXTRACTED, "k", "test", "1", "s", text)));

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
            SweepLostFrames sweeper = sweeper(lag);
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
            SweepLostFrames sweeper = sweeper(lag);
            assertThat(sweeper.sweep()).isZero();
        }
        context().getRouteController().startRoute("blur");
        assertThat(frames(Topic.FRAMES_SHARP, 24)).hasSize(24);
    }

    @Test
    void a_message_that_nobody_reads_however_often_it_is_published_ends_with_that_reason() throws Exception {
        List<Frame> frames = fixture.extract(2, 2);
        context().getRouteController().stopRoute("blur");
        skipEverything();
        ManualClock clock = new ManualClock();
        try (TransportLag lag = new TransportLag(broker.cluster())) {
            SweepLostFrames sweeper = sweeper(lag, clock);
            await().atMost(PATIENCE).until(() -> sweeper.sweep() == 4);
            for (int time = 1; time < Republished.MOST; time++) {
                skipEverything();
                clock.pass(PAUSE.multipliedBy((1L << (time - 1)) - 1));
                assertThat(sweeper.sweep()).as("too early after time %d", time).isZero();
                clock.pass(PAUSE);
                assertThat(sweeper.sweep()).as("after time %d", time).isEqualTo(4);
            }
            skipEverything();
            clock.pass(PAUSE.multipliedBy(1L << Republished.MOST));
            assertThat(fixture.progress()).allMatch(frame -> frame.verdict() == Verdict.KEPT);

            assertThat(sweeper.sweep()).isZero();

            assertThat(fixture.progress()).hasSize(4).allSatisfy(frame -> {
                assertThat(frame.stage()).isEqualTo(StageName.BLUR);
                assertThat(frame.verdict()).isEqualTo(Verdict.FAILED);
                assertThat(frame.reason().orElseThrow()).contains("6 times", "blur", "sluice.records.parked");
            });
            assertThat(frames(Topic.FRAMES_FAILED, 4).keySet())
                    .isEqualTo(frames.stream().map(Frame::id).collect(Collectors.toSet()));
            assertThat(sweeper.sweep()).as("told once").isZero();
        }
        assertThat(read(Topic.FRAMES_EXTRACTED)).hasSize(4 * Republished.MOST);
    }

    /** As the stage does with records that it cannot read; the stage itself must stand still. */
    private static void skipEverything() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Map<TopicPartition, OffsetAndMetadata> ends = ends().entrySet().stream()
                    .filter(end -> end.getKey().topic().equals(Topic.FRAMES_EXTRACTED.fullName()))
                    .collect(Collectors.toMap(Map.Entry::getKey, end -> new OffsetAndMetadata(end.getValue())));
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> admin.alterConsumerGroupOffsets("sluice-blur", ends)
                                    .all()
                                    .get()
                            == null);
        }
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
