package io.sluice.broker;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * A Kafka cluster and how clients get into it. Every client of this program, whoever makes it, takes its connection from here:
 * consumers and producers of the routes, and the administrative ones. Immutable; never shows a value of a property, which may
 * be a password.
 *
 * @param bootstrapServers {@code host:port,...}
 * @param properties of every client, by Kafka's keys, as in {@code security.protocol}
 */
public record KafkaCluster(String bootstrapServers, Map<String, String> properties) {
    /** What delivery without loss depends on, and what differs from client to client: not to be chosen from outside. */
    private static final Set<String> KEPT_BACK = Set.of(
            "bootstrap.servers",
            "client.id",
            "group.id",
            "group.instance.id",
            "group.protocol",
            "group.remote.assignor",
            "enable.auto.commit",
            "auto.commit.interval.ms",
            "auto.offset.reset",
            "acks",
            "enable.idempotence",
            "transactional.id",
            "key.serializer",
            "value.serializer",
            "key.deserializer",
            "value.deserializer");

    private static final Set<String> KNOWN = known();

    /** @throws IllegalArgumentException if a property is none of a Kafka client's, or is one that this program has to choose */
    public KafkaCluster {
        for (String key : new TreeMap<>(properties).keySet()) {
            if (KEPT_BACK.contains(key)) {
                throw new IllegalArgumentException("'" + key
                        + "' is not allowed: delivery without loss depends on what this program chooses for it");
            }
            if (!KNOWN.contains(key)) {
                throw new IllegalArgumentException(
                        "'" + key + "' is not allowed; allowed: the properties of a Kafka client, as in "
                                + String.join(", ", alike(key)));
            }
        }
        properties = Map.copyOf(properties);
    }

    /** One without security, as the embedded broker is. */
    public static KafkaCluster open(String bootstrapServers) {
        return new KafkaCluster(bootstrapServers, Map.of());
    }

    /** What a client is made with, before what is its own. */
    public Map<String, Object> client() {
        Map<String, Object> client = new LinkedHashMap<>(properties);
        client.put("bootstrap.servers", bootstrapServers);
        return client;
    }

    /** As Kafka calls it; {@code PLAINTEXT} where nothing is said. */
    public String securityProtocol() {
        return properties.getOrDefault("security.protocol", "PLAINTEXT");
    }

    /** Whether whoever reaches it may do everything. */
    boolean isOpen() {
        return securityProtocol().equals("PLAINTEXT");
    }

    @Override
    public String toString() {
        return "Kafka at '" + bootstrapServers + "' over " + securityProtocol();
    }

    private static Set<String> known() {
        Set<String> known = new TreeSet<>(ConsumerConfig.configNames());
        known.addAll(ProducerConfig.configNames());
        known.addAll(AdminClientConfig.configNames());
        known.removeAll(KEPT_BACK);
        return known;
    }

    /** Keys that begin with the same word, or what most people come for. */
    private static Set<String> alike(String key) {
        Set<String> alike = new TreeSet<>(KNOWN);
        String word = key.replaceFirst("\\..*", "") + ".";
        alike.removeIf(candidate -> !candidate.startsWith(word));
        return alike.isEmpty() ? Set.of("security.protocol", "sasl.mechanism", "request.timeout.ms") : alike;
    }
}
