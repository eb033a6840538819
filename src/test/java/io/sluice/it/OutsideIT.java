package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.SecuredBroker;
import io.sluice.route.Topic;
import io.sluice.route.TransportLag;
import io.sluice.video.PatternVideo;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged application over a PostgreSQL and a Kafka cluster of somebody else, by configuration alone: the dataset must be that of the
 * embedded run, byte for byte.
 */
@NullUnmarked
final class OutsideIT {
    private static final int SECONDS = 24;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    private static Path shared;

    private static Map<String, String> embedded = Map.of();
    private static SecuredBroker cluster;
    private static EmbeddedPostgres server;
    private static int databases;

    @TempDir
    private Path folder;

    private String url;

    @BeforeAll
    static void startOthers() throws Exception {
        PatternVideo.write(shared.resolve("rex.mp4"), SECONDS, 8);
        Sluice.in(shared).run(curate()).hasExitCode(0);
        embedded = Folder.digests(shared.resolve("datasets/rex"));
        assertThat(embedded).hasSizeGreaterThan(SECONDS);
        cluster = SecuredBroker.start(Files.createDirectory(shared.resolve("cluster")));
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stopOthers() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void makeDatabase() throws SQLException {
        String database = "sluice" + databases++;
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
        }
        url = "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + database;
    }

    private static String[] curate(String... more) {
        return Stream.concat(
                        Stream.of(
                                "curate",
                                shared.resolve("rex.mp4").toString(),
                                "--set=dataset=rex",
                                "--set=extract.mode=rate",
                                "--set=extract.maxFps=3",
                                "--set=select.similarity=1",
                                "--set=caption.trigger=rex"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private Sluice sluice() {
        return Sluice.in(folder)
                .with("SLUICE_CATALOGUE_URL", url)
                .with("SLUICE_CATALOGUE_USER", "postgres")
                .with("SLUICE_CATALOGUE_PASSWORD", "postgres")
                .with("SLUICE_KAFKA_BOOTSTRAP_SERVERS", cluster.bootstrapServers())
                .with("SLUICE_KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
                .with("SLUICE_KAFKA_SASL_MECHANISM", "SCRAM-SHA-512")
                .with("SLUICE_KAFKA_USER", SecuredBroker.OWNER)
                .with("SLUICE_KAFKA_PASSWORD", SecuredBroker.PASSWORD)
                .with("SLUICE_KAFKA_TRUSTSTORE_LOCATION", cluster.trust().toString())
                .with("SLUICE_KAFKA_TRUSTSTORE_TYPE", "PKCS12")
                .with("SLUICE_KAFKA_TRUSTSTORE_PASSWORD", cluster.trustPassword())
                .with("SLUICE_KAFKA_PARTITIONS", "3")
                .with("SLUICE_KAFKA_RETENTION", "2d")
                .with("SLUICE_KAFKA_TOPIC__FRAMES_RATED__PARTITIONS", "5");
    }

    @Test
    void a_run_over_postgresql_and_a_cluster_makes_the_dataset_of_the_embedded_run() throws Exception {
        sluice().run(curate()).hasExitCode(0);

        assertThat(Folder.digests(folder.resolve("datasets/rex"))).isEqualTo(embedded);
        assertThat(folder.resolve("work/catalogue.db")).doesNotExist();
        assertThat(folder.resolve("work/kafka")).doesNotExist();
        try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT status, told FROM dataset_video")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString("status")).isEqualTo("completed");
            assertThat(rows.getBoolean("told")).isTrue();
        }
        try (Admin admin = cluster.admin()) {
            Map<String, TopicDescription> topics =
                    admin.describeTopics(Topic.fullNames()).allTopicNames().get();
            assertThat(topics.get("sluice.frames.sharp").partitions()).hasSize(3);
            assertThat(topics.get("sluice.frames.rated").partitions()).hasSize(5);
        }
        // Everything is there now, so who may only look is content too, and goes on where the first stopped.
        sluice().with("SLUICE_KAFKA_TOPICS", "check")
                .run(curate())
                .hasExitCode(0)
                .says("already in dataset rex");
    }

    @Test
    void a_run_whose_messages_are_lost_again_and_again_makes_the_same_dataset() throws Exception {
        long lost = 0;
        // The topics, and the rest of what the first run leaves, must be there to be looked at.
        sluice().run(curate("--dataset=first", "--until=select")).hasExitCode(0);
        try (Sluice.Started run = sluice().start(curate());
                Admin admin = cluster.admin();
                TransportLag lag = new TransportLag(cluster.open())) {
            run.until(
                    "the first frames are stored",
                    () -> !Folder.files(folder.resolve("work/frames"), ".jpg").isEmpty());
            for (int times = 0; times < 12 && run.isAlive(); times++) {
                Awaitility.await("there is something to lose")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> !run.isAlive() || unread(lag) > 0);
                lost += unread(lag);
                forget(admin);
            }
            run.await().hasExitCode(0);
        }

        assertThat(lost).as("messages that were gone before anybody read them").isPositive();
        assertThat(Files.readString(folder.resolve("work/sluice.log")))
                .containsPattern("publishing [0-9]+ lost messages again");
        assertThat(Folder.digests(folder.resolve("datasets/rex"))).isEqualTo(embedded);
    }

    private static long unread(TransportLag lag) {
        long unread = lag.of("sluice-plan", Topic.VIDEOS_ARRIVED) + lag.of("sluice-extract", Topic.SEGMENTS_PLANNED);
        unread += lag.of("sluice-blur", Topic.FRAMES_EXTRACTED) + lag.of("sluice-detect", Topic.FRAMES_SHARP);
        unread += lag.of("sluice-aesthetic", Topic.FRAMES_DETECTED) + lag.of("sluice-inpaint", Topic.FRAMES_SELECTED);
        return unread
                + lag.of("sluice-caption", Topic.FRAMES_CLEANED)
                + lag.of("sluice-dataset", Topic.FRAMES_CAPTIONED);
    }

    private static void forget(Admin admin) throws Exception {
        List<TopicPartition> partitions = new ArrayList<>();
        admin.describeTopics(Topic.fullNames())
                .allTopicNames()
                .get()
                .forEach((name, topic) -> topic.partitions()
                        .forEach(partition -> partitions.add(new TopicPartition(name, partition.partition()))));
        admin.deleteRecords(partitions.stream()
                        .collect(java.util.stream.Collectors.toMap(p -> p, p -> RecordsToDelete.beforeOffset(-1))))
                .all()
                .get();
    }

    @Test
    void a_cluster_that_refuses_is_told_in_a_sentence() {
        Sluice.Ended refused = sluice().with("SLUICE_KAFKA_PASSWORD", "guessed").run(curate());
        refused.hasExitCode(2).says(cluster.bootstrapServers(), "does not accept this user");
        assertThat(refused.output()).doesNotContain("guessed").doesNotContain("\tat ");
        assertThat(refused.wallTime()).isLessThan(Duration.ofMinutes(1));

        sluice().with("SLUICE_KAFKA_TRUSTSTORE_LOCATION", cluster.foreignTrust().toString())
                .run(curate())
                .hasExitCode(2)
                .says(cluster.bootstrapServers(), "certificates");

        sluice().with("SLUICE_KAFKA_USER", SecuredBroker.GUEST)
                .with("SLUICE_KAFKA_TOPICS", "check")
                .run(curate())
                .hasExitCode(2)
                .says("topic 'sluice.frames.rated' is missing, or hidden from this user: 5 partitions");

        sluice().with("SLUICE_KAFKA_SECURITY_PROTOCOL", "TLS")
                .run(curate())
                .hasExitCode(2)
                .says("sluice.kafka.security-protocol", "'TLS'", "SASL_SSL");

        Sluice.Ended other = sluice().with("SLUICE_CATALOGUE_URL", "postgres://rex:secret@localhost/sluice")
                .run(curate());
        other.hasExitCode(2).says("sluice.catalogue.url", "jdbc:postgresql://host:port/database");
        assertThat(other.output()).doesNotContain("secret");
    }
}
