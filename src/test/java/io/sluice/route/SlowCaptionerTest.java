package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.broker.TopicSettings;
import io.sluice.broker.Topics;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.recipe.RecipeReader;
import io.sluice.stage.StageName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.test.junit6.CamelTestSupport;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The consumer of a stage that takes longer than Kafka would wait by itself, with time made shorter. */
@NullUnmarked
class SlowCaptionerTest extends CamelTestSupport {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int FRAMES = 12;

    /** Longer than a session without heartbeats may last. */
    private static final Duration FRAME = Duration.ofMillis(900);

    @TempDir
    static Path brokerFolder;

    private static EmbeddedBroker broker;

    @TempDir
    Path folder;

    private final Map<FrameId, Integer> measured = new ConcurrentHashMap<>();
    private final AtomicInteger largest = new AtomicInteger();
    private final FakeStage slow = new FakeStage(StageName.BLUR);
    private Fixture fixture;
    private Publisher publisher;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(brokerFolder);
        TopicSettings settings = new TopicSettings(2, 1, Map.of());
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
        fixture = new Fixture(folder, "slow");
        slow.answers = batch -> {
            largest.accumulateAndGet(batch.size(), Math::max);
            for (Frame frame : batch) {
                LockSupport.parkNanos(FRAME.toNanos());
                measured.merge(frame.id(), 1, Integer::sum);
            }
            return slow.inOrder(batch);
        };
        StageRunner runner = new StageRunner(
                "run",
                fixture.catalogue,
                new Pipeline(List.of(slow)),
                new StageMetrics(new SimpleMeterRegistry()),
                List::of);
        context.getRegistry().bind("runStage", new RunStage(runner, new Recipes(fixture.catalogue), FrameTraces.off()));
        context.getRegistry().bind("commitBatch", new CommitBatch());
        context.getRegistry().bind("followBatch", new FollowBatch(new StageMetrics(new SimpleMeterRegistry())));
        Properties properties = new Properties();
        properties.setProperty("sluice.instance", "slow");
        context.getPropertiesComponent().setOverrideProperties(properties);
        KafkaClients.connect(context.getComponent("kafka", KafkaComponent.class), broker.cluster());
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(PluginHelper.getResourceLoader(context).resolveResource("file:routes/delivery.camel.yaml"));
        // The caption route's batch, and its patience in the same proportion to a frame's time.
        Map<String, Object> parameters = new HashMap<>(Map.of(
                "stage", "blur", "from", "frames.extracted", "kept", "frames.sharp", "batch", parameter("batch")));
        long share = Long.parseLong(parameter("patience")) / RecipeReader.LONGEST_CAPTION / 1000;
        parameters.put("patience", String.valueOf(share * FRAME.toMillis()));
        context.addRouteFromTemplate("slow", "consumer", parameters);
        publisher = new Publisher(context, context.createProducerTemplate());
        return context;
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void a_slow_stage_is_waited_for_and_each_frame_is_measured_once() {
        List<Frame> frames = fixture.extract(3, FRAMES / 3);
        publisher.publish(frames.stream()
                .map(frame -> Publisher.Record.of(Topic.FRAMES_EXTRACTED, "test", fixture.message(frame)))
                .toList());

        try (TransportLag lag = new TransportLag(broker.cluster())) {
            await().atMost(PATIENCE)
                    .until(() -> measured.size() == FRAMES && lag.of("sluice-blur", Topic.FRAMES_EXTRACTED) == 0);
        }

        assertThat(measured.values()).as("how often each frame was measured").containsOnly(1);
        assertThat(largest.get()).as("frames at once").isBetween(1, 4);
    }

    /** Three tries in place, their delays, and the time to load a captioner of a gigabyte must be within the patience. */
    @Test
    void the_caption_routes_patience_is_longer_than_its_batch_may_take() throws IOException {
        long tries = 3;
        long loading = 600;
        long longest = Long.parseLong(parameter("batch")) * RecipeReader.LONGEST_CAPTION * tries + loading;

        assertThat(Long.parseLong(parameter("patience"))).isGreaterThan(longest * 1000);
    }

    private static String parameter(String name) throws IOException {
        JsonNode route =
                new YAMLMapper().readTree(Path.of("routes/caption.camel.yaml").toFile());
        for (JsonNode parameter : route.path(0).path("templatedRoute").path("parameters")) {
            if (parameter.path("name").asText().equals(name)) {
                return parameter.path("value").asText();
            }
        }
        throw new AssertionError("the caption route has no parameter " + name);
    }
}
