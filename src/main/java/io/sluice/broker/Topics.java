package io.sluice.broker;

import io.sluice.frame.InfrastructureException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics on a cluster, embedded or not. A topic that exists is never changed: it belongs to whoever runs the cluster. */
public final class Topics {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);

    private Topics() {}

    /**
     * Creates the topics that are missing, and returns when every partition of every topic has a leader. May run in several
     * processes at once.
     *
     * @return the topics that were created
     * @throws InfrastructureException if the cluster cannot be reached or refuses a topic; names the topic
     */
    public static Set<String> ensure(String bootstrapServers, Map<String, TopicSettings> topics) {
        try (Admin admin = admin(bootstrapServers)) {
            Set<String> missing = missing(admin, bootstrapServers, topics.keySet());
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
                                "cannot create topic '" + topic + "' with " + settings(topics, topic),
                                bootstrapServers,
                                e);
                    }
                    missing.remove(topic);
                }
            }
            awaitLeaders(admin, bootstrapServers, topics.keySet());
            return missing;
        } catch (InterruptedException e) {
            throw interrupted(bootstrapServers, e);
        }
    }

    /**
     * Looks without creating anything, for a cluster where the application may not create topics.
     *
     * @throws InfrastructureException if the cluster cannot be reached
     * @throws IllegalStateException if a topic is missing; names all that are, with the partitions they need
     */
    public static void check(String bootstrapServers, Map<String, TopicSettings> topics) {
        try (Admin admin = admin(bootstrapServers)) {
            Set<String> missing = missing(admin, bootstrapServers, topics.keySet());
            if (!missing.isEmpty()) {
                List<String> wanted = missing.stream()
                        .map(topic -> topic + " (" + settings(topics, topic).partitions() + " partitions)")
                        .toList();
                throw new IllegalStateException("Kafka at '" + bootstrapServers + "' lacks topics: "
                        + String.join(", ", wanted) + "; create them, or let Sluice create them");
            }
        } catch (InterruptedException e) {
            throw interrupted(bootstrapServers, e);
        }
    }

    private static Admin admin(String bootstrapServers) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis()));
    }

    private static TopicSettings settings(Map<String, TopicSettings> topics, String topic) {
        TopicSettings settings = topics.get(topic);
        if (settings == null) {
            throw new IllegalStateException("topic '" + topic + "' was not asked for");
        }
        return settings;
    }

    private static Set<String> missing(Admin admin, String bootstrapServers, Collection<String> topics)
            throws InterruptedException {
        try {
            Set<String> missing = new TreeSet<>(topics);
            missing.removeAll(admin.listTopics().names().get());
            return missing;
        } catch (ExecutionException e) {
            throw failure("cannot list the topics", bootstrapServers, e);
        }
    }

    /** A creation is acknowledged before brokers know of it; a consumer that asks too early waits for its next refresh. */
    private static void awaitLeaders(Admin admin, String bootstrapServers, Collection<String> topics)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!allLed(admin, bootstrapServers, topics)) {
            if (System.nanoTime() - end > 0) {
                throw new InfrastructureException(
                        "Kafka at '" + bootstrapServers + "': topics " + new TreeSet<>(topics)
                                + " have no leaders after " + PATIENCE.toSeconds() + " s",
                        new IllegalStateException("no leader"));
            }
            LockSupport.parkNanos(POLL.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private static boolean allLed(Admin admin, String bootstrapServers, Collection<String> topics)
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
            throw failure("cannot describe the topics", bootstrapServers, e);
        }
    }

    private static InfrastructureException failure(String what, String bootstrapServers, ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return new InfrastructureException(
                "Kafka at '" + bootstrapServers + "': " + what + ": " + cause.getMessage(), cause);
    }

    private static InfrastructureException interrupted(String bootstrapServers, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new InfrastructureException("Kafka at '" + bootstrapServers + "': interrupted while waiting", e);
    }
}
