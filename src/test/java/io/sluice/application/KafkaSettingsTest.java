package io.sluice.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.KafkaCluster;
import io.sluice.broker.Listener;
import io.sluice.broker.TopicSettings;
import io.sluice.route.Topic;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaSettingsTest {
    private static final String SERVERS = "bootstrap-servers=a:9092,b:9092";

    @TempDir
    private Path folder;

    private static Settings.Kafka settings(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(Settings.class)
                .withDefaultValues(values)
                .build()
                .getConfigMapping(Settings.class)
                .kafka();
    }

    /** @param settings {@code key=value}, each without its prefix */
    private static Settings.Kafka kafka(String... settings) {
        return settings(Arrays.stream(settings)
                .map(setting -> setting.split("=", 2))
                .collect(Collectors.toMap(setting -> "sluice.kafka." + setting[0], setting -> setting[1])));
    }

    @Test
    void a_cluster_needs_nothing_but_its_servers() {
        assertThat(KafkaSettings.cluster(kafka(SERVERS))).isEqualTo(KafkaCluster.open("a:9092,b:9092"));
    }

    @Test
    void a_user_gets_in_with_a_password() throws IOException {
        Path store = Files.createFile(folder.resolve("trust.p12"));

        KafkaCluster cluster = KafkaSettings.cluster(kafka(
                SERVERS,
                "security-protocol=SASL_SSL",
                "sasl-mechanism=SCRAM-SHA-512",
                "user=rex",
                "password=a \"quoted\" \\ one;",
                "truststore-location=" + store,
                "truststore-type=PKCS12",
                "truststore-password=secret",
                "properties.\"request.timeout.ms\"=20000",
                "properties.\"ssl.endpoint.identification.algorithm\"=https"));

        assertThat(new TreeMap<>(cluster.client()))
                .isEqualTo(new TreeMap<String, Object>(Map.of(
                        "bootstrap.servers", "a:9092,b:9092",
                        "security.protocol", "SASL_SSL",
                        "sasl.mechanism", "SCRAM-SHA-512",
                        "sasl.jaas.config",
                                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"rex\""
                                        + " password=\"a \\\"quoted\\\" \\\\ one;\";",
                        "ssl.truststore.location", store.toString(),
                        "ssl.truststore.type", "PKCS12",
                        "ssl.truststore.password", "secret",
                        "request.timeout.ms", "20000",
                        "ssl.endpoint.identification.algorithm", "https")));
        assertThat(cluster.toString()).doesNotContain("secret").doesNotContain("quoted");
    }

    @Test
    void a_client_has_a_certificate_or_whatever_kafka_knows() throws IOException {
        Path keys = Files.createFile(folder.resolve("keys.p12"));

        assertThat(KafkaSettings.cluster(kafka(
                                SERVERS,
                                "security-protocol=SSL",
                                "keystore-location=" + keys,
                                "keystore-type=PKCS12",
                                "keystore-password=a",
                                "key-password=b"))
                        .properties())
                .containsOnlyKeys(
                        "security.protocol",
                        "ssl.keystore.location",
                        "ssl.keystore.type",
                        "ssl.keystore.password",
                        "ssl.key.password");
        assertThat(KafkaSettings.cluster(kafka(
                                SERVERS,
                                "properties.\"security.protocol\"=SASL_PLAINTEXT",
                                "properties.\"sasl.mechanism\"=OAUTHBEARER",
                                "sasl-jaas-config=x required;"))
                        .properties())
                .containsEntry("sasl.jaas.config", "x required;")
                .containsEntry("sasl.mechanism", "OAUTHBEARER");
    }

    @Test
    void the_environment_says_it_too() {
        Settings.Kafka kafka = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(Settings.class)
                .withSources(new EnvConfigSource(
                        Map.of(
                                "SLUICE_KAFKA_BOOTSTRAP_SERVERS", "a:9092",
                                "SLUICE_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT",
                                "SLUICE_KAFKA_SASL_MECHANISM", "PLAIN",
                                "SLUICE_KAFKA_USER", "rex",
                                "SLUICE_KAFKA_PASSWORD", "secret",
                                "SLUICE_KAFKA_TOPICS", "check",
                                "SLUICE_KAFKA_TOPIC__FRAMES_RATED__PARTITIONS", "7",
                                "SLUICE_KAFKA_PROPERTIES__REQUEST_TIMEOUT_MS_", "20000"),
                        300))
                .build()
                .getConfigMapping(Settings.class)
                .kafka();

        assertThat(KafkaSettings.cluster(kafka).properties())
                .containsEntry("security.protocol", "SASL_PLAINTEXT")
                .containsEntry("request.timeout.ms", "20000")
                .containsEntry(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"rex\""
                                + " password=\"secret\";");
        assertThat(kafka.topics()).isEqualTo(Settings.Kafka.TopicsWhen.CHECK);
        assertThat(KafkaSettings.topics(kafka).get("sluice.frames.rated"))
                .isNotNull()
                .satisfies(topic -> assertThat(topic.partitions()).isEqualTo(7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "bootstrap-servers=a | bootstrap-servers; 'a'; host:port",
                "bootstrap-servers=a:9092,,b:1 | bootstrap-servers; host:port",
                "bootstrap-servers=a:70000 | bootstrap-servers; 'a:70000'",
                "security-protocol=TLS | security-protocol; 'TLS'; SASL_SSL, SSL",
                "security-protocol=SASL_SSL | sasl-mechanism; nothing; SCRAM-SHA-512",
                "sasl-mechanism=PLAIN | sasl-mechanism; PLAINTEXT; SASL_SSL",
                "user=rex | sluice.kafka.user; PLAINTEXT; SASL_SSL",
                "truststore-password=a | truststore-password; PLAINTEXT; SASL_SSL",
                "security-protocol=SSL,truststore-location=/none | truststore-location; '/none'; can be read",
                "security-protocol=SASL_SSL,sasl-mechanism=PLAIN,user=rex | password; nothing",
                "security-protocol=SASL_SSL,sasl-mechanism=GSSAPI,user=a,password=b | 'GSSAPI'; sasl-jaas-config",
                "security-protocol=SSL,properties.\"security.protocol\"=SSL | security.protocol; one of them",
                "properties.\"sasl.mechanisim\"=PLAIN | sasl.mechanisim; sasl.mechanism",
                "properties.\"acks\"=1 | acks; not allowed",
                "properties.\"group.id\"=a | group.id; not allowed",
                "listener=127.0.0.1:9092 | listener; 127.0.0.1:9092; bootstrap-servers",
            })
    void what_is_not_allowed_with_a_cluster_is_named(String settings, String words) {
        String[] all = Stream.concat(
                        settings.startsWith("bootstrap") ? Stream.empty() : Stream.of(SERVERS),
                        Stream.of(settings.startsWith("bootstrap") ? new String[] {settings} : settings.split(",")))
                .toArray(String[]::new);

        assertThatThrownBy(() -> KafkaSettings.cluster(kafka(all)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContainingAll(words.split("; "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "listener=9092 | listener; '9092'; 127.0.0.1:9092",
                "listener=0.0.0.0:9092 | advertised-listener; nothing; 0.0.0.0:9092",
                "advertised-listener=a:9092 | listener; nothing",
                "user=rex | bootstrap-servers; nothing",
                "properties.\"request.timeout.ms\"=1 | properties; request.timeout.ms; bootstrap-servers",
            })
    void what_is_not_allowed_with_the_embedded_broker_is_named(String settings, String words) {
        assertThatThrownBy(() -> KafkaSettings.embedded(kafka(settings.split(",")), folder.resolve("kafka")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContainingAll(words.split("; "));
        assertThat(folder.resolve("kafka")).doesNotExist();
    }

    @Test
    void a_listener_is_advertised_as_it_is_or_otherwise() {
        assertThat(KafkaSettings.listener(kafka())).isEmpty();
        assertThat(KafkaSettings.listener(kafka("listener=127.0.0.1:9092")))
                .contains(new Listener("127.0.0.1", 9092, "127.0.0.1", 9092));
        assertThat(KafkaSettings.listener(kafka("listener=0.0.0.0:9092", "advertised-listener=sluice:19092")))
                .contains(new Listener("0.0.0.0", 9092, "sluice", 19092));
    }

    @Test
    void topics_are_bounded_unless_told_otherwise() {
        Map<String, TopicSettings> topics = KafkaSettings.topics(kafka());

        assertThat(topics).containsOnlyKeys(Topic.fullNames());
        assertThat(topics.get("sluice.frames.rated"))
                .isEqualTo(new TopicSettings(
                        4,
                        TopicSettings.BROKERS_DEFAULT,
                        Map.of(
                                "cleanup.policy", "delete",
                                "retention.ms", "604800000",
                                "retention.bytes", "1073741824")));
        assertThat(topics.get("sluice.videos.arrived"))
                .isEqualTo(new TopicSettings(
                        4,
                        TopicSettings.BROKERS_DEFAULT,
                        Map.of("cleanup.policy", "delete", "retention.ms", "2592000000")));
    }

    @Test
    void a_topic_has_what_is_said_of_it_alone() {
        Map<String, TopicSettings> topics = KafkaSettings.topics(kafka(
                "partitions=12",
                "replication=3",
                "retention=1d",
                "topic.\"frames.rated\".partitions=24",
                "topic.\"frames.rated\".retention=2h",
                "topic.\"frames.rated\".retention-bytes=2M",
                "topic.\"videos.failed\".replication=2"));

        assertThat(topics.get("sluice.frames.rated"))
                .isEqualTo(new TopicSettings(
                        24,
                        3,
                        Map.of("cleanup.policy", "delete", "retention.ms", "7200000", "retention.bytes", "2097152")));
        assertThat(topics.get("sluice.frames.sharp"))
                .isEqualTo(new TopicSettings(
                        12,
                        3,
                        Map.of(
                                "cleanup.policy", "delete",
                                "retention.ms", "86400000",
                                "retention.bytes", "1073741824")));
        assertThat(topics.get("sluice.videos.failed"))
                .isNotNull()
                .satisfies(topic -> assertThat(topic.replication()).isEqualTo(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "partitions=0 | sluice.kafka.partitions; 0; 1 to",
                "replication=0 | sluice.kafka.replication; 0; 1 to",
                "retention=1s | sluice.kafka.retention; 1s; 1m to",
                "retention-bytes=1K | sluice.kafka.retention-bytes; 1024; as in 1G",
                "topic.\"frames.rotated\".partitions=1 | frames.rotated; no such topic; frames.rated",
                "topic.\"frames.rated\".partitions=-1 | sluice.kafka.topic.\"frames.rated\".partitions; -1; 1 to",
            })
    void what_is_not_allowed_of_topics_is_named(String setting, String words) {
        assertThatThrownBy(() -> KafkaSettings.topics(kafka(setting)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContainingAll(words.split("; "));
    }

    @Test
    void the_embedded_broker_listens_where_it_is_told_to_and_says_when_it_cannot() throws Exception {
        int port;
        try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Settings.Kafka kafka = kafka("listener=127.0.0.1:" + port);
        try (var broker = KafkaSettings.embedded(kafka, folder.resolve("kafka"));
                Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + port))) {
            KafkaSettings.topics(kafka, Set.of(), broker.cluster());
            assertThat(admin.listTopics().names().get()).containsAll(Topic.fullNames());
            // The advertised address, not only the first that was called, must be within reach.
            assertThat(admin.describeCluster().nodes().get())
                    .satisfiesExactly(node -> assertThat(node.port()).isEqualTo(port));

            assertThatThrownBy(() -> KafkaSettings.embedded(kafka, folder.resolve("other")))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("sluice.kafka.listener")
                    .hasMessageContaining("127.0.0.1:" + port);
        }
    }
}
