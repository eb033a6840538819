package io.sluice.route;

import io.sluice.frame.InfrastructureException;
import java.nio.charset.StandardCharsets;
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
        if (records.isEmpty()) {
            return;
        }
        List<Exchange> body =
                records.stream().map(record -> exchange(context, record)).toList();
        Exchange result =
                producer.send(ENDPOINT, exchange -> exchange.getMessage().setBody(body));
        if (result.getException() != null) {
            throw new InfrastructureException(
                    "broker: cannot publish " + records.size() + " messages: "
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
        header(exchange, "content-type", "application/json");
        record.trace().ifPresent(trace -> header(exchange, FrameTraces.HEADER, trace));
        return exchange;
    }

    private static void header(Exchange exchange, String name, String value) {
        exchange.getMessage().setHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A record to publish.
     *
     * @param source what publishes it, the last part of the CloudEvents source
     * @param id CloudEvents id: equal for the same event told twice
     * @param trace context of the trace that it belongs to
     */
    public record Record(Topic topic, String key, String source, String id, String text, Optional<String> trace) {

        public Record(Topic topic, String key, String source, String id, String text) {
            this(topic, key, source, id, text, Optional.empty());
        }

        Record traced(Optional<String> context) {
            return new Record(topic, key, source, id, text, context);
        }

        static Record of(Topic topic, String source, FrameMessage message) {
            return new Record(
                    topic,
                    message.key(),
                    source,
                    message.dataset() + "/" + message.frame().id() + "/" + topic.word(),
                    message.text());
        }

        static Record of(VideoMessage message) {
            return new Record(
                    Topic.VIDEOS_ARRIVED,
                    message.key(),
                    "ingest",
                    message.dataset() + "/" + message.video() + "/" + Topic.VIDEOS_ARRIVED.word(),
                    message.text());
        }

        static Record of(SegmentMessage message) {
            return new Record(
                    Topic.SEGMENTS_PLANNED,
                    message.key(),
                    "plan",
                    message.dataset() + "/" + message.video() + "/" + message.segment() + "/"
                            + Topic.SEGMENTS_PLANNED.word(),
                    message.text());
        }
    }
}
