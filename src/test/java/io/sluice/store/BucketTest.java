package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.InfrastructureException;
import io.sluice.frame.VideoId;
import io.sluice.s3.S3Server;
import io.sluice.s3.UnreliableProxy;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Buckets of a real server: what is put is there, what breaks is taken up, what is refused is told. */
class BucketTest {
    private static final int MANY = 2_345;
    private static final int PART = 5 * 1024 * 1024;

    @TempDir
    static Path serverFolder;

    @SuppressWarnings("NullAway.Init") // started before all tests
    private static S3Server server;

    private static S3Client client;

    @TempDir
    Path folder;

    private final String name = "b-" + UUID.randomUUID();
    private final UnreliableProxy proxy = new UnreliableProxy(server.port());
    private final ObjectStorage storage = S3Server.storage(server.endpoint());
    private final ObjectStorage throughProxy = S3Server.storage(proxy.endpoint());
    private Bucket bucket;

    @BeforeAll
    static void startServer() {
        server = S3Server.start(serverFolder);
        client = server.client();
    }

    @AfterAll
    static void stopServer() {
        client.close();
        server.close();
    }

    @BeforeEach
    void makeBucket() {
        S3Server.provideCredentials();
        client.createBucket(request -> request.bucket(name));
        bucket = storage.bucket(name);
    }

    @AfterEach
    void close() {
        storage.close();
        throughProxy.close();
        proxy.close();
        S3Server.provideCredentials();
    }

    @Test
    void thousands_of_keys_are_listed_once_each_also_by_camels_consumer() {
        List<String> keys = IntStream.range(0, MANY)
                .mapToObj(i -> String.format("in/%05d.mp4", i))
                .toList();
        keys.parallelStream().forEach(key -> bucket.put(key, new byte[0]));
        bucket.put("inside/other.mp4", new byte[1]);

        assertThat(bucket.list("in/")).extracting(BucketObject::key).isEqualTo(keys);

        List<String> listed = new ArrayList<>();
        ListingClient listing = new ListingClient(storage);
        String marker = null;
        do {
            ListObjectsResponse page = listing.listObjects(ListObjectsRequest.builder()
                    .bucket(name)
                    .prefix("in/")
                    .marker(marker)
                    .maxKeys(1000)
                    .build());
            page.contents().stream().map(S3Object::key).forEach(listed::add);
            marker = page.nextMarker();
        } while (marker != null);
        assertThat(listed).isEqualTo(keys);

        bucket.delete(keys);
        assertThat(bucket.list("")).extracting(BucketObject::key).containsExactly("inside/other.mp4");
    }

    @Test
    void the_listing_client_tells_of_an_object_without_its_content_and_deletes_nothing() throws Exception {
        bucket.put("rex.mp4", "abc".getBytes(StandardCharsets.US_ASCII));
        ListingClient listing = new ListingClient(storage);
        listing.listObjects(ListObjectsRequest.builder().bucket(name).build());

        var answer = listing.getObject(
                GetObjectRequest.builder().bucket(name).key("rex.mp4").build(),
                ResponseTransformer.<GetObjectResponse>toInputStream());

        assertThat(answer.response().contentLength()).isEqualTo(3);
        // MD5 of "abc", RFC 1321's example
        assertThat(answer.response().eTag()).isEqualTo("900150983cd24fb0d6963f7d28e17f72");
        assertThat(answer.readAllBytes()).isEmpty();
        assertThatThrownBy(() ->
                        listing.deleteObject(request -> request.bucket(name).key("rex.mp4")))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(bucket.find("rex.mp4")).isPresent();
    }

    @Test
    void keys_may_have_blanks_signs_and_letters_of_any_script() {
        List<String> keys = List.of("in/a b+c&d=%20.mp4", "in/été 犬.mp4", "in/#?;\"'.mp4");
        for (String key : keys) {
            bucket.put(key, key.getBytes(StandardCharsets.UTF_8));
        }

        assertThat(bucket.list("in/")).extracting(BucketObject::key).containsExactlyInAnyOrderElementsOf(keys);
        for (String key : keys) {
            assertThat(bucket.get(key).map(bytes -> new String(bytes, StandardCharsets.UTF_8)))
                    .contains(key);
            assertThat(bucket.find(key)).isPresent();
        }
        bucket.delete(keys);
        assertThat(bucket.list("")).isEmpty();
    }

    @Test
    void an_object_of_several_parts_is_fetched_as_a_whole() throws Exception {
        byte[] content = random(2 * PART + 12_345);
        String id = client.createMultipartUpload(request -> request.bucket(name).key("large.mp4"))
                .uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        for (int i = 0; i * PART < content.length; i++) {
            int number = i + 1;
            byte[] part = Arrays.copyOfRange(content, i * PART, Math.min(content.length, number * PART));
            String tag = client.uploadPart(
                            request -> request.bucket(name)
                                    .key("large.mp4")
                                    .uploadId(id)
                                    .partNumber(number),
                            RequestBody.fromBytes(part))
                    .eTag();
            parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
        }
        client.completeMultipartUpload(request ->
                request.bucket(name).key("large.mp4").uploadId(id).multipartUpload(upload -> upload.parts(parts)));

        BucketObject object = bucket.list("").get(0);
        Path file = folder.resolve("large");
        bucket.fetch(object, file, () -> {});

        assertThat(object.bytes()).isEqualTo(content.length);
        assertThat(file).hasBinaryContent(content);
    }

    @Test
    void a_download_that_breaks_goes_on_where_it_broke() throws Exception {
        byte[] content = random(3_000_000);
        bucket.put("rex.mp4", content);
        BucketObject object = bucket.find("rex.mp4").orElseThrow();
        Path file = folder.resolve("rex");

        proxy.breakConnections(3, 700_000);
        throughProxy.bucket(name).fetch(object, file, () -> {});

        assertThat(file).hasBinaryContent(content);
        assertThat(proxy.connections()).as("three that broke, and the last").isEqualTo(4);
    }

    @Test
    void a_download_that_brings_nothing_more_ends_with_the_place_it_came_to() {
        bucket.put("rex.mp4", random(300_000));
        BucketObject object = bucket.find("rex.mp4").orElseThrow();

        proxy.breakConnections(1000, 0);

        assertThatThrownBy(() -> throughProxy.bucket(name).fetch(object, folder.resolve("rex"), () -> {}))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("rex.mp4");
    }

    @Test
    void an_object_that_was_replaced_or_deleted_is_gone() {
        bucket.put("rex.mp4", new byte[] {1});
        BucketObject first = bucket.find("rex.mp4").orElseThrow();
        bucket.put("rex.mp4", new byte[] {2});

        assertThatThrownBy(() -> bucket.fetch(first, folder.resolve("rex"), () -> {}))
                .isInstanceOf(ObjectGoneException.class)
                .hasMessageContaining("another content");
        bucket.delete(List.of("rex.mp4"));
        assertThatThrownBy(() -> bucket.fetch(first, folder.resolve("rex"), () -> {}))
                .isInstanceOf(ObjectGoneException.class)
                .hasMessageContaining("not there");
    }

    @Test
    void a_busy_server_is_asked_again() {
        bucket.put("rex.mp4", new byte[] {1, 2, 3});

        proxy.refuse(1, 503);
        assertThat(throughProxy.bucket(name).get("rex.mp4")).contains(new byte[] {1, 2, 3});
        try (ObjectStorage another = S3Server.storage(proxy.endpoint())) {
            proxy.refuse(2, 500);
            another.bucket(name).put("other.mp4", new byte[] {4});
        }
        assertThat(bucket.get("other.mp4")).contains(new byte[] {4});

        try (ObjectStorage another = S3Server.storage(proxy.endpoint())) {
            proxy.refuse(1000, 503);
            assertThatThrownBy(() -> another.bucket(name).list(""))
                    .isInstanceOf(InfrastructureException.class)
                    .hasMessageContaining("'" + name + "'")
                    .hasMessageContaining("503");
        }
    }

    @Test
    void denied_access_names_bucket_action_and_what_to_check() {
        S3Server.provideCredentials(S3Server.ACCESS_KEY, "not-the-secret");
        try (ObjectStorage wrong = S3Server.storage(server.endpoint())) {
            assertThatThrownBy(() -> wrong.bucket(name).list("in/"))
                    .isInstanceOf(InfrastructureException.class)
                    .hasMessageContaining("cannot list 'in/' in bucket '" + name + "'")
                    .hasMessageContaining("s3:ListBucket")
                    .hasMessageContaining("check that the credentials");
            assertThatThrownBy(() -> wrong.bucket(name).put("k", new byte[1]))
                    .isInstanceOf(InfrastructureException.class)
                    .hasMessageContaining("s3:PutObject");
        }
    }

    @Test
    void a_bucket_that_is_not_there_is_told_from_an_object_that_is_not_there() {
        assertThat(bucket.get("nothing")).isEmpty();
        assertThat(bucket.find("nothing")).isEmpty();
        assertThatThrownBy(() -> storage.bucket("no-" + name).get("nothing"))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContaining("the bucket is not there")
                .hasMessageContaining("sluice.s3.endpoint");
    }

    @Test
    void the_frame_store_holds_pictures_and_embeddings_under_the_same_references_as_a_folder() {
        FrameStore store = new BucketFrameStore(bucket, "frames/");
        FrameId frame = FrameId.of(new VideoId("0123456789abcdef".repeat(4)), 0, 512, 0);
        byte[] bytes = "abc".getBytes(StandardCharsets.US_ASCII);
        Fingerprint clip = Fingerprint.of("clip");

        ImageRef ref = store.put(frame, "raw", bytes, ImageRef.JPEG, 64, 48);

        assertThat(ref)
                .isEqualTo(new FolderFrameStore(folder).put(frame, "raw", bytes, ImageRef.JPEG, 64, 48))
                .isEqualTo(store.put(frame, "raw", bytes, ImageRef.JPEG, 64, 48));
        assertThat(store.get(ref)).isEqualTo(bytes);
        assertThat(store.embedding(ref, clip)).isEmpty();
        store.putEmbedding(ref, clip, Embedding.of(1, 2, 3));
        store.putEmbedding(ref, Fingerprint.of("second"), Embedding.of(4));
        assertThat(store.embedding(ref, clip)).contains(Embedding.of(1, 2, 3));

        ImageRef other = new ImageRef(ref.key(), 64, 48, ImageRef.JPEG, 4, ref.sha256());
        assertThatThrownBy(() -> store.get(other))
                .isInstanceOf(MissingImageException.class)
                .hasMessageContaining("3 bytes are stored, 4 were put");

        store.delete(ref);
        store.delete(ref);

        assertThat(bucket.list("")).isEmpty();
        assertThatThrownBy(() -> store.get(ref)).isInstanceOf(MissingImageException.class);
    }

    private static List<String> texts(FileTree tree) throws IOException {
        return tree.lines(".captions").stream().map(FileTree.Line::text).toList();
    }

    @Test
    void a_journals_lines_come_back_in_order_from_several_writers() throws Exception {
        FileTree first = FileTree.of(Place.of("s3://" + name + "/out"), storage);
        FileTree second = FileTree.of(Place.of("s3://" + name + "/out/"), storage);
        first.append(".captions", "a b/c é");
        first.append(".captions", "d");
        second.append(".captions", "e");
        try (FileTree.Draft draft = first.draft("frames.jsonl")) {
            draft.out().write(1);
        }

        assertThat(texts(second)).contains("a b/c é", "d", "e").hasSize(3);
        assertThat(texts(second).indexOf("a b/c é")).isLessThan(texts(second).indexOf("d"));
        assertThat(first.read("frames.jsonl")).as("never published").isEmpty();
        first.forget(".captions", first.lines(".captions"));
        assertThat(bucket.list("")).isEmpty();
    }

    @Test
    void places_are_folders_or_prefixes() {
        assertThat(Place.of("s3://b/p")).isEqualTo(new Place(Optional.of("b"), "p/"));
        assertThat(Place.of("s3://b/p/").resolve("rex")).hasToString("s3://b/p/rex/");
        assertThat(Place.of("s3://b")).hasToString("s3://b/");
        assertThat(Place.of(folder.toString()).resolve("rex"))
                .hasToString(folder.resolve("rex").toString());
        assertThatThrownBy(() -> Place.of("s3:///p"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("s3:///p");
    }

    @Test
    void scratch_space_holds_to_its_limit_and_keeps_what_is_in_use() throws Exception {
        Scratch scratch = new Scratch(folder.resolve("scratch"), 100);
        Scratch.Use first = write(scratch, "first.mp4", 40);
        write(scratch, "second.mp4", 40).close();

        assertThat(scratch.reserve("third.mp4", 70, name -> true))
                .as("the first is in use")
                .isEmpty();
        assertThat(scratch.reserve("third.mp4", 40, name -> !name.equals("second.mp4")))
                .as("the second is still wanted")
                .isEmpty();
        assertThat(scratch.use("second.mp4")).as("nothing went in vain").isPresent();
        first.close();
        write(scratch, "third.mp4", 60).close();
        assertThat(scratch.use("first.mp4")).isEmpty();
        assertThat(scratch.used()).isEqualTo(100);

        Files.write(folder.resolve("scratch/rest.mp4.partial"), new byte[10]);
        Scratch again = new Scratch(folder.resolve("scratch"), 100);
        assertThat(again.used()).isEqualTo(100);
        assertThat(again.use("third.mp4")).isPresent();
        assertThat(folder.resolve("scratch/rest.mp4.partial")).doesNotExist();
        assertThatThrownBy(() -> again.place("../rex.mp4")).isInstanceOf(IllegalArgumentException.class);
    }

    private static Scratch.Use write(Scratch scratch, String name, int bytes) throws Exception {
        try (Scratch.Reservation room =
                scratch.reserve(name, bytes, other -> true).orElseThrow()) {
            try (OutputStream out = Files.newOutputStream(room.file())) {
                out.write(new byte[bytes]);
            }
            return room.complete();
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
