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

    public RunStage(StageRunner runner, Recipes recipes) {
        this.runner = runner;
        this.recipes = recipes;
    }

    @Override
    public void process(Exchange exchange) {
        StageName stage = StageName.of(exchange.getProperty(STAGE, String.class));
        Topic kept = topic(exchange.getProperty(KEPT, String.class));
        List<Exchange> out = new ArrayList<>();
        Map<Job, Map<String, FrameMessage>> jobs = new LinkedHashMap<>();
        for (Exchange record : Batch.records(exchange)) {
            try {
                FrameMessage message = FrameMessage.parse(DeadLetters.text(record));
                recipes.get(message.recipe());
                jobs.computeIfAbsent(new Job(message.dataset(), message.recipe()), job -> new LinkedHashMap<>())
                        .put(message.frame().id().value(), message);
            } catch (MessageException e) {
                LOG.errorf(
                        "stage=%s record=%s is parked: error=%s",
                        stage.word(), DeadLetters.Place.of(record), e.getMessage());
                out.add(DeadLetters.parked(exchange, record, stage.word(), e));
            }
        }
        for (Map.Entry<Job, Map<String, FrameMessage>> entry : jobs.entrySet()) {
            Job job = entry.getKey();
            Map<String, FrameMessage> messages = entry.getValue();
            for (Outcome outcome : run(stage, job, messages)) {
                FrameMessage message =
                        Objects.requireNonNull(messages.get(outcome.frame().id().value()));
                Topic topic = outcome instanceof Outcome.Kept
                        ? kept
                        : outcome instanceof Outcome.Rejected ? Topic.FRAMES_REJECTED : Topic.FRAMES_FAILED;
                out.add(Publisher.exchange(
                        exchange.getContext(),
                        Publisher.Record.of(topic, stage.word(), message.after(stage, outcome))));
            }
        }
        LOG.debugf(
                "stage=%s batch of %d published as %d",
                stage.word(), Batch.records(exchange).size(), out.size());
        Batch.publish(exchange, out);
    }

    private List<Outcome> run(StageName stage, Job job, Map<String, FrameMessage> messages) {
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
