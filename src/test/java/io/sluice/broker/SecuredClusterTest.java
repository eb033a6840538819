package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.InfrastructureException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AclOperation;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics on a cluster that does not let everybody in. */
@NullUnmarked
class SecuredClusterTest {
    private static final String PLAIN = "PLAIN";

    @TempDir
    static Path folder;

    private static SecuredBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = SecuredBroker.start(folder);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static Map<String, TopicSettings> topics(String... names) {
        return java.util.Arrays.stream(names)
                .collect(java.util.stream.Collectors.toMap(
                        name -> name, name -> new TopicSettings(2, 1, Map.of("retention.ms", "60000"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, "SCRAM-SHA-512"})
    void who_has_a_password_and_knows_the_certificate_gets_in(String mechanism) {
        KafkaCluster cluster = broker.as(SecuredBroker.OWNER, SecuredBroker.PASSWORD, mechanism, broker.trust());
        String topic = "in-by-" + mechanism;

        assertThat(Topics.ensure(cluster, topics(topic))).containsExactly(topic);
        Topics.check(cluster, topics(topic));
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, "SCRAM-SHA-512"})
    void a_wrong_password_is_told_and_not_shown(String mechanism) {
        KafkaCluster cluster = broker.as(SecuredBroker.OWNER, "guessed", mechanism, broker.trust());

        assertThatThrownBy(() -> Topics.check(cluster, topics("a")))
                .isInstanceOf(UnusableBrokerException.class)
                .hasMessageContainingAll(broker.bootstrapServers(), "SASL_SSL", "does not accept this user")
                .hasMessageNotContaining("guessed");
    }

    @Test
    void an_unknown_certificate_is_told() {
        KafkaCluster cluster = broker.as(SecuredBroker.OWNER, SecuredBroker.PASSWORD, PLAIN, broker.foreignTrust());

        assertThatThrownBy(() -> Topics.check(cluster, topics("a")))
                .isInstanceOf(UnusableBrokerException.class)
                .hasMessageContainingAll(broker.bootstrapServers(), "certificates");
    }

    @Test
    void a_file_that_holds_no_certificates_is_told() {
        KafkaCluster cluster =
                broker.as(SecuredBroker.OWNER, SecuredBroker.PASSWORD, PLAIN, folder.resolve("broker.cer"));

        assertThatThrownBy(() -> Topics.check(cluster, topics("a")))
                .isInstanceOf(UnusableBrokerException.class)
                .hasMessageContainingAll(broker.bootstrapServers(), "properties of its clients");
    }

    @Test
    void who_does_not_ask_over_tls_is_told_after_a_while() {
        KafkaCluster cluster = new KafkaCluster(
                broker.bootstrapServers(), Map.of("request.timeout.ms", "1000", "default.api.timeout.ms", "2000"));

        assertThatThrownBy(() -> Topics.check(cluster, topics("a")))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContainingAll(broker.bootstrapServers(), "not over PLAINTEXT");
    }

    @Test
    void what_a_user_may_not_do_is_told() throws Exception {
        KafkaCluster guest = broker.as(SecuredBroker.GUEST, SecuredBroker.PASSWORD, PLAIN, broker.trust());

        assertThatThrownBy(() -> Topics.ensure(guest, topics("forbidden")))
                .isInstanceOf(UnusableBrokerException.class)
                .hasMessageContainingAll("cannot create topic 'forbidden'", "does not let this user do it");

        create("hidden", 2, Map.of());
        assertThatThrownBy(() -> Topics.check(guest, topics("hidden")))
                .isInstanceOf(UnusableBrokerException.class)
                .hasMessageContaining("topic 'hidden' is missing, or hidden from this user");
        broker.allow(AclOperation.DESCRIBE, "hidden");
        // Without the right to see settings there is nothing to compare.
        Topics.check(guest, topics("hidden"));
    }

    @Test
    void topics_that_are_missing_or_too_small_are_named_all() throws Exception {
        KafkaCluster cluster = broker.open();
        create("fits", 3, Map.of("retention.ms", "-1"));
        create("narrow", 1, Map.of("retention.ms", "60000"));
        create("short", 2, Map.of("retention.ms", "59999"));
        create("compacted", 2, Map.of("retention.ms", "60000", "cleanup.policy", "compact"));
        Map<String, TopicSettings> required = Map.of(
                "fits", new TopicSettings(2, 1, Map.of("retention.ms", "60000")),
                "narrow", new TopicSettings(2, 3, Map.of()),
                "short", new TopicSettings(2, 1, Map.of("retention.ms", "60000")),
                "compacted", new TopicSettings(2, TopicSettings.BROKERS_DEFAULT, Map.of("cleanup.policy", "delete")),
                "absent", new TopicSettings(4, 3, Map.of("retention.ms", "60000")));

        assertThatThrownBy(() -> Topics.check(cluster, required))
                .isInstanceOf(UnusableBrokerException.class)
                .hasMessageContaining("""
                        lacks what is required:
                          topic 'absent' is missing: 4 partitions, 3 replicas, retention.ms=60000 are required
                          topic 'compacted' has cleanup.policy 'compact': 'delete' is required
                          topic 'narrow' has too few partitions: 1 of 2
                          topic 'narrow' has too few replicas: 1 of 3
                          topic 'short' has too small a retention.ms: 59999 of 60000
                        """);
    }

    private static void create(String topic, int partitions, Map<String, String> config)
            throws ExecutionException, InterruptedException {
        try (Admin admin = broker.admin()) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(config)))
                    .all()
                    .get();
        }
    }
}
