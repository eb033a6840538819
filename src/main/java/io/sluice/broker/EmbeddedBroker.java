package io.sluice.broker;

import io.sluice.frame.InfrastructureException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker in this JVM: one node that is broker and controller (KRaft), reachable from this machine alone, unless it is
 * given a {@link Listener} too.
 *
 * <p>Its log lies in a folder that one process at a time may use. Its own ports are free ones and differ from start to start. After
 * a SIGKILL it starts again over the same folder with everything that was acknowledged to {@code acks=all}, without the nine
 * seconds for which Kafka by default believes that the killed broker lives. Topics are not created by use; see {@link Topics}.
 *
 * <p>A broker that can no longer work (its disk fails) ends the whole process with status {@value #EXIT_STATUS}, as Kafka does,
 * so that nothing goes on over a log that is not written.
 */
public final class EmbeddedBroker implements AutoCloseable {
    /** Status of the process when a running broker gives up: an internal error on the command line. */
    public static final int EXIT_STATUS = 3;

    /** How long messages are kept by default; Kafka's own default. */
    public static final Duration RETENTION = Duration.ofDays(7);

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final int NODE = 1;
    private static final String HOST = "127.0.0.1";

    /** Kafka's name for the listener for others. */
    static final String OUTSIDE = "OUTSIDE";

    private static final int ATTEMPTS = 5;

    /** Settings that are lists of what each listener is. */
    private static final Set<String> LISTENERS =
            Set.of("listeners", "advertised.listeners", "listener.security.protocol.map");

    /** Threads that are inside {@link #start}: a fault there is thrown to the caller and does not end the process. */
    private static final Set<Thread> STARTING = ConcurrentHashMap.newKeySet();

    static {
        // Kafka ends the JVM on a fatal fault, a taken port at start among them; it lets the embedding program say how.
        Exit.setHaltProcedure(EmbeddedBroker::fatal);
        Exit.setExitProcedure(EmbeddedBroker::fatal);
    }

    private final FolderLock lock;
    private final KafkaRaftServer server;
    private final String bootstrapServers;
    private boolean closed;

    private EmbeddedBroker(FolderLock lock, KafkaRaftServer server, String bootstrapServers) {
        this.lock = lock;
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /** Starts with {@link #RETENTION}; see {@link #start(Path, Duration)}. */
    public static EmbeddedBroker start(Path folder) {
        return start(folder, RETENTION);
    }

    /** Starts without a listener for others; see {@link #start(Path, Duration, Optional)}. */
    public static EmbeddedBroker start(Path folder, Duration retention) {
        return start(folder, retention, Optional.empty());
    }

    /**
     * Returns when the broker serves.
     *
     * @param folder for the broker alone; made and formatted where it is new
     * @param retention how long messages are kept, where a topic does not say
     * @param outside where it listens for clients outside this process too
     * @throws IllegalStateException if another broker uses the folder; names the folder and the process
     * @throws UnusableBrokerException if it cannot listen where it is told to
     * @throws InfrastructureException if the folder cannot be written or the broker does not start
     */
    public static EmbeddedBroker start(Path folder, Duration retention, Optional<Listener> outside) {
        outside.ifPresent(EmbeddedBroker::checkFree);
        return start(
                folder,
                retention,
                Ports::free,
                outside.map(EmbeddedBroker::outside).orElse(Map.of()));
    }

    static EmbeddedBroker start(Path folder, Duration retention, Supplier<Ports> free) {
        return start(folder, retention, free, Map.of());
    }

    /**
     * @param more settings of the broker; {@code listeners}, {@code advertised.listeners} and {@code
     *     listener.security.protocol.map} are added to its own
     */
    static EmbeddedBroker start(Path folder, Duration retention, Supplier<Ports> free, Map<String, String> more) {
        Path place = folder.toAbsolutePath().normalize();
        FolderLock lock = FolderLock.take(place);
        try {
            Path log = place.resolve("log");
            if (!Files.exists(log)) {
                format(log);
            }
            RuntimeException last = new IllegalStateException("no attempt was made");
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                Ports ports = free.get();
                try {
                    return new EmbeddedBroker(
                            lock, serve(config(log, retention, ports, more)), HOST + ":" + ports.broker());
                } catch (RuntimeException e) {
                    // A port that was free a moment ago may be taken by now; nothing else gets better by trying again.
                    if (!ports.anyTaken()) {
                        throw e;
                    }
                    last = e;
                }
            }
            throw last;
        } catch (IOException e) {
            lock.release();
            throw new InfrastructureException("embedded broker: cannot write '" + place + "': " + e.getMessage(), e);
        } catch (RuntimeException e) {
            lock.release();
            throw new InfrastructureException(
                    "embedded broker: does not start in '" + place + "': " + e.getMessage(), e);
        }
    }

    /** {@code 127.0.0.1:<port>}, another port after each start. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Stops serving, writes everything, and frees the folder. Closing again does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            server.shutdown();
            server.awaitShutdown();
        } finally {
            lock.release();
        }
    }

    /** The broker as a cluster of one. */
    public KafkaCluster cluster() {
        return KafkaCluster.open(bootstrapServers);
    }

    /** Kafka would say it too, among much else. */
    private static void checkFree(Listener listener) {
        try (ServerSocket free = new ServerSocket(listener.port(), 1, InetAddress.getByName(listener.host()))) {
            free.getLocalPort();
        } catch (IOException e) {
            throw new UnusableBrokerException(
                    "embedded broker: cannot listen on " + listener.host() + ":" + listener.port() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static Map<String, String> outside(Listener listener) {
        return Map.of(
                "listeners",
                OUTSIDE + "://" + listener.host() + ":" + listener.port(),
                "advertised.listeners",
                OUTSIDE + "://" + listener.address(),
                "listener.security.protocol.map",
                OUTSIDE + ":PLAINTEXT");
    }

    private static KafkaRaftServer serve(KafkaConfig config) {
        STARTING.add(Thread.currentThread());
        @Nullable KafkaRaftServer server = null;
        try {
            server = new KafkaRaftServer(config, Time.SYSTEM);
            server.startup();
            return server;
        } catch (RuntimeException e) {
            if (server != null) {
                server.shutdown();
            }
            throw e;
        } finally {
            STARTING.remove(Thread.currentThread());
        }
    }

    /** Formats beside the place and renames, so that a kill leaves a formatted folder or none. */
    private static void format(Path log) throws IOException {
        Path partial = log.resolveSibling(".log.partial");
        delete(partial);
        Files.createDirectories(partial);
        Formatter formatter = new Formatter()
                .setPrintStream(new PrintStream(
                        OutputStream.nullOutputStream(), false, java.nio.charset.StandardCharsets.UTF_8))
                .setNodeId(NODE)
                .setClusterId(Uuid.randomUuid().toString())
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setMetadataLogDirectory(partial.toString())
                .addDirectory(partial.toString());
        try {
            formatter.run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot format '" + partial + "': " + e.getMessage(), e);
        }
        Files.move(partial, log, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Keys as in https://kafka.apache.org/41/configuration/broker-configs/. */
    private static KafkaConfig config(Path log, Duration retention, Ports ports, Map<String, String> more) {
        Map<String, Object> settings = Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", NODE),
                Map.entry(
                        "listeners",
                        "PLAINTEXT://" + HOST + ":" + ports.broker() + ",CONTROLLER://" + HOST + ":"
                                + ports.controller()),
                Map.entry("advertised.listeners", "PLAINTEXT://" + HOST + ":" + ports.broker()),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("inter.broker.listener.name", "PLAINTEXT"),
                Map.entry("controller.listener.names", "CONTROLLER"),
                // Voters named here are not written to the log, so the port may change from start to start.
                Map.entry("controller.quorum.voters", NODE + "@" + HOST + ":" + ports.controller()),
                Map.entry("log.dirs", log.toString()),
                // A killed broker is believed alive for this long, and the new one may not register before.
                Map.entry("broker.session.timeout.ms", 2000),
                Map.entry("broker.heartbeat.interval.ms", 500),
                Map.entry("group.initial.rebalance.delay.ms", 0),
                Map.entry("group.min.session.timeout.ms", 1000),
                Map.entry("auto.create.topics.enable", false),
                // One node can hold one copy; the defaults ask for three.
                Map.entry("default.replication.factor", 1),
                Map.entry("min.insync.replicas", 1),
                Map.entry("offsets.topic.replication.factor", 1),
                Map.entry("offsets.topic.num.partitions", 1),
                Map.entry("transaction.state.log.replication.factor", 1),
                Map.entry("transaction.state.log.min.isr", 1),
                Map.entry("transaction.state.log.num.partitions", 1),
                Map.entry("share.coordinator.state.topic.replication.factor", 1),
                Map.entry("share.coordinator.state.topic.min.isr", 1),
                Map.entry("share.coordinator.state.topic.num.partitions", 1),
                Map.entry("log.retention.ms", retention.toMillis()),
                // Offsets of a group without members are forgotten after a week by default: a laptop may be shut for
                // longer.
                Map.entry(
                        "offsets.retention.minutes", (int) Duration.ofDays(3650).toMinutes()),
                // What was written since the last flush is read again after a kill: small segments start faster. An
                // index
                // entry is 8 bytes per 4 KiB of log, so 64 MiB need 128 KiB; the default is 10 MiB for each of three
                // files.
                Map.entry("log.segment.bytes", 64 << 20),
                Map.entry("log.index.size.max.bytes", 256 << 10),
                Map.entry("message.max.bytes", 4 << 20),
                // The cleaner takes this from the heap at start, 128 MiB by default; only the internal topics are
                // compacted.
                Map.entry("log.cleaner.dedupe.buffer.size", 4 << 20),
                // A record is written to the metadata log this often while nothing happens; twice a second by default.
                Map.entry("metadata.max.idle.interval.ms", 5000),
                Map.entry("num.network.threads", 2),
                Map.entry("num.io.threads", 4),
                Map.entry("background.threads", 2));
        Properties properties = new Properties();
        settings.forEach((key, value) -> properties.setProperty(key, value.toString()));
        more.forEach((key, value) -> properties.merge(
                key, value, (own, added) -> LISTENERS.contains(key) ? own + "," + added : added.toString()));
        return KafkaConfig.fromProps(properties, false);
    }

    private static void fatal(int status, @Nullable String message) {
        if (STARTING.contains(Thread.currentThread())) {
            throw new IllegalStateException(message == null ? "Kafka gave up with status " + status : message);
        }
        LOG.error("embedded broker: gave up with status {}: {}; the process ends", status, message);
        Runtime.getRuntime().halt(EXIT_STATUS);
    }

    /** A port for each listener, free when it was looked for. */
    record Ports(int broker, int controller) {
        static Ports free() {
            try (ServerSocket broker = open(0);
                    ServerSocket controller = open(0)) {
                return new Ports(broker.getLocalPort(), controller.getLocalPort());
            } catch (IOException e) {
                throw new InfrastructureException("embedded broker: no free port on " + HOST, e);
            }
        }

        boolean anyTaken() {
            Set<Integer> all = new HashSet<>(Set.of(broker, controller));
            for (int port : all) {
                try (ServerSocket free = open(port)) {
                    free.getLocalPort();
                } catch (IOException taken) {
                    return true;
                }
            }
            return false;
        }

        private static ServerSocket open(int port) throws IOException {
            return new ServerSocket(port, 1, InetAddress.getByName(HOST));
        }
    }
}
