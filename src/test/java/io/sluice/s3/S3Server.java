package io.sluice.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.store.ObjectStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A real S3-compatible server in a process of its own, that holds its objects in memory and checks signatures. */
public final class S3Server implements AutoCloseable {
    public static final String ACCESS_KEY = "sluice";
    public static final String SECRET_KEY = "a-secret-for-tests";

    private final Process process;
    private final int port;

    private S3Server(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** @param folder for its settings and what it prints */
    public static S3Server start(Path folder) {
        try {
            Path jar = Path.of("target/s3-server/s3proxy.jar");
            assertThat(jar).as("the S3 server, put there by the build").exists();
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            Path settings = folder.resolve("s3proxy.properties");
            Files.write(
                    settings,
                    List.of(
                            "s3proxy.endpoint=http://127.0.0.1:" + port,
                            "s3proxy.authorization=aws-v2-or-v4",
                            "s3proxy.identity=" + ACCESS_KEY,
                            "s3proxy.credential=" + SECRET_KEY,
                            "jclouds.provider=transient-nio2",
                            "jclouds.identity=memory",
                            "jclouds.credential=memory"));
            Process process = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElse("java"),
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx256m",
                            "-jar",
                            jar.toAbsolutePath().toString(),
                            "--properties",
                            settings.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("s3proxy.log").toFile())
                    .start();
            S3Server server = new S3Server(process, port);
            Awaitility.await("the S3 server listens")
                    .atMost(Duration.ofMinutes(2))
                    .failFast(() -> !process.isAlive())
                    .until(server::listens);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** A client of the test's own, beside the one that is tested. */
    public S3Client client() {
        return S3Client.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
                .build();
    }

    /** What the application would have by configuration. Credentials are those of {@link #provideCredentials}. */
    public static ObjectStorage storage(URI endpoint) {
        return new ObjectStorage(new ObjectStorage.Settings(
                Optional.of(endpoint), Optional.empty(), true, 5, Duration.ofSeconds(20), 10));
    }

    /** Puts credentials where the SDK's default chain looks first. */
    public static void provideCredentials(String accessKey, String secretKey) {
        System.setProperty("aws.accessKeyId", accessKey);
        System.setProperty("aws.secretAccessKey", secretKey);
    }

    public static void provideCredentials() {
        provideCredentials(ACCESS_KEY, SECRET_KEY);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
