package io.sluice.store;

import io.sluice.frame.InfrastructureException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A bucket. What fails is told with the bucket, the action, and what to check; requests that fail for a reason that may pass (500,
 * 503, a broken connection) have been tried again before. Thread-safe.
 */
public final class Bucket {
    private static final Logger LOG = LoggerFactory.getLogger(Bucket.class);

    /** Keys in one request, S3's limit. */
    private static final int PAGE = 1000;

    /** Continuations of a download of which none brought a single byte. */
    private static final int FRUITLESS = 3;

    private static final int NOT_FOUND = 404;
    private static final int FORBIDDEN = 403;
    private static final int UNAUTHORIZED = 401;
    private static final int PRECONDITION_FAILED = 412;

    private final ObjectStorage storage;
    private final String name;

    Bucket(ObjectStorage storage, String name) {
        this.storage = storage;
        this.name = name;
    }

    public String name() {
        return name;
    }

    /**
     * A page of the bucket's list.
     *
     * @param next the key after which the next page begins; empty after the last
     */
    public record Page(List<BucketObject> objects, Optional<String> next) {}

    /**
     * Objects whose keys begin with the prefix, in the order of the keys, a page at a time.
     *
     * @param after {@link Page#next} of the page before; empty for the first
     * @param most objects on the page; a server may give fewer
     * @throws InfrastructureException if it cannot be listed
     */
    public Page page(String prefix, Optional<String> after, int most) {
        ListObjectsV2Response response = ask(
                "list",
                "s3:ListBucket",
                prefix,
                client -> client.listObjectsV2(ListObjectsV2Request.builder()
                        .bucket(name)
                        .prefix(prefix)
                        // A key, as opposed to the server's token, is good at any later time.
                        .startAfter(after.orElse(null))
                        .maxKeys(Math.min(PAGE, most))
                        .build()));
        List<BucketObject> objects =
                response.contents().stream().map(Bucket::object).toList();
        boolean more = Boolean.TRUE.equals(response.isTruncated()) && !objects.isEmpty();
        return new Page(
                objects, more ? Optional.of(objects.get(objects.size() - 1).key()) : Optional.empty());
    }

    /** All objects whose keys begin with the prefix, in the order of the keys. */
    public List<BucketObject> list(String prefix) {
        List<BucketObject> all = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            Page page = page(prefix, next, PAGE);
            all.addAll(page.objects());
            next = page.next();
        } while (next.isPresent());
        return all;
    }

    private static BucketObject object(S3Object object) {
        return new BucketObject(object.key(), unquoted(object.eTag()), object.size());
    }

    /** What is there under the key; empty if nothing is. */
    public Optional<BucketObject> find(String key) {
        HeadObjectResponse response = askFor(
                "look at",
                "s3:GetObject",
                key,
                client -> client.headObject(request -> request.bucket(name).key(key)));
        return Optional.ofNullable(response)
                .map(found -> new BucketObject(key, unquoted(found.eTag()), found.contentLength()));
    }

    /**
     * A whole object in memory; empty if there is none.
     *
     * @throws InfrastructureException if it cannot be read
     */
    public Optional<byte[]> get(String key) {
        return Optional.ofNullable(askFor(
                        "read",
                        "s3:GetObject",
                        key,
                        client -> client.getObjectAsBytes(
                                request -> request.bucket(name).key(key))))
                .map(bytes -> bytes.asByteArrayUnsafe());
    }

    /** Puts an object. When this returns, it is there as a whole. */
    public void put(String key, byte[] bytes) {
        ask(
                "write",
                "s3:PutObject",
                key,
                client -> client.putObject(request -> request.bucket(name).key(key), RequestBody.fromBytes(bytes)));
    }

    /** Puts an object that a file holds. When this returns, it is there as a whole. */
    public void put(String key, Path file) {
        ask(
                "write",
                "s3:PutObject",
                key,
                client -> client.putObject(request -> request.bucket(name).key(key), RequestBody.fromFile(file)));
    }

    /** Puts an object unless one of this content is there. Whether it was put. */
    boolean putIfOther(String key, byte[] bytes) {
        Optional<BucketObject> there = find(key);
        if (there.isPresent()
                && there.get().bytes() == bytes.length
                && there.get().version().equals(md5(bytes))) {
            return false;
        }
        put(key, bytes);
        return true;
    }

    /** Removes objects; nothing happens for those that are not there. */
    public void delete(Collection<String> keys) {
        List<ObjectIdentifier> all = keys.stream()
                .map(key -> ObjectIdentifier.builder().key(key).build())
                .toList();
        for (int from = 0; from < all.size(); from += PAGE) {
            List<ObjectIdentifier> some = all.subList(from, Math.min(all.size(), from + PAGE));
            String first = some.get(0).key();
            var response = ask(
                    "delete",
                    "s3:DeleteObject",
                    first,
                    client -> client.deleteObjects(request -> request.bucket(name)
                            .delete(list -> list.objects(some).quiet(true))));
            if (!response.errors().isEmpty()) {
                var error = response.errors().get(0);
                throw new InfrastructureException(
                        "S3: cannot delete '" + error.key() + "' in bucket '" + name + "' and "
                                + (response.errors().size() - 1) + " more: " + error.code() + " " + error.message(),
                        null);
            }
        }
    }

    /**
     * Downloads an object into a file, from its start. A connection that breaks is taken up where it broke, as long as that
     * brings anything.
     *
     * @param progress is run now and then while bytes come; what it throws ends the download
     * @throws ObjectGoneException if the object is not there in this version any more
     * @throws InfrastructureException if it cannot be read, or does not come as a whole
     */
    public void fetch(BucketObject object, Path file, Runnable progress) throws ObjectGoneException {
        int fruitless = 0;
        long have = 0;
        while (true) {
            long before = have;
            @Nullable IOException broken = null;
            try (OutputStream out =
                    have == 0 ? Files.newOutputStream(file) : Files.newOutputStream(file, StandardOpenOption.APPEND)) {
                have += copy(object, have, out, progress);
            } catch (BrokenException e) {
                broken = e.broken();
                have = size(file);
            } catch (IOException e) {
                throw new InfrastructureException("scratch: cannot write '" + file + "': " + e.getMessage(), e);
            }
            if (have == object.bytes()) {
                return;
            }
            if (have > object.bytes()) {
                throw new ObjectGoneException("S3: object '" + object.key() + "' in bucket '" + name + "' has " + have
                        + " bytes, " + object.bytes() + " were announced");
            }
            fruitless = have > before ? 0 : fruitless + 1;
            if (fruitless == FRUITLESS) {
                throw new InfrastructureException(
                        "S3: object '" + object.key() + "' in bucket '" + name + "' comes no further than byte " + have
                                + " of " + object.bytes() + ": "
                                + (broken == null ? "the server ends the answer" : broken.getMessage()),
                        broken);
            }
            LOG.info(
                    "bucket={} key={} download broke at byte {} of {}, goes on: error={}",
                    name,
                    object.key(),
                    have,
                    object.bytes(),
                    broken == null ? "the server ended the answer" : broken.getMessage());
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new InfrastructureException("scratch: cannot read '" + file + "': " + e.getMessage(), e);
        }
    }

    private long copy(BucketObject object, long from, OutputStream out, Runnable progress)
            throws IOException, ObjectGoneException {
        GetObjectRequest.Builder request =
                GetObjectRequest.builder().bucket(name).key(object.key()).ifMatch("\"" + object.version() + "\"");
        if (from > 0) {
            request.range("bytes=" + from + "-");
        }
        ResponseInputStream<GetObjectResponse> response;
        try {
            response = storage.client().getObject(request.build());
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND && !isNoBucket(e)) {
                throw new ObjectGoneException(
                        "S3: object '" + object.key() + "' in bucket '" + name + "' is not there any more");
            }
            if (e.statusCode() == PRECONDITION_FAILED) {
                throw new ObjectGoneException(
                        "S3: object '" + object.key() + "' in bucket '" + name + "' has another content now");
            }
            throw failure("read", "s3:GetObject", object.key(), e);
        } catch (SdkException e) {
            throw failure("read", "s3:GetObject", object.key(), e);
        }
        // An abandoned answer is cut off: closing it would read the rest of the object first.
        boolean whole = false;
        try {
            if (from > 0 && response.response().contentRange() == null) {
                throw new InfrastructureException(
                        "S3: the server of bucket '" + name + "' ignores ranges, so a broken download cannot go on",
                        null);
            }
            byte[] buffer = new byte[1 << 16];
            long copied = 0;
            while (true) {
                int read;
                try {
                    read = response.read(buffer);
                } catch (IOException | SdkException e) {
                    throw new BrokenException(e instanceof IOException io ? io : new IOException(e.getMessage(), e));
                }
                if (read < 0) {
                    whole = true;
                    return copied;
                }
                out.write(buffer, 0, read);
                copied += read;
                progress.run();
            }
        } finally {
            if (whole) {
                response.close();
            } else {
                response.abort();
            }
        }
    }

    /** The connection broke, as opposed to the disk that is written to. */
    private static final class BrokenException extends IOException {
        private static final long serialVersionUID = 1;

        private final IOException broken;

        BrokenException(IOException broken) {
            super(broken);
            this.broken = broken;
        }

        IOException broken() {
            return broken;
        }
    }

    private <R> R ask(String verb, String action, String key, Function<S3Client, R> request) {
        try {
            return request.apply(storage.client());
        } catch (SdkException e) {
            throw failure(verb, action, key, e);
        }
    }

    /** As {@link #ask}; null if there is no such object. */
    private <R> @Nullable R askFor(String verb, String action, String key, Function<S3Client, R> request) {
        try {
            return request.apply(storage.client());
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND && !isNoBucket(e)) {
                return null;
            }
            throw failure(verb, action, key, e);
        } catch (SdkException e) {
            throw failure(verb, action, key, e);
        }
    }

    private static boolean isNoBucket(S3Exception e) {
        return e.awsErrorDetails() != null
                && "NoSuchBucket".equals(e.awsErrorDetails().errorCode());
    }

    private InfrastructureException failure(String verb, String action, String key, SdkException e) {
        String cannot = "S3: cannot " + verb + " '" + key + "' in bucket '" + name + "' (" + action + "): ";
        if (!(e instanceof S3Exception answer)) {
            return new InfrastructureException(
                    cannot + "check sluice.s3.endpoint, sluice.s3.region and the credentials: " + e.getMessage(), e);
        }
        return switch (answer.statusCode()) {
            case FORBIDDEN, UNAUTHORIZED ->
                new AccessException(
                        cannot + "access is denied: check that the credentials are allowed " + action
                                + " on the bucket, and that they are the ones meant (environment, profile, role): "
                                + e.getMessage(),
                        e);
            case NOT_FOUND ->
                new AccessException(
                        cannot + "the bucket is not there: check its name, sluice.s3.endpoint, sluice.s3.region and"
                                + " sluice.s3.path-style: " + e.getMessage(),
                        e);
            case 301, 307 ->
                new AccessException(
                        cannot + "the bucket is in another region: check sluice.s3.region: " + e.getMessage(), e);
            default ->
                new InfrastructureException(
                        cannot + "the server answers " + answer.statusCode() + ": " + e.getMessage(), e);
        };
    }

    static String unquoted(@Nullable String tag) {
        return tag == null ? "" : tag.replace("\"", "");
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
