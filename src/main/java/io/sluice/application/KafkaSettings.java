package io.sluice.application;

import io.sluice.application.Settings.Kafka;
import io.sluice.application.Settings.Kafka.TopicsWhen;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.broker.KafkaCluster;
import io.sluice.broker.Listener;
import io.sluice.broker.TopicSettings;
import io.sluice.broker.Topics;
import io.sluice.broker.UnusableBrokerException;
import io.sluice.route.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jboss.logging.Logger;

/** The broker and its topics from the settings, each checked. */
final class KafkaSettings {
    private static final Logger LOG = Logger.getLogger(KafkaSettings.class);
    private static final String PREFIX = "sluice.kafka.";
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:/\\s]+):([0-9]{1,5})");
    private static final Set<String> ALL_INTERFACES = Set.of("0.0.0.0", "[::]");
    private static final int MAX_PARTITIONS = 10_000;

    private KafkaSettings() {}

    /**
     * The cluster that {@code bootstrap-servers} names, and how clients get into it.
     *
     * @throws SettingsException if a setting is wrong, or does not go with another
     */
    static KafkaCluster cluster(Kafka kafka) {
        String servers = kafka.bootstrapServers().orElseThrow();
        for (String server : servers.split(",", -1)) {
            address("bootstrap-servers", servers, server.strip(), "host:port, or several with commas between");
        }
        if (kafka.listener().isPresent() || kafka.advertisedListener().isPresent()) {
            throw wrong(
                    "listener",
                    kafka.listener().or(kafka::advertisedListener).orElseThrow(),
                    "nothing where bootstrap-servers is set: the embedded broker, which would listen there, does not run");
        }
        Map<String, String> properties = new HashMap<>(kafka.properties());
        security(kafka).forEach((key, value) -> {
            if (properties.put(key, value) != null) {
                throw new SettingsException("setting " + PREFIX + "properties.\"" + key
                        + "\" is there beside the setting of its own for it: allowed is one of them");
            }
        });
        try {
            return new KafkaCluster(servers, properties);
        } catch (IllegalArgumentException e) {
            throw new SettingsException("setting " + PREFIX + "properties: " + e.getMessage());
        }
    }

    private static Map<String, String> security(Kafka kafka) {
        Map<String, String> properties = new TreeMap<>();
        SecurityProtocol protocol = kafka.securityProtocol()
                .map(KafkaSettings::protocol)
                .or(() -> Optional.ofNullable(kafka.properties().get("security.protocol"))
                        .map(KafkaSettings::protocol))
                .orElse(SecurityProtocol.PLAINTEXT);
        kafka.securityProtocol().ifPresent(value -> properties.put("security.protocol", protocol.name()));
        boolean login = protocol == SecurityProtocol.SASL_SSL || protocol == SecurityProtocol.SASL_PLAINTEXT;
        Map<String, Optional<String>> sasl = Map.of(
                "sasl-mechanism", kafka.saslMechanism(),
                "sasl-jaas-config", kafka.saslJaasConfig(),
                "user", kafka.user(),
                "password", kafka.password());
        if (!login) {
            none(sasl, protocol, "SASL_SSL and SASL_PLAINTEXT");
        } else {
            String mechanism = kafka.saslMechanism()
                    .or(() -> Optional.ofNullable(kafka.properties().get("sasl.mechanism")))
                    .orElseThrow(() -> wrong(
                            "sasl-mechanism",
                            "nothing",
                            "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or another that the cluster offers, where"
                                    + " security-protocol is " + protocol));
            kafka.saslMechanism().ifPresent(value -> properties.put("sasl.mechanism", value));
            kafka.saslJaasConfig()
                    .or(() -> login(kafka, mechanism))
                    .ifPresent(jaas -> properties.put("sasl.jaas.config", jaas));
        }
        Map<String, Optional<String>> tls = Map.of(
                "truststore-location", kafka.truststoreLocation().map(Path::toString),
                "truststore-type", kafka.truststoreType(),
                "truststore-password", kafka.truststorePassword(),
                "keystore-location", kafka.keystoreLocation().map(Path::toString),
                "keystore-type", kafka.keystoreType(),
                "keystore-password", kafka.keystorePassword(),
                "key-password", kafka.keyPassword());
        if (protocol != SecurityProtocol.SSL && protocol != SecurityProtocol.SASL_SSL) {
            none(tls, protocol, "SSL and SASL_SSL");
        }
        tls.forEach((key, setting) -> setting.ifPresent(value -> {
            if (key.endsWith("-location") && !Files.isReadable(Path.of(value))) {
                throw wrong(key, "'" + value + "'", "a file that can be read");
            }
            properties.put("ssl." + key.replace('-', '.'), value);
        }));
        return properties;
    }

    private static SecurityProtocol protocol(String value) {
        if (!SecurityProtocol.names().contains(value)) {
            throw wrong(
                    "security-protocol", "'" + value + "'", String.join(", ", new TreeSet<>(SecurityProtocol.names())));
        }
        return SecurityProtocol.forName(value);
    }

    /** A setting that would be passed over in silence may be one that somebody relies on. */
    private static void none(Map<String, Optional<String>> settings, SecurityProtocol protocol, String with) {
        new TreeMap<>(settings).forEach((key, value) -> {
            if (value.isPresent()) {
                throw new SettingsException("setting " + PREFIX + key + " is there, and " + PREFIX
                        + "security-protocol is " + protocol + ": allowed with it are " + with);
            }
        });
    }

    private static Optional<String> login(Kafka kafka, String mechanism) {
        if (kafka.user().isEmpty() && kafka.password().isEmpty()) {
            return Optional.empty();
        }
        String user = kafka.user().orElseThrow(() -> wrong("user", "nothing", "a name where password is set"));
        String password =
                kafka.password().orElseThrow(() -> wrong("password", "nothing", "a password where user is set"));
        String module;
        if (mechanism.equals("PLAIN")) {
            module = "org.apache.kafka.common.security.plain.PlainLoginModule";
        } else if (mechanism.startsWith("SCRAM-")) {
            module = "org.apache.kafka.common.security.scram.ScramLoginModule";
        } else {
            throw wrong(
                    "sasl-mechanism",
                    "'" + mechanism + "'",
                    "PLAIN or SCRAM-... with user; others need sasl-jaas-config");
        }
        return Optional.of(module + " required username=" + quoted(user) + " password=" + quoted(password) + ";");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /**
     * Starts the embedded broker.
     *
     * @throws SettingsException if a setting is wrong, or asks for another broker
     */
    static EmbeddedBroker embedded(Kafka kafka, Path folder) {
        Stream.of(kafka.securityProtocol(), kafka.saslMechanism(), kafka.saslJaasConfig(), kafka.user())
                .flatMap(Optional::stream)
                .findAny()
                .ifPresent(setting -> {
                    throw wrong(
                            "bootstrap-servers", "nothing", "a cluster, where there are settings for getting into one");
                });
        if (!kafka.properties().isEmpty()) {
            throw wrong(
                    "properties",
                    new TreeMap<>(kafka.properties()).keySet(),
                    "nothing where bootstrap-servers is not set: the embedded broker needs none");
        }
        Optional<Listener> listener = listener(kafka);
        EmbeddedBroker broker;
        try {
            broker = EmbeddedBroker.start(folder, kafka.retention(), listener);
        } catch (UnusableBrokerException e) {
            throw new SettingsException("setting " + PREFIX + "listener: " + e.getMessage());
        }
        listener.ifPresent(where -> LOG.infof(
                "embedded broker: others reach it at %s, and may read and write everything", where.address()));
        return broker;
    }

    static Optional<Listener> listener(Kafka kafka) {
        if (kafka.listener().isEmpty()) {
            kafka.advertisedListener().ifPresent(advertised -> {
                throw wrong("listener", "nothing", "host:port, where advertised-listener is set");
            });
            return Optional.empty();
        }
        String allowed = "host:port, as in 127.0.0.1:9092";
        String listener = kafka.listener().get();
        Matcher own = address("listener", listener, listener, allowed);
        Matcher advertised = own;
        if (kafka.advertisedListener().isPresent()) {
            String value = kafka.advertisedListener().get();
            advertised = address("advertised-listener", value, value, allowed);
        }
        if (ALL_INTERFACES.contains(advertised.group(1))) {
            throw wrong(
                    "advertised-listener",
                    kafka.advertisedListener().map(value -> "'" + value + "'").orElse("nothing"),
                    "the host:port that clients are to use, where listener is '" + listener + "'");
        }
        return Optional.of(new Listener(
                own.group(1),
                Integer.parseInt(own.group(2)),
                advertised.group(1),
                Integer.parseInt(advertised.group(2))));
    }

    private static Matcher address(String key, String setting, String address, String allowed) {
        Matcher matcher = ADDRESS.matcher(address);
        if (!matcher.matches()
                || Integer.parseInt(matcher.group(2)) < 1
                || Integer.parseInt(matcher.group(2)) > 65_535) {
            throw wrong(key, "'" + setting + "'", allowed);
        }
        return matcher;
    }

    /**
     * Has all topics there: created, or looked for, as the settings say.
     *
     * @param others full names of further topics, which are like those of work
     * @throws SettingsException if a setting is wrong, or the cluster refuses or lacks what is required
     */
    static void topics(Kafka kafka, Set<String> others, KafkaCluster cluster) {
        Map<String, TopicSettings> topics = new HashMap<>(topics(kafka));
        others.forEach(name -> topics.put(name, settings(kafka, name, true)));
        try {
            if (kafka.topics() == TopicsWhen.CHECK) {
                Topics.check(cluster, topics);
                return;
            }
            Set<String> created = Topics.ensure(cluster, topics);
            if (kafka.bootstrapServers().isPresent()) {
                LOG.infof(
                        "%s: %d topics created, %d were there",
                        cluster, created.size(), topics.size() - created.size());
                Topics.shortfalls(cluster, topics).forEach(shortfall -> LOG.warnf("%s: %s", cluster, shortfall));
            }
        } catch (UnusableBrokerException e) {
            throw new SettingsException(String.valueOf(e.getMessage()));
        }
    }

    /** What each topic is to be, by its full name. */
    static Map<String, TopicSettings> topics(Kafka kafka) {
        List<String> words = Stream.of(Topic.values()).map(Topic::word).toList();
        kafka.topic().keySet().forEach(word -> {
            if (!words.contains(word)) {
                throw new SettingsException("setting " + PREFIX + "topic.\"" + word
                        + "\": there is no such topic; allowed: " + String.join(", ", words));
            }
        });
        return Arrays.stream(Topic.values())
                .collect(Collectors.toMap(Topic::fullName, topic -> settings(kafka, topic.word(), topic.isWork())));
    }

    private static TopicSettings settings(Kafka kafka, String word, boolean work) {
        Optional<Kafka.OneTopic> own = Optional.ofNullable(kafka.topic().get(word));
        String prefix = "topic.\"" + word + "\".";
        Map<String, String> config = new HashMap<>();
        // Where topics are compacted by default, all but the last frame of a segment would go.
        config.put("cleanup.policy", "delete");
        Duration retention = own.flatMap(Kafka.OneTopic::retention)
                .map(value -> positive(prefix + "retention", value))
                .orElseGet(() -> work
                        ? positive("retention", kafka.retention())
                        : positive("video-retention", kafka.videoRetention()));
        config.put("retention.ms", String.valueOf(retention.toMillis()));
        own.flatMap(Kafka.OneTopic::retentionBytes)
                .map(value -> atLeast(prefix + "retention-bytes", value.asLongValue(), 1 << 20))
                .or(() -> work
                        ? Optional.of(atLeast(
                                "retention-bytes", kafka.retentionBytes().asLongValue(), 1 << 20))
                        : Optional.empty())
                .ifPresent(bytes -> config.put("retention.bytes", bytes.toString()));
        int partitions = own.flatMap(Kafka.OneTopic::partitions)
                .map(value -> within(prefix + "partitions", value, MAX_PARTITIONS))
                .orElseGet(() -> within("partitions", kafka.partitions(), MAX_PARTITIONS));
        int replication = own.flatMap(Kafka.OneTopic::replication)
                .map(value -> within(prefix + "replication", value, Short.MAX_VALUE))
                .or(() -> kafka.replication().map(value -> within("replication", value, Short.MAX_VALUE)))
                .orElse(TopicSettings.BROKERS_DEFAULT);
        return new TopicSettings(partitions, replication, config);
    }

    private static Duration positive(String key, Duration value) {
        if (value.compareTo(Duration.ofMinutes(1)) < 0 || value.compareTo(Duration.ofDays(36_500)) > 0) {
            throw wrong(key, value.toSeconds() + "s", "1m to 36500d, as in 7d");
        }
        return value;
    }

    private static long atLeast(String key, long value, long min) {
        if (value < min) {
            throw wrong(key, value, min + " bytes or more, as in 1G");
        }
        return value;
    }

    private static int within(String key, int value, int max) {
        if (value < 1 || value > max) {
            throw wrong(key, value, "1 to " + max);
        }
        return value;
    }

    private static SettingsException wrong(String key, Object value, String allowed) {
        return new SettingsException("setting " + PREFIX + key + " is " + value + ": allowed is " + allowed);
    }
}
