package io.sluice.broker;

import io.sluice.frame.InfrastructureException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topics on a cluster, embedded or not. A topic that exists is never changed: it belongs to whoever runs the cluster. */
public final class Topics {
    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);

    /** Settings of a topic that are bounds: more is as good, and -1 is without bound. */
    private static final Set<String> BOUNDS = Set.of("retention.ms", "retention.bytes");

    private Topics() {}

    /**
     * Creates the topics that are missing, and returns when every partition of every topic has a leader. May run in several
     * processes at once.
     *
     * @return the topics that were created
     * @throws UnusableBrokerException if the cluster refuses the client or a topic; names the topic
     * @throws InfrastructureException if the cluster cannot be reached
     */
    public static Set<String> ensure(KafkaCluster cluster, Map<String, TopicSettings> topics) {
        try (Admin admin = admin(cluster)) {
            Set<String> missing = missing(admin, cluster, topics.keySet());
            List<NewTopic> created = new ArrayList<>();
            for (String topic : missing) {
                TopicSettings settings = settings(topics, topic);
                created.add(new NewTopic(topic, settings.partitions(), (short) settings.replication())
                        .configs(settings.config()));
            }
            for (var creation : admin.createTopics(created).values().entrySet()) {
                String topic = creation.getKey();
                try {
                    creation.getValue().get();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw failure(
                                "cannot create topic '" + topic + "' with " + settings(topics, topic), cluster, e);
                    }
                    missing.remove(topic);
                }
            }
            awaitLeaders(admin, cluster, topics.keySet());
            return missing;
        } catch (InterruptedException e) {
            throw interrupted(cluster, e);
        }
    }

    /**
     * Looks without creating anything, for a cluster where the application may not create topics.
     *
     * @throws UnusableBrokerException if a topic is missing or too small, which names all that are, with what they have and what is
     *     required; or if the cluster refuses the client
     * @throws InfrastructureException if the cluster cannot be reached
     */
    public static void check(KafkaCluster cluster, Map<String, TopicSettings> topics) {
        List<String> shortfalls = shortfalls(cluster, topics);
        if (!shortfalls.isEmpty()) {
            throw new UnusableBrokerException(
                    cluster + " lacks what is required:\n  " + String.join("\n  ", shortfalls)
                            + "\ncreate or change the topics, require less of them, or let Sluice create them",
                    null);
        }
    }

    /**
     * What the topics on the cluster lack.
     *
     * @return a sentence for each thing, by topic; empty if there is nothing
     * @throws UnusableBrokerException if the cluster refuses the client
     * @throws InfrastructureException if the cluster cannot be reached
     */
    public static List<String> shortfalls(KafkaCluster cluster, Map<String, TopicSettings> topics) {
        try (Admin admin = admin(cluster)) {
            Set<String> missing = missing(admin, cluster, topics.keySet());
            Set<String> there = new TreeSet<>(topics.keySet());
            there.removeAll(missing);
            Map<String, TopicDescription> descriptions = describe(admin, cluster, there);
            Map<String, Config> configs = configs(admin, cluster, there);
            List<String> shortfalls = new ArrayList<>();
            for (String topic : new TreeSet<>(topics.keySet())) {
                TopicSettings required = settings(topics, topic);
                TopicDescription description = descriptions.get(topic);
                if (description == null) {
                    // A topic that a user may not describe is not listed to it.
                    shortfalls.add("topic '" + topic + "' is missing"
                            + (cluster.isOpen() ? "" : ", or hidden from this user") + ": " + words(required));
                } else {
                    shortfalls(topic, description, configs.get(topic), required, shortfalls);
                }
            }
            return shortfalls;
        } catch (InterruptedException e) {
            throw interrupted(cluster, e);
        }
    }

    private static void shortfalls(
            String topic,
            TopicDescription found,
            @Nullable Config config,
            TopicSettings required,
            List<String> shortfalls) {
        String name = "topic '" + topic + "' ";
        int partitions = found.partitions().size();
        if (partitions < required.partitions()) {
            shortfalls.add(name + "has too few partitions: " + partitions + " of " + required.partitions());
        }
        int replication = found.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        if (replication < required.replication()) {
            shortfalls.add(name + "has too few replicas: " + replication + " of " + required.replication());
        }
        if (config == null) {
            return;
        }
        new TreeMap<>(required.config()).forEach((key, wanted) -> {
            ConfigEntry entry = config.get(key);
            String value = entry == null ? "" : String.valueOf(entry.value());
            if (BOUNDS.contains(key)) {
                if (bound(value) < bound(wanted)) {
                    shortfalls.add(name + "has too small a " + key + ": " + value + " of " + wanted);
                }
            } else if (!value.equals(wanted)) {
                shortfalls.add(name + "has " + key + " '" + value + "': '" + wanted + "' is required");
            }
        });
    }

    private static double bound(String value) {
        long number = value.isEmpty() ? 0 : Long.parseLong(value);
        return number < 0 ? Double.POSITIVE_INFINITY : number;
    }

    private static String words(TopicSettings settings) {
        StringBuilder words = new StringBuilder(settings.partitions() + " partitions");
        if (settings.replication() != TopicSettings.BROKERS_DEFAULT) {
            words.append(", ").append(settings.replication()).append(" replicas");
        }
        new TreeMap<>(settings.config())
                .forEach((key, value) ->
                        words.append(", ").append(key).append('=').append(value));
        return words + " are required";
    }

    private static Admin admin(KafkaCluster cluster) {
        Map<String, Object> settings = new HashMap<>(cluster.client());
        settings.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        settings.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        try {
            return Admin.create(settings);
        } catch (KafkaException e) {
            // Files of certificates are read, and all is put together, before anybody is called.
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new UnusableBrokerException(
                    cluster + ": the properties of its clients cannot be used: " + cause.getMessage(), e);
        }
    }

    private static TopicSettings settings(Map<String, TopicSettings> topics, String topic) {
        TopicSettings settings = topics.get(topic);
        if (settings == null) {
            throw new IllegalStateException("topic '" + topic + "' was not asked for");
        }
        return settings;
    }

    private static Set<String> missing(Admin admin, KafkaCluster cluster, Collection<String> topics)
            throws InterruptedException {
        try {
            Set<String> missing = new TreeSet<>(topics);
            missing.removeAll(admin.listTopics().names().get());
            return missing;
        } catch (ExecutionException e) {
            throw failure("cannot list the topics", cluster, e);
        }
    }

    private static Map<String, TopicDescription> describe(Admin admin, KafkaCluster cluster, Collection<String> topics)
            throws InterruptedException {
        try {
            return admin.describeTopics(topics).allTopicNames().get();
        } catch (ExecutionException e) {
            throw failure("cannot describe the topics", cluster, e);
        }
    }

    /** Settings by topic; none where the cluster does not let this client see them. */
    private static Map<String, Config> configs(Admin admin, KafkaCluster cluster, Collection<String> topics)
            throws InterruptedException {
        Map<String, Config> configs = new HashMap<>();
        List<ConfigResource> resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        for (var answer : admin.describeConfigs(resources).values().entrySet()) {
            try {
                configs.put(answer.getKey().name(), answer.getValue().get());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof AuthorizationException)) {
                    throw failure("cannot see the settings of the topics", cluster, e);
                }
                LOG.warn(
                        "{}: the settings of topic '{}' cannot be compared, as the user has no DescribeConfigs on it",
                        cluster,
                        answer.getKey().name());
            }
        }
        return configs;
    }

    /** A creation is acknowledged before brokers know of it; a consumer that asks too early waits for its next refresh. */
    private static void awaitLeaders(Admin admin, KafkaCluster cluster, Collection<String> topics)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!allLed(admin, cluster, topics)) {
            if (System.nanoTime() - end > 0) {
                throw new InfrastructureException(
                        cluster + ": topics " + new TreeSet<>(topics) + " have no leaders after " + PATIENCE.toSeconds()
                                + " s",
                        new IllegalStateException("no leader"));
            }
            LockSupport.parkNanos(POLL.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private static boolean allLed(Admin admin, KafkaCluster cluster, Collection<String> topics)
            throws InterruptedException {
        try {
            for (TopicDescription topic :
                    admin.describeTopics(topics).allTopicNames().get().values()) {
                if (topic.partitions().stream()
                        .anyMatch(p -> p.leader() == null || p.leader().isEmpty())) {
                    return false;
                }
            }
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw failure("cannot describe the topics", cluster, e);
        }
    }

    private static RuntimeException failure(String what, KafkaCluster cluster, ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String said = cluster + ": " + what + ": " + cause.getMessage();
        if (cause instanceof SslAuthenticationException) {
            return new UnusableBrokerException(
                    said + "; the certificates on both sides, and the host's name in the broker's, must fit", cause);
        }
        if (cause instanceof AuthenticationException) {
            return new UnusableBrokerException(said + "; the cluster does not accept this user", cause);
        }
        if (cause instanceof AuthorizationException) {
            return new UnusableBrokerException(said + "; the cluster does not let this user do it", cause);
        }
        if (cause instanceof InvalidReplicationFactorException || cause instanceof PolicyViolationException) {
            return new UnusableBrokerException(said, cause);
        }
        if (cause instanceof TimeoutException) {
            return new InfrastructureException(
                    said + "; nobody answers there, or not over " + cluster.securityProtocol(), cause);
        }
        return new InfrastructureException(said, cause);
    }

    private static InfrastructureException interrupted(KafkaCluster cluster, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new InfrastructureException(cluster + ": interrupted while waiting", e);
    }
}
