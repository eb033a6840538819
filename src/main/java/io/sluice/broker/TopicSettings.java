package io.sluice.broker;

import java.util.Map;

/**
 * How a topic is created where it is missing.
 *
 * @param partitions at least 1
 * @param replication copies of each partition, at least 1 and at most the number of brokers; {@link #BROKERS_DEFAULT} for what
 *     the cluster has by default
 * @param config topic configuration by Kafka's keys, as in {@code retention.ms}
 */
public record TopicSettings(int partitions, int replication, Map<String, String> config) {
    /** Kafka's own number for it. */
    public static final int BROKERS_DEFAULT = -1;

    /** @throws IllegalArgumentException if a number is out of range */
    public TopicSettings {
        if (partitions < 1 || replication < 1 && replication != BROKERS_DEFAULT || replication > Short.MAX_VALUE) {
            throw new IllegalArgumentException("topic with " + partitions + " partitions and replication " + replication
                    + ": at least 1 of each is required, and a replication of at most " + Short.MAX_VALUE);
        }
        config = Map.copyOf(config);
    }
}
