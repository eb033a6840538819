package io.sluice.route;

import io.sluice.store.Bucket;
import io.sluice.store.BucketObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultExchange;
import org.jboss.logging.Logger;

/**
 * Notes objects that notifications tell of. A notification that cannot be read is left in the body, for the dead-letter topic: its
 * text as it came, and in the headers why and from where.
 */
public final class NoteNotified implements Processor {
    /** Header: why the message is here. */
    static final String REASON = "sluice-reason";

    /** Header: {@code topic/partition/offset} that it came from. */
    static final String ORIGIN = "sluice-origin";

    private static final Logger LOG = Logger.getLogger(NoteNotified.class);

    private final NotedObjects noted;
    private final BucketIngest ingest;
    private final Bucket bucket;

    public NoteNotified(NotedObjects noted, BucketIngest ingest, Bucket bucket) {
        this.noted = noted;
        this.ingest = ingest;
        this.bucket = bucket;
    }

    @Override
    public void process(Exchange exchange) {
        List<Exchange> dead = new ArrayList<>();
        for (Exchange record : Batch.records(exchange)) {
            try {
                for (ObjectNotification created :
                        ObjectNotification.parse(record.getMessage().getBody(String.class))) {
                    note(created);
                }
            } catch (MessageException e) {
                String origin = origin(record.getMessage());
                LOG.errorf(
                        "notification at %s goes to topic=%s: error=%s",
                        origin, ingest.deadLetterTopic(), e.getMessage());
                dead.add(dead(exchange.getContext(), record.getMessage(), origin, String.valueOf(e.getMessage())));
            }
        }
        Batch.publish(exchange, dead);
    }

    private void note(ObjectNotification created) {
        if (!created.bucket().equals(ingest.bucket())) {
            LOG.infof(
                    "bucket=%s key=%s passed over: videos come from bucket %s",
                    created.bucket(), created.key(), ingest.bucket());
            return;
        }
        Optional<BucketObject> object = created.version().isPresent()
                        && created.bytes().isPresent()
                ? Optional.of(new BucketObject(
                        created.key(), created.version().get(), created.bytes().get()))
                : bucket.find(created.key());
        if (object.isPresent()) {
            noted.note(object.get());
        } else {
            LOG.infof("bucket=%s key=%s was notified and is not there any more", created.bucket(), created.key());
        }
    }

    private static String origin(Message record) {
        return record.getHeader(KafkaConstants.TOPIC) + "/" + record.getHeader(KafkaConstants.PARTITION) + "/"
                + record.getHeader(KafkaConstants.OFFSET);
    }

    private Exchange dead(CamelContext context, Message record, String origin, String reason) {
        Exchange exchange = new DefaultExchange(context);
        Message message = exchange.getMessage();
        String text = record.getBody(String.class);
        message.setBody(text == null ? "" : text);
        message.setHeader(KafkaConstants.OVERRIDE_TOPIC, ingest.deadLetterTopic());
        message.setHeader(KafkaConstants.KEY, record.getHeader(KafkaConstants.KEY));
        message.setHeader(REASON, reason.getBytes(StandardCharsets.UTF_8));
        message.setHeader(ORIGIN, origin.getBytes(StandardCharsets.UTF_8));
        return exchange;
    }
}
