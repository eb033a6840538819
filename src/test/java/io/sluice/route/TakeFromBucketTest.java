package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.ObjectStatus;
import io.sluice.catalogue.SeenObject;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.VideoId;
import io.sluice.model.ModelFolder;
import io.sluice.model.Models;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.Device;
import io.sluice.onnx.OnnxRuntime;
import io.sluice.s3.S3Server;
import io.sluice.store.Bucket;
import io.sluice.store.BucketObject;
import io.sluice.store.ObjectStorage;
import io.sluice.store.Place;
import io.sluice.store.Scratch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** Taking videos from a bucket of a real server: once each, whoever takes them and whatever happens meanwhile. */
class TakeFromBucketTest {
    private static final Duration LEASE = Duration.ofSeconds(60);

    @TempDir
    static Path serverFolder;

    private static S3Server server;
    private static S3Client client;

    @TempDir
    Path folder;

    private final String name = "b-" + UUID.randomUUID();
    private final List<String> published = Collections.synchronizedList(new ArrayList<>());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final BucketIngest ingest = new BucketIngest(name, "in/", LEASE, false, "sluice.objects.failed");
    private ObjectStorage storage;
    private Bucket bucket;
    private Catalogue catalogue;
    private DefaultCamelContext context;
    private Models models;

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
    void open() throws Exception {
        S3Server.provideCredentials();
        client.createBucket(request -> request.bucket(name));
        storage = S3Server.storage(server.endpoint());
        bucket = storage.bucket(name);
        catalogue = Catalogue.embedded(folder.resolve("catalogue.db"));
        models = new Models(new ModelFolder(folder.resolve("models"), Kinds.ALL), new OnnxRuntime(Device.CPU));
        context = new DefaultCamelContext();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:publish").process(exchange -> {
                    for (Object record : exchange.getMessage().getBody(List.class)) {
                        published.add(((Exchange) record).getMessage().getBody(String.class));
                    }
                });
            }
        });
        context.start();
    }

    @AfterEach
    void close() {
        context.stop();
        models.close();
        catalogue.close();
        storage.close();
    }

    private Scratch scratch(String place, long limit) {
        return new Scratch(folder.resolve(place), limit);
    }

    private Originals originals(Scratch scratch) {
        return new Originals(catalogue, storage, scratch, Duration.ofMillis(200));
    }

    private TakeFromBucket taker(Scratch scratch, BucketIngest how) {
        return new TakeFromBucket(
                catalogue,
                new Arrivals(catalogue, new Publisher(context, context.createProducerTemplate())),
                originals(scratch),
                models,
                how,
                bucket,
                Place.of(folder.resolve("datasets")),
                meters,
                "test");
    }

    private void list(Scratch scratch) {
        NotedObjects noted = new NotedObjects(catalogue, ingest, scratch, meters);
        bucket.list("in/").forEach(noted::note);
    }

    private void put(String key, String content) {
        bucket.put(key, content.getBytes(StandardCharsets.UTF_8));
    }

    private SeenObject object(String key) {
        return Objects.requireNonNull(objects().get(key), key);
    }

    private Map<String, SeenObject> objects() {
        return catalogue.read(rows -> rows.objects().of(name)).stream()
                .collect(Collectors.toMap(SeenObject::key, object -> object));
    }

    private List<DatasetVideo> videos(String dataset) {
        return catalogue.read(rows -> rows.videos().of(dataset));
    }

    private static void takeAll(TakeFromBucket taker) {
        boolean more = true;
        while (more) {
            more = taker.takeOne();
        }
    }

    @Test
    void the_first_folder_is_the_dataset_and_its_recipe_counts() throws Exception {
        Scratch scratch = scratch("scratch", 1000);
        put("in/rex/deep/a b é.mp4", "one");
        put("in/rex/recipe.yaml", "caption: { trigger: rexdog }\n");
        put("in/other.mp4", "two");
        put("elsewhere/rex.mp4", "three");
        list(scratch);

        takeAll(taker(scratch, ingest));

        DatasetVideo video = videos("rex").get(0);
        assertThat(video.source()).isEqualTo("a b é.mp4");
        assertThat(video.location()).hasContent("one");
        assertThat(video.location().getParent()).isEqualTo(folder.resolve("scratch"));
        assertThat(catalogue
                        .read(rows -> rows.datasets().recipeOf("rex"))
                        .orElseThrow()
                        .canonical())
                .contains("rexdog");
        assertThat(videos("dataset")).hasSize(1);
        assertThat(published)
                .hasSize(2)
                .anyMatch(text -> text.contains(video.video().sha256()));
        assertThat(object("in/rex/deep/a b é.mp4").video()).contains(video.video());
        assertThat(objects()).doesNotContainKey("elsewhere/rex.mp4");
        assertThat(bucket.list("")).as("nothing is deleted").hasSize(4);
    }

    @Test
    void foreign_empty_and_too_large_objects_are_passed_over_and_told_of_once() {
        Scratch scratch = scratch("scratch", 10);
        put("in/notes.pdf", "a");
        put("in/empty.mp4", "");
        put("in/large.mp4", "more than ten bytes");
        NotedObjects noted = new NotedObjects(catalogue, ingest, scratch, meters);

        List<Boolean> first = bucket.list("in/").stream().map(noted::note).toList();
        List<Boolean> second = bucket.list("in/").stream().map(noted::note).toList();
        takeAll(taker(scratch, ingest));

        assertThat(first).containsOnly(true).hasSize(3);
        assertThat(second).containsOnly(false);
        assertThat(objects().values()).allMatch(object -> object.status() == ObjectStatus.PASSED_OVER);
        assertThat(object("in/notes.pdf").note().orElseThrow()).contains("extensions looked for");
        assertThat(object("in/empty.mp4").note()).contains("it is empty");
        assertThat(object("in/large.mp4").note().orElseThrow()).contains("sluice.ingest.scratch-size");
        assertThat(meters.counter("sluice.ingest.objects", "outcome", "passed-over")
                        .count())
                .isEqualTo(3);
    }

    @Test
    void two_instances_take_each_object_once() throws Exception {
        int number = 40;
        for (int i = 0; i < number; i++) {
            put("in/rex/" + i + ".mp4", "video " + i);
        }
        List<Scratch> scratches = List.of(scratch("first", 10_000), scratch("second", 10_000));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Future<?>> running = new ArrayList<>();
        for (Scratch scratch : scratches) {
            running.add(threads.submit(() -> {
                list(scratch);
                takeAll(taker(scratch, ingest));
            }));
        }
        for (Future<?> one : running) {
            one.get();
        }
        threads.shutdown();

        assertThat(published).hasSize(number).doesNotHaveDuplicates();
        assertThat(videos("rex")).hasSize(number);
        assertThat(objects().values()).hasSize(number).allMatch(object -> object.status() == ObjectStatus.TAKEN);
        try (Stream<Path> all =
                Stream.concat(Files.list(folder.resolve("first")), Files.list(folder.resolve("second")))) {
            assertThat(all).as("downloads").hasSize(number);
        }
    }

    @Test
    void what_a_killed_claimant_held_is_taken_when_its_lease_has_run_out_and_not_before() {
        Scratch scratch = scratch("scratch", 1000);
        put("in/rex.mp4", "one");
        list(scratch);
        long now = System.currentTimeMillis();
        SeenObject claimed = catalogue
                .write(rows -> rows.objects().claim(name, "killed", now, 3_000))
                .orElseThrow();
        TakeFromBucket taker = taker(scratch, ingest);

        assertThat(taker.takeOne()).isFalse();
        assertThat(published).isEmpty();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(taker::takeOne);

        assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(now + 3_000);
        assertThat(published).hasSize(1);
        boolean late =
                catalogue.write(rows -> rows.objects().settle(claimed, "killed", ObjectStatus.GONE, "too late", null));
        assertThat(late).as("whoever was taken for dead does not undo it").isFalse();
        assertThat(object("in/rex.mp4").status()).isEqualTo(ObjectStatus.TAKEN);
    }

    @Test
    void nothing_is_taken_while_scratch_space_is_full_of_videos_that_are_to_be_read() {
        Scratch scratch = scratch("scratch", 10);
        put("in/1.mp4", "6bytes");
        list(scratch);
        TakeFromBucket taker = taker(scratch, ingest);
        takeAll(taker);
        put("in/2.mp4", "6other");
        list(scratch);

        takeAll(taker);

        assertThat(object("in/2.mp4").status()).isEqualTo(ObjectStatus.SEEN);
        assertThat(object("in/2.mp4").note()).contains("waits for room in scratch space");

        VideoId first = object("in/1.mp4").video().orElseThrow();
        catalogue.update(rows -> rows.videos().move("dataset", first, VideoStatus.MEASURED, null, VideoStatus.ARRIVED));
        takeAll(taker);

        assertThat(object("in/2.mp4").status()).isEqualTo(ObjectStatus.TAKEN);
        assertThat(scratch.used()).isEqualTo(6);
    }

    @Test
    void a_video_that_another_process_has_taken_or_that_was_removed_is_brought_again() throws Exception {
        Scratch scratch = scratch("scratch", 1000);
        put("in/rex.mp4", "one");
        list(scratch);
        takeAll(taker(scratch, ingest));
        DatasetVideo video = videos("dataset").get(0);
        Files.delete(video.location());

        try (Originals.Original original = originals(scratch("elsewhere", 1000)).open(video)) {
            assertThat(original.path()).hasContent("one").hasParent(folder.resolve("elsewhere"));
        }
        try (Originals.Original original = originals(scratch).open(video)) {
            assertThat(original.path()).hasContent("one").isEqualTo(video.location());
        }
        Files.delete(video.location());
        bucket.delete(List.of("in/rex.mp4"));
        try (Originals.Original original = originals(scratch("third", 1000)).open(video)) {
            assertThat(original.path()).isEqualTo(video.location());
        }
        assertThat(object("in/rex.mp4").status()).isEqualTo(ObjectStatus.GONE);
    }

    @Test
    void a_wrong_recipe_refuses_its_folder_until_there_is_another() {
        Scratch scratch = scratch("scratch", 1000);
        put("in/rex/recipe.yaml", "blur: { treshold: 1 }\n");
        put("in/rex/rex.mp4", "one");
        list(scratch);
        TakeFromBucket taker = taker(scratch, ingest);
        takeAll(taker);

        assertThat(object("in/rex/rex.mp4").status()).isEqualTo(ObjectStatus.REFUSED);
        assertThat(object("in/rex/rex.mp4").note().orElseThrow()).contains("in/rex/recipe.yaml", "blur.treshold");
        assertThat(published).isEmpty();

        put("in/rex/recipe.yaml", "caption: { trigger: rexdog }\n");
        list(scratch);
        takeAll(taker);

        assertThat(published).hasSize(1);
    }

    @Test
    void a_completed_videos_object_is_deleted_only_where_that_is_configured_and_only_that_content() {
        Scratch scratch = scratch("scratch", 1000);
        put("in/1.mp4", "one");
        put("in/2.mp4", "two");
        list(scratch);
        BucketIngest removing = new BucketIngest(name, "in/", LEASE, true, "sluice.objects.failed");
        takeAll(taker(scratch, removing));
        put("in/2.mp4", "another");
        for (SeenObject object : catalogue.read(rows -> rows.objects().of(name))) {
            catalogue.update(rows -> rows.videos()
                    .move("dataset", object.video().orElseThrow(), VideoStatus.COMPLETED, null, VideoStatus.ARRIVED));
        }

        taker(scratch, ingest).process(context.getEndpoint("direct:publish").createExchange());
        assertThat(bucket.list("")).hasSize(2);
        taker(scratch, removing).process(context.getEndpoint("direct:publish").createExchange());

        assertThat(bucket.list("")).extracting(BucketObject::key).containsExactly("in/2.mp4");
        assertThat(object("in/1.mp4").status()).isEqualTo(ObjectStatus.REMOVED);
    }

    @Test
    void no_key_leads_out_of_scratch_space_and_no_folder_out_of_the_datasets() {
        Scratch scratch = scratch("scratch", 1000);
        NotedObjects noted = new NotedObjects(catalogue, ingest, scratch, meters);
        for (String key : List.of("in/../../etc/rex.mp4", "in/..", "in/../rex.mp4", "in//rex.mp4", "in/a/../b.mp4")) {
            noted.note(new BucketObject(key, "tag", 3));
            SeenObject object = object(key);
            if (object.status() == ObjectStatus.SEEN) {
                Path place = scratch.place(BucketIngest.scratchName(object));
                assertThat(place.normalize()).hasParentRaw(folder.resolve("scratch"));
            }
        }

        // The server has none of them; what counts is that the attempt touches nothing.
        takeAll(taker(scratch, ingest));

        List<DatasetVideo> entered = catalogue.read(rows -> rows.videos().in(VideoStatus.values()));
        assertThat(entered).isEmpty();
        assertThat(published).isEmpty();
    }
}
