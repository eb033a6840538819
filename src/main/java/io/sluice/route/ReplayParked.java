package io.sluice.route;

import io.sluice.broker.KafkaCluster;
import io.sluice.frame.InfrastructureException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Puts parked records of a newer version back on the topics they came from, with the headers they came with, once this version reads
 * them. Those that it does not read either are parked anew, so that retention does not take them; the others stay where they are.
 * Looks at what is there when it is called, and may be killed: some records are then put back twice.
 */
public final class ReplayParked {
    private static final Logger LOG = Logger.getLogger(ReplayParked.class);
    private static final String GROUP = "sluice-replay";
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Set<String> TOPICS = Set.copyOf(Topic.fullNames());

    private final KafkaCluster cluster;
    private final CamelContext context;
    private final Publisher publisher;

    public ReplayParked(KafkaCluster cluster, CamelContext context, Publisher publisher) {
        this.cluster = cluster;
        this.context = context;
        this.publisher = publisher;
    }

    /**
     * @return how many records were put back on their topics
     * @throws InfrastructureException if the broker does not answer
     */
    public synchronized int replay() {
        int replayed = 0;
        try (KafkaConsumer<String, String> consumer = consumer()) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topic.RECORDS_PARKED.fullName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                List<Exchange> out = new ArrayList<>();
                Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();
                for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
                    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                    // What this very pass has parked anew comes after the end.
                    if (record.offset() >= ends.getOrDefault(partition, 0L)) {
                        continue;
                    }
                    read.put(partition, new OffsetAndMetadata(record.offset() + 1));
                    if (!DeadLetters.NEWER.equals(header(record, DeadLetters.BECAUSE))
                            || !TOPICS.contains(header(record, DeadLetters.TOPIC))) {
                        continue;
                    }
                    boolean back = isReadable(record.value());
                    out.add(back ? asItCame(record) : asItIs(record));
                    replayed += back ? 1 : 0;
                }
                publisher.send(out);
                consumer.commitSync(read);
            }
        } catch (KafkaException e) {
            throw new InfrastructureException(cluster + ": parked records cannot be read: " + e.getMessage(), e);
        }
        if (replayed > 0) {
            LOG.infof("topic=%s %d records put back on their topics", Topic.RECORDS_PARKED.word(), replayed);
        }
        return replayed;
    }

    private KafkaConsumer<String, String> consumer() {
        Map<String, Object> settings = new HashMap<>(cluster.client());
        settings.put("group.id", GROUP);
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    private static boolean isReadable(@Nullable String text) {
        try {
            MessageJson.check(MessageJson.object(text));
            return true;
        } catch (MessageException e) {
            return false;
        }
    }

    private Exchange asItCame(ConsumerRecord<String, String> record) {
        Exchange exchange = exchange(record, header(record, DeadLetters.TOPIC));
        for (Header header : record.headers()) {
            if (header.key().startsWith(DeadLetters.ORIGINAL)) {
                exchange.getMessage().setHeader(header.key().substring(DeadLetters.ORIGINAL.length()), header.value());
            }
        }
        return exchange;
    }

    private Exchange asItIs(ConsumerRecord<String, String> record) {
        Exchange exchange = exchange(record, record.topic());
        for (Header header : record.headers()) {
            exchange.getMessage().setHeader(header.key(), header.value());
        }
        return exchange;
    }

    private Exchange exchange(ConsumerRecord<String, String> record, String topic) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(record.value());
        exchange.getMessage().setHeader(KafkaConstants.OVERRIDE_TOPIC, topic);
        exchange.getMessage().setHeader(KafkaConstants.KEY, record.key());
        return exchange;
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
