package io.sluice.route;

import io.sluice.stage.Outcome;
import io.sluice.stage.StageName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;

/**
 * Turns a batch of Kafka records into frames, has the stage run on them, and leaves the records to publish in the body: a list
 * of exchanges, each with its topic and key. The stage's word is in the exchange property {@value #STAGE}, the topic for kept
 * frames in {@value #KEPT}.
 *
 * <p>A record that cannot be read goes to {@code records.parked} as it is. Anything that is thrown stops the batch, which is then
 * polled again.
 */
public final class RunStage implements Processor {
    static final String STAGE = "stage";
    static final String KEPT = "kept";
    private static final Logger LOG = Logger.getLogger(RunStage.class);

    private final StageRunner runner;
    private final Recipes recipes;
    private final FrameTraces traces;

    public RunStage(StageRunner runner, Recipes recipes, FrameTraces traces) {
        this.runner = runner;
        this.recipes = recipes;
        this.traces = traces;
    }

    @Override
    @SuppressWarnings("try")
    public void process(Exchange exchange) {
        StageName stage = StageName.of(exchange.getProperty(STAGE, String.class));
        Topic kept = topic(exchange.getProperty(KEPT, String.class));
        List<Exchange> out = new ArrayList<>();
        Map<Job, Map<String, FrameMessage>> jobs = new LinkedHashMap<>();
        List<Exchange> records = Batch.records(exchange);
        try (FrameTraces.Work work = traces.begin(stage)) {
            for (Exchange record : records) {
                try {
                    FrameMessage message = FrameMessage.parse(DeadLetters.text(record));
                    recipes.get(message.recipe());
                    LogKeys.located(message.frame().id(), record);
                    work.add(message, record, records.size());
                    jobs.computeIfAbsent(new Job(message.dataset(), message.recipe()), job -> new LinkedHashMap<>())
                            .put(message.frame().id().value(), message);
                } catch (MessageException e) {
                    try (LogKeys keys = LogKeys.of(record).error(e.getMessage())) {
                        LOG.errorf(
                                "stage=%s record=%s is parked: error=%s",
                                stage.word(), DeadLetters.Place.of(record), e.getMessage());
                    }
                    out.add(DeadLetters.parked(exchange, record, stage.word(), e));
                }
            }
            for (Map.Entry<Job, Map<String, FrameMessage>> entry : jobs.entrySet()) {
                Map<String, FrameMessage> messages = entry.getValue();
                for (Outcome outcome : run(stage, entry.getKey(), messages, work)) {
                    FrameMessage message = Objects.requireNonNull(
                            messages.get(outcome.frame().id().value()));
                    Topic topic = outcome instanceof Outcome.Kept
                            ? kept
                            : outcome instanceof Outcome.Rejected ? Topic.FRAMES_REJECTED : Topic.FRAMES_FAILED;
                    out.add(Publisher.exchange(
                            exchange.getContext(),
                            Publisher.Record.of(topic, stage.word(), message.after(stage, outcome))
                                    .traced(work.decided(outcome))));
                }
            }
        }
        LOG.debugf("stage=%s batch of %d published as %d", stage.word(), records.size(), out.size());
        Batch.publish(exchange, out);
    }

    private List<Outcome> run(StageName stage, Job job, Map<String, FrameMessage> messages, FrameTraces.Work work) {
        try {
            return runner.run(
                    stage,
                    job.dataset(),
                    job.recipe(),
                    recipes.get(job.recipe()),
                    messages.values().stream().map(FrameMessage::frame).toList());
        } catch (MessageException e) {
            // Every message whose recipe is unknown has been put aside above.
            throw new IllegalStateException(e);
        } catch (RuntimeException e) {
            work.stopped(e);
            throw e;
        }
    }

    private static Topic topic(String word) {
        for (Topic topic : Topic.values()) {
            if (topic.word().equals(word)) {
                return topic;
            }
        }
        throw new IllegalArgumentException("topic '" + word + "' does not exist: one of "
                + java.util.Arrays.stream(Topic.values()).map(Topic::word).collect(Collectors.joining(", "))
                + " is required");
    }

    private record Job(String dataset, String recipe) {}
}
