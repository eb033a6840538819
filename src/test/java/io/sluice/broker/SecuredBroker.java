package io.sluice.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A real broker that lets nobody in but by TLS and with a password: the certificates are made by keytool, users log in by PLAIN or SCRAM,
 * and what each may do is in its access control lists. Its owner looks at it through a way in of its own.
 */
public final class SecuredBroker implements AutoCloseable {
    /** May do everything. */
    public static final String OWNER = "owner";

    /** May do nothing until it is allowed to. */
    public static final String GUEST = "guest";

    public static final String PASSWORD = "a \"secret\" \\ one";

    private static final String STORE_PASSWORD = "of-the-store";
    private static final int ITERATIONS = 4096;

    private final EmbeddedBroker broker;
    private final int port;
    private final Path trust;
    private final Path foreignTrust;

    private SecuredBroker(EmbeddedBroker broker, int port, Path trust, Path foreignTrust) {
        this.broker = broker;
        this.port = port;
        this.trust = trust;
        this.foreignTrust = foreignTrust;
    }

    public static SecuredBroker start(Path folder) throws Exception {
        Path keys = certificate(folder, "broker");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String listener = "listener.name.outside.";
        Map<String, String> more = new TreeMap<>(Map.of(
                "listeners",
                EmbeddedBroker.OUTSIDE + "://127.0.0.1:" + port,
                "advertised.listeners",
                EmbeddedBroker.OUTSIDE + "://localhost:" + port,
                "listener.security.protocol.map",
                EmbeddedBroker.OUTSIDE + ":SASL_SSL",
                listener + "ssl.keystore.location",
                keys.toString(),
                listener + "ssl.keystore.type",
                "PKCS12",
                listener + "ssl.keystore.password",
                STORE_PASSWORD,
                listener + "sasl.enabled.mechanisms",
                "PLAIN,SCRAM-SHA-512",
                listener + "plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_owner=" + quoted()
                        + " user_guest=" + quoted() + ";",
                listener + "scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;"));
        more.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        more.put("super.users", "User:ANONYMOUS;User:" + OWNER);
        EmbeddedBroker broker = EmbeddedBroker.start(
                folder.resolve("kafka"), EmbeddedBroker.RETENTION, EmbeddedBroker.Ports::free, more);
        SecuredBroker secured =
                new SecuredBroker(broker, port, trust(folder, "broker"), trust(folder, certificateOf(folder, "other")));
        try (Admin admin = secured.admin()) {
            for (String user : List.of(OWNER, GUEST)) {
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                                user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS), PASSWORD)))
                        .all()
                        .get();
            }
        }
        return secured;
    }

    private static String quoted() {
        return '"' + PASSWORD.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** {@code host:port} for those who must log in. */
    public String bootstrapServers() {
        return "localhost:" + port;
    }

    /** Certificates that its own is among. */
    public Path trust() {
        return trust;
    }

    /** Certificates that its own is not among. */
    public Path foreignTrust() {
        return foreignTrust;
    }

    public String trustPassword() {
        return STORE_PASSWORD;
    }

    /** The owner's way in. */
    public Admin admin() {
        return Admin.create(broker.cluster().client());
    }

    /** The owner's way in, for clients. */
    public KafkaCluster open() {
        return broker.cluster();
    }

    /** What a client is told to get in as this user. */
    public KafkaCluster as(String user, String password, String mechanism, Path trusted) {
        String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        return new KafkaCluster(
                bootstrapServers(),
                Map.of(
                        "security.protocol",
                        "SASL_SSL",
                        "sasl.mechanism",
                        mechanism,
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security." + module + " required username=\"" + user
                                + "\" password=\""
                                + password.replace("\\", "\\\\").replace("\"", "\\\"") + "\";",
                        "ssl.truststore.location",
                        trusted.toString(),
                        "ssl.truststore.type",
                        "PKCS12",
                        "ssl.truststore.password",
                        STORE_PASSWORD));
    }

    /** Lets the guest do this to topics whose names begin like this. */
    public void allow(AclOperation operation, String prefix) throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            admin.createAcls(List.of(new AclBinding(
                            new ResourcePattern(ResourceType.TOPIC, prefix, PatternType.PREFIXED),
                            new AccessControlEntry("User:" + GUEST, "*", operation, AclPermissionType.ALLOW))))
                    .all()
                    .get();
        }
    }

    private static String certificateOf(Path folder, String name) throws IOException, InterruptedException {
        certificate(folder, name);
        return name;
    }

    /** A key with a certificate for {@code localhost}. */
    private static Path certificate(Path folder, String name) throws IOException, InterruptedException {
        Path store = folder.resolve(name + ".p12");
        keytool(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString());
        return store;
    }

    private static Path trust(Path folder, String name) throws IOException, InterruptedException {
        Path certificate = folder.resolve(name + ".cer");
        Path store = folder.resolve(name + "-trust.p12");
        keytool(
                "-exportcert",
                "-alias",
                name,
                "-file",
                certificate.toString(),
                "-storetype",
                "PKCS12",
                "-keystore",
                folder.resolve(name + ".p12").toString());
        keytool(
                "-importcert",
                "-noprompt",
                "-alias",
                name,
                "-file",
                certificate.toString(),
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString());
        return store;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass", STORE_PASSWORD));
        Path output = Files.createTempFile("keytool-", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new AssertionError(
                    "keytool " + List.of(arguments) + ": " + Files.readString(output, StandardCharsets.UTF_8));
        }
        Files.delete(output);
    }

    @Override
    public void close() {
        broker.close();
    }
}
