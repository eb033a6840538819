package io.sluice.route;

import io.sluice.frame.InfrastructureException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultExchange;

/**
 * Publishes messages through the route {@code publish}, outside the stages' own routes. Returns when the broker has acknowledged
 * all of them. Thread-safe.
 */
public final class Publisher {
    private static final String ENDPOINT = "direct:publish";

    private final CamelContext context;
    private final ProducerTemplate producer;

    public Publisher(CamelContext context, ProducerTemplate producer) {
        this.context = context;
        this.producer = producer;
    }

    /** @throws InfrastructureException if the broker has not acknowledged every message */
    public void publish(List<Record> records) {
        send(records.stream().map(record -> exchange(context, record)).toList());
    }

    /** As {@link #publish}, for records that are made elsewhere. */
    void send(List<Exchange> body) {
        if (body.isEmpty()) {
            return;
        }
        Exchange result =
                producer.send(ENDPOINT, exchange -> exchange.getMessage().setBody(body));
        if (result.getException() != null) {
            throw new InfrastructureException(
                    "broker: cannot publish " + body.size() + " messages: "
                            + result.getException().getMessage(),
                    result.getException());
        }
    }

    /** One element of a list that the Kafka component sends as records of their own, each to its topic and with its headers. */
    static Exchange exchange(CamelContext context, Record record) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(record.text());
        exchange.getMessage()
                .setHeader(KafkaConstants.OVERRIDE_TOPIC, record.topic().fullName());
        exchange.getMessage().setHeader(KafkaConstants.KEY, record.key());
        // CloudEvents 1.0, Kafka protocol binding, binary content mode.
        header(exchange, "ce_specversion", "1.0");
        header(exchange, "ce_id", record.id());
        header(exchange, "ce_source", "/sluice/" + record.source());
        header(exchange, "ce_type", "io.sluice." + record.topic().word());
        header(exchange, "ce_time", record.time().toString());
        header(exchange, "ce_subject", record.subject());
        header(exchange, "content-type", "application/json");
        record.trace().ifPresent(trace -> header(exchange, FrameTraces.HEADER, trace));
        return exchange;
    }

    static void header(Exchange exchange, String name, String value) {
        exchange.getMessage().setHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A record to publish.
     *
     * @param key decides on the partition
     * @param source whose event it is, the last part of the CloudEvents source
     * @param id CloudEvents id: together with the source equal for the same event told twice, and for no other
     * @param subject CloudEvents subject: what it is about; a frame, a segment, a video
     * @param time CloudEvents time: when it happened, as far as that is known
     * @param trace context of the trace that it belongs to
     */
    public record Record(
            Topic topic,
            String key,
            String source,
            String id,
            String subject,
            Instant time,
            String text,
            Optional<String> trace) {

        /** An event of now. */
        Record(Topic topic, String key, String source, String id, String subject, String text) {
            this(topic, key, source, id, subject, Instant.now().truncatedTo(ChronoUnit.MILLIS), text);
        }

        Record(Topic topic, String key, String source, String id, String subject, Instant time, String text) {
            this(topic, key, source, id, subject, time, text, Optional.empty());
        }

        Record traced(Optional<String> context) {
            return new Record(topic, key, source, id, subject, time, text, context);
        }

        static Record of(Topic topic, String source, FrameMessage message) {
            return new Record(
                    topic,
                    message.key(),
                    source,
                    id(message.dataset(), message.recipe(), message.frame().id(), topic),
                    message.frame().id().value(),
                    message.text());
        }

        static Record of(VideoMessage message) {
            return new Record(
                    Topic.VIDEOS_ARRIVED,
                    message.key(),
                    "ingest",
                    id(message.dataset(), message.recipe(), message.video(), Topic.VIDEOS_ARRIVED),
                    message.video().sha256(),
                    message.text());
        }

        static Record of(SegmentMessage message) {
            return new Record(
                    Topic.SEGMENTS_PLANNED,
                    message.key(),
                    "plan",
                    id(
                            message.dataset(),
                            message.recipe(),
                            message.video() + "/" + message.segment(),
                            Topic.SEGMENTS_PLANNED),
                    message.video() + "/" + message.segment(),
                    message.text());
        }

        /** Another recipe makes another event of it. */
        private static String id(String dataset, String recipe, Object subject, Topic topic) {
            return dataset + "/" + recipe + "/" + subject + "/" + topic.word();
        }
    }
}
