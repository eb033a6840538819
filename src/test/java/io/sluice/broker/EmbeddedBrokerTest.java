package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.InfrastructureException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void serves_and_keeps_records_and_offsets_over_a_restart_on_another_port() throws Exception {
        String first;
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
            first = broker.bootstrapServers();
            assertThat(first).matches("127\\.0\\.0\\.1:[0-9]+");
            assertThat(Topics.ensure(KafkaCluster.open(first), Map.of("a", new TopicSettings(1, 1, Map.of()))))
                    .containsExactly("a");
            produce(first, "a", List.of("one", "two", "three"));
            try (var consumer = consumer(first)) {
                consumer.assign(List.of(new TopicPartition("a", 0)));
                assertThat(read(consumer, 3)).containsExactly("one", "two", "three");
                consumer.commitSync(Map.of(new TopicPartition("a", 0), new OffsetAndMetadata(2)));
            }
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
            assertThat(broker.bootstrapServers()).isNotEqualTo(first);
            try (var consumer = consumer(broker.bootstrapServers())) {
                consumer.subscribe(List.of("a"));
                assertThat(read(consumer, 1)).containsExactly("three");
            }
        }
    }

    @Test
    void has_everything_that_was_acknowledged_before_it_was_killed() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerProcess.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        int acknowledged = -1;
        List<String> output = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            @org.jspecify.annotations.Nullable String line = lines.readLine();
            for (; line != null && acknowledged < 500; line = lines.readLine()) {
                output.add(line);
                if (line.startsWith("acknowledged ")) {
                    acknowledged = Integer.parseInt(line.substring("acknowledged ".length()));
                }
            }
            if (acknowledged >= 500) {
                assertThatThrownBy(() -> EmbeddedBroker.start(folder))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("in use by process " + process.pid())
                        .hasMessageContaining(folder.getFileName().toString());
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(acknowledged).as("output of the process: %s", output).isGreaterThanOrEqualTo(500);
        assertThat(process.exitValue()).isEqualTo(128 + 9);

        try (EmbeddedBroker broker = EmbeddedBroker.start(folder);
                var consumer = consumer(broker.bootstrapServers())) {
            consumer.assign(
                    List.of(new TopicPartition(BrokerProcess.TOPIC, 0), new TopicPartition(BrokerProcess.TOPIC, 1)));
            Set<String> expected = new TreeSet<>(IntStream.rangeClosed(0, acknowledged)
                    .mapToObj(Integer::toString)
                    .toList());
            assertThat(read(consumer, expected.size())).containsAll(expected).doesNotHaveDuplicates();
        }
    }

    @Test
    void refuses_a_folder_that_this_process_uses_already_and_frees_it_when_closed() {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
            assertThatThrownBy(() -> EmbeddedBroker.start(folder))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(
                            "in use by process " + ProcessHandle.current().pid());
            broker.close();
            EmbeddedBroker.start(folder).close();
        }
    }

    @Test
    void takes_other_ports_when_one_was_taken_in_between() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EmbeddedBroker.Ports free = EmbeddedBroker.Ports.free();
            Iterator<EmbeddedBroker.Ports> ports = List.of(
                            new EmbeddedBroker.Ports(free.broker(), taken.getLocalPort()),
                            new EmbeddedBroker.Ports(taken.getLocalPort(), free.controller()),
                            EmbeddedBroker.Ports.free())
                    .iterator();
            try (EmbeddedBroker broker = EmbeddedBroker.start(folder, EmbeddedBroker.RETENTION, ports::next)) {
                assertThat(ports).isExhausted();
                Topics.ensure(broker.cluster(), Map.of("a", new TopicSettings(1, 1, Map.of())));
                produce(broker.bootstrapServers(), "a", List.of("one"));
            }
        }
    }

    @Test
    void listens_on_the_loopback_interface_only() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
            int port = Integer.parseInt(broker.bootstrapServers().replaceAll(".*:", ""));
            List<InetAddress> outside = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress())
                    .toList();
            for (InetAddress address : outside) {
                try (Socket socket = new Socket()) {
                    assertThatThrownBy(() -> socket.connect(new InetSocketAddress(address, port), 2000))
                            .isInstanceOf(IOException.class);
                }
            }
        }
    }

    @Test
    void starts_over_what_a_kill_left_of_the_formatting() throws IOException {
        Files.createDirectories(folder.resolve(".log.partial/sub"));
        Files.writeString(folder.resolve(".log.partial/meta.properties"), "half");
        EmbeddedBroker.start(folder).close();
        assertThat(folder.resolve(".log.partial")).doesNotExist();
    }

    @Test
    void names_the_folder_that_cannot_be_used() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        assertThatThrownBy(() -> EmbeddedBroker.start(file))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContaining(file.toString());
        Path foreign = Files.createDirectories(folder.resolve("foreign"));
        Files.createDirectories(foreign.resolve("log"));
        assertThatThrownBy(() -> EmbeddedBroker.start(foreign))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContaining(foreign.toString());
    }

    @Test
    void makes_missing_topics_and_leaves_the_others() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
            String servers = broker.bootstrapServers();
            Map<String, TopicSettings> one = Map.of("a", new TopicSettings(2, 1, Map.of("retention.ms", "60000")));
            Map<String, TopicSettings> both = Map.of(
                    "a", new TopicSettings(8, 1, Map.of("retention.ms", "1")), "b", new TopicSettings(3, 1, Map.of()));
            assertThatThrownBy(() -> Topics.check(broker.cluster(), both))
                    .isInstanceOf(UnusableBrokerException.class)
                    .hasMessageContaining("topic 'a' is missing: 8 partitions, 1 replicas, retention.ms=1 are required")
                    .hasMessageContaining("topic 'b' is missing: 3 partitions, 1 replicas are required");
            assertThat(Topics.ensure(broker.cluster(), one)).containsExactly("a");
            assertThat(Topics.ensure(broker.cluster(), both)).containsExactly("b");
            assertThat(Topics.ensure(broker.cluster(), both)).isEmpty();
            Topics.check(broker.cluster(), one);
            assertThat(Topics.shortfalls(broker.cluster(), both))
                    .containsExactly("topic 'a' has too few partitions: 2 of 8");
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
                var topics =
                        admin.describeTopics(List.of("a", "b")).allTopicNames().get();
                assertThat(topics.get("a"))
                        .satisfies(t -> assertThat(t.partitions()).hasSize(2));
                assertThat(topics.get("b"))
                        .satisfies(t -> assertThat(t.partitions()).hasSize(3));
                ConfigResource a = new ConfigResource(ConfigResource.Type.TOPIC, "a");
                assertThat(admin.describeConfigs(List.of(a)).all().get().get(a))
                        .satisfies(
                                c -> assertThat(c.get("retention.ms").value()).isEqualTo("60000"));
            }
            assertThatThrownBy(() -> Topics.ensure(broker.cluster(), Map.of("c", new TopicSettings(1, 3, Map.of()))))
                    .isInstanceOf(UnusableBrokerException.class)
                    .hasMessageContaining("'c'")
                    .hasMessageContaining("replication");
        }
    }

    @Test
    void keeps_messages_for_as_long_as_it_is_told() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, Duration.ofHours(5));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            ConfigResource node = new ConfigResource(ConfigResource.Type.BROKER, "1");
            assertThat(admin.describeConfigs(List.of(node)).all().get().get(node))
                    .satisfies(
                            c -> assertThat(c.get("log.retention.ms").value()).isEqualTo("18000000"));
        }
    }

    private static void produce(String servers, String topic, List<String> values) throws Exception {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", servers);
        properties.put("acks", "all");
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            for (String value : values) {
                producer.send(new ProducerRecord<>(topic, value)).get();
            }
        }
    }

    private static KafkaConsumer<String, String> consumer(String servers) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", servers);
        properties.put("group.id", "g");
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
    }

    private static List<String> read(KafkaConsumer<String, String> consumer, int atLeast) {
        List<String> values = new ArrayList<>();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (values.size() < atLeast && System.nanoTime() - end < 0) {
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                values.add(record.value());
            }
        }
        return values;
    }
}
