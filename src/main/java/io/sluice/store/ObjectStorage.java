package io.sluice.store;

import io.sluice.frame.InfrastructureException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * An S3-compatible object storage. Nothing is connected and no credentials are looked for before the first request, so that a run
 * without buckets needs none. Credentials come by the SDK's default chain: environment, profile, web identity, container,
 * instance. Thread-safe.
 */
public final class ObjectStorage implements AutoCloseable {
    /** Where the SDK demands a region and a server that is not Amazon's has none. */
    private static final String ANY_REGION = "us-east-1";

    private final Settings settings;
    private final ReentrantLock making = new ReentrantLock();
    private @Nullable S3Client client;

    public ObjectStorage(Settings settings) {
        this.settings = settings;
    }

    public Bucket bucket(String name) {
        return new Bucket(this, name);
    }

    S3Client client() {
        making.lock();
        try {
            if (client == null) {
                client = connect();
            }
            return client;
        } catch (SdkException e) {
            throw new InfrastructureException(
                    "S3: no client can be made: " + e.getMessage() + "; check sluice.s3.region and sluice.s3.endpoint",
                    e);
        } finally {
            making.unlock();
        }
    }

    private S3Client connect() {
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(ApacheHttpClient.builder()
                        .maxConnections(settings.connections())
                        .connectionTimeout(settings.patience())
                        .socketTimeout(settings.patience()))
                .overrideConfiguration(o -> o.retryStrategy(retry -> retry.maxAttempts(settings.attempts())))
                .forcePathStyle(settings.pathStyle())
                // Other servers than Amazon's know no trailing checksums; content is compared by length and ETag here.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        settings.endpoint().ifPresent(builder::endpointOverride);
        settings.region()
                .or(() -> settings.endpoint().map(endpoint -> ANY_REGION))
                .map(Region::of)
                .ifPresent(builder::region);
        return builder.build();
    }

    @Override
    public void close() {
        making.lock();
        try {
            if (client != null) {
                client.close();
                client = null;
            }
        } finally {
            making.unlock();
        }
    }

    /**
     * How the storage is reached.
     *
     * @param endpoint of a server that is not Amazon's
     * @param region empty for the SDK's default chain
     * @param pathStyle whether the bucket is named in the path and not in the host
     * @param attempts tries of a request that fails for a reason that may pass
     * @param patience longest silence of a connection
     * @param connections that are open at the same time
     */
    public record Settings(
            Optional<URI> endpoint,
            Optional<String> region,
            boolean pathStyle,
            int attempts,
            Duration patience,
            int connections) {
        public Settings {
            if (attempts < 1) {
                throw new IllegalArgumentException(
                        "sluice.s3.attempts: '" + attempts + "' is not allowed; allowed: 1 or more");
            }
            if (connections < 1) {
                throw new IllegalArgumentException(
                        "sluice.s3.connections: '" + connections + "' is not allowed; allowed: 1 or more");
            }
        }
    }
}
