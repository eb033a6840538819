package io.sluice.store;

import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The client of Camel's {@code aws2-s3} consumer: it lists a bucket, and that is all it can do. Whatever else is asked of it, to
 * delete most of all, is refused.
 *
 * <p>Left to itself, the consumer asks for each listed object anew at every poll, opens all objects of a page before it works on
 * the first, and goes on to the next page by a marker that Amazon only gives for lists with a delimiter, so that keys after the
 * first page would never be seen. Here a page is one request, its objects are told of with length and version and without
 * content, and the marker is always there. For the one thread of a consumer.
 */
public final class ListingClient implements S3Client {
    private final ObjectStorage storage;
    private Map<String, BucketObject> page = Map.of();

    public ListingClient(ObjectStorage storage) {
        this.storage = storage;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {
        // the storage is another's
    }

    /** Asked by Camel at start-up, also where no bucket is configured. That a bucket cannot be read is told when it is listed. */
    @Override
    public HeadBucketResponse headBucket(HeadBucketRequest request) {
        return HeadBucketResponse.builder().build();
    }

    @Override
    public ListObjectsResponse listObjects(ListObjectsRequest request) {
        Bucket.Page listed = storage.bucket(request.bucket())
                .page(
                        request.prefix() == null ? "" : request.prefix(),
                        Optional.ofNullable(request.marker()),
                        request.maxKeys() == null ? Integer.MAX_VALUE : request.maxKeys());
        Map<String, BucketObject> objects = new HashMap<>();
        listed.objects().forEach(object -> objects.put(object.key(), object));
        page = objects;
        List<S3Object> contents = listed.objects().stream()
                .map(object -> S3Object.builder()
                        .key(object.key())
                        .eTag(object.version())
                        .size(object.bytes())
                        .build())
                .toList();
        return ListObjectsResponse.builder()
                .contents(contents)
                .isTruncated(listed.next().isPresent())
                .nextMarker(listed.next().orElse(null))
                .build();
    }

    /** What the list says of the object, without content. */
    @Override
    public <R> R getObject(GetObjectRequest request, ResponseTransformer<GetObjectResponse, R> transformer) {
        BucketObject object = page.get(request.key());
        if (object == null) {
            throw new IllegalStateException("object '" + request.key() + "' was not listed");
        }
        GetObjectResponse response = GetObjectResponse.builder()
                .eTag(object.version())
                .contentLength(object.bytes())
                .contentType("application/octet-stream")
                .build();
        try {
            return transformer.transform(response, AbortableInputStream.create(InputStream.nullInputStream()));
        } catch (Exception e) {
            throw new IllegalStateException("no answer can be made of what the list says", e);
        }
    }
}
