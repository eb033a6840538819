package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that name objects of a bucket, which lies on a real server. */
class BucketLocationTest {
    private static final long LIMIT = 1000;

    @TempDir
    static Path serverFolder;

    @SuppressWarnings("NullAway.Init") // started before all tests
    private static S3Server server;

    @TempDir
    Path folder;

    private final String name = "b-" + UUID.randomUUID();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private ObjectStorage storage;
    private Bucket bucket;
    private Catalogue catalogue;
    private Models models;
    private Arrivals arrivals;
    private Scratch scratch;

    @BeforeAll
    static void startServer() {
        server = S3Server.start(serverFolder);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() throws Exception {
        S3Server.provideCredentials();
        try (var client = server.client()) {
            client.createBucket(request -> request.bucket(name));
        }
        storage = S3Server.storage(server.endpoint());
        bucket = storage.bucket(name);
        catalogue = Catalogue.embedded(folder.resolve("catalogue.db"));
        models = new Models(new ModelFolder(folder.resolve("models"), Kinds.ALL), new OnnxRuntime(Device.CPU));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:publish").stop();
            }
        });
        context.start();
        arrivals = new Arrivals(catalogue, new Publisher(context, context.createProducerTemplate()));
        scratch = new Scratch(folder.resolve("scratch"), LIMIT);
    }

    @AfterEach
    void close() {
        context.stop();
        models.close();
        catalogue.close();
        storage.close();
    }

    private Originals originals(Scratch in) {
        return new Originals(catalogue, storage, in, Duration.ofMillis(200));
    }

    private BucketLocation released(String... places) {
        return new BucketLocation(
                catalogue,
                storage,
                scratch,
                originals(scratch),
                List.of(places).stream().map(Place::of).toList());
    }

    private void take(String location, String dataset) throws RefusedException, MessageException {
        Publisher publisher = new Publisher(context, context.createProducerTemplate());
        VideoOutcomes outcomes = new VideoOutcomes(
                catalogue, publisher, new InboxFolders(Path.of("a"), Path.of("b"), Path.of("c"), Path.of("d")));
        new TakeRequest(
                        catalogue,
                        arrivals,
                        outcomes,
                        models,
                        List.of(released("s3://" + name + "/in/")),
                        Optional.empty(),
                        Place.of(folder.resolve("datasets")))
                .take(VideoRequest.parse(JsonNodeFactory.instance
                        .objectNode()
                        .put("location", location)
                        .put("dataset", dataset)));
    }

    private void put(String key, String content) {
        bucket.put(key, content.getBytes(StandardCharsets.UTF_8));
    }

    private DatasetVideo only(String dataset) {
        List<DatasetVideo> videos = catalogue.read(rows -> rows.videos().of(dataset));
        assertThat(videos).hasSize(1);
        return videos.get(0);
    }

    private SeenObject object(String key) {
        return catalogue.read(rows -> rows.objects().of(name)).stream()
                .filter(object -> object.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void keys_are_taken_as_they_are() throws Exception {
        BucketLocation all = released("s3://" + name);
        for (String key : List.of("rex.mp4", "in/a b é 100%.mp4", "in/a%20b.mp4", "犬?x=1#y.mp4", "in/../up.mp4")) {
            put(key, key);

            try (RequestedLocation.Requested requested = all.open("s3://" + name + "/" + key)) {
                assertThat(requested.file()).hasContent(key).hasParent(folder.resolve("scratch"));
            }
        }
    }

    @Test
    void what_is_not_released_is_refused_whether_it_is_there_or_not() {
        put("in/rex.mp4", "x");
        put("secret.mp4", "x");
        BucketLocation some = released("s3://" + name + "/in", "s3://other");
        for (String location : List.of(
                name + "/secret.mp4",
                name + "/absent.mp4",
                name + "/inn/rex.mp4",
                name + "/in/",
                name,
                "",
                "/in/rex.mp4")) {
            assertThatThrownBy(() -> some.open("s3://" + location))
                    .as(location)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageEndingWith("an object below s3://" + name + "/in/ or below s3://other/");
        }
        assertThatThrownBy(() -> released().open("s3://" + name + "/in/rex.mp4"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("sluice.requests.buckets is not set");
        assertThatThrownBy(() -> released("/videos"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sluice.requests.buckets: '/videos'");
    }

    @Test
    void what_cannot_be_had_is_refused_so_that_the_next_request_is_read() {
        put("in/large.mp4", "x".repeat((int) LIMIT + 1));
        BucketLocation location = released("s3://" + name, "s3://not-there");

        assertThatThrownBy(() -> location.open("s3://" + name + "/in/absent.mp4"))
                .isInstanceOf(RefusedException.class)
                .hasMessageEndingWith("an object that is there");
        assertThatThrownBy(() -> location.open("s3://" + name + "/in/large.mp4"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("at most 1000 bytes", "sluice.ingest.scratch-size");
        assertThatThrownBy(() -> location.open("s3://not-there/rex.mp4")).isInstanceOf(RefusedException.class);
        S3Server.provideCredentials(S3Server.ACCESS_KEY, "not-the-secret");
        try (ObjectStorage wrong = S3Server.storage(server.endpoint())) {
            BucketLocation denied = new BucketLocation(
                    catalogue, wrong, scratch, originals(scratch), List.of(Place.of("s3://" + name)));
            assertThatThrownBy(() -> denied.open("s3://" + name + "/in/large.mp4"))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("s3:GetObject", "check that the credentials");
        }
    }

    @Test
    void every_process_finds_the_video_again_in_its_bucket() throws Exception {
        put("in/rex.mp4", "one");
        String location = "s3://" + name + "/in/rex.mp4";

        take(location, "rex");
        take("S3" + location.substring(2), "other");
        take(location, "rex");

        DatasetVideo video = only("rex");
        assertThat(video.source()).isEqualTo(location);
        assertThat(only("other").video()).isEqualTo(video.video());
        assertThat(object("in/rex.mp4"))
                .extracting(SeenObject::status, SeenObject::video)
                .containsExactly(ObjectStatus.REQUESTED, Optional.of(video.video()));
        assertThat(catalogue.<List<SeenObject>>read(rows -> rows.objects().waiting()))
                .as("its file in scratch space is needed")
                .hasSize(1);
        Files.delete(video.location());
        Scratch elsewhere = new Scratch(folder.resolve("elsewhere"), LIMIT);
        for (String dataset : List.of("rex", "other")) {
            try (Originals.Original original = originals(elsewhere).open(only(dataset))) {
                assertThat(original.path()).hasContent("one").hasParent(folder.resolve("elsewhere"));
            }
        }

        bucket.delete(List.of("in/rex.mp4"));
        try (Originals.Original original =
                originals(new Scratch(folder.resolve("third"), LIMIT)).open(video)) {
            assertThat(original.path()).isEqualTo(video.location());
        }
        assertThat(object("in/rex.mp4").status()).isEqualTo(ObjectStatus.GONE);

        put("in/rex.mp4", "one");
        take(location, "rex");
        assertThat(object("in/rex.mp4").status()).isEqualTo(ObjectStatus.REQUESTED);
    }

    @Test
    void an_object_that_is_to_be_taken_is_still_taken_and_one_that_is_requested_never_deleted() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        BucketIngest removing = new BucketIngest(name, "in/", Duration.ofMinutes(1), true, "sluice.objects.failed");
        NotedObjects noted = new NotedObjects(catalogue, removing, scratch, meters);
        TakeFromBucket taker = new TakeFromBucket(
                catalogue,
                arrivals,
                originals(scratch),
                models,
                removing,
                bucket,
                Place.of(folder.resolve("datasets")),
                meters,
                "test");
        put("in/rex/1.mp4", "one");
        put("in/rex/2.mp4", "two");
        put("in/rex/3.mp4", "three");
        noted.note(bucket.find("in/rex/1.mp4").orElseThrow());
        take("s3://" + name + "/in/rex/1.mp4", "other");
        take("s3://" + name + "/in/rex/2.mp4", "other");
        take("s3://" + name + "/in/rex/3.mp4", "other");
        noted.note(bucket.find("in/rex/2.mp4").orElseThrow());
        while (taker.takeOne()) {}

        assertThat(catalogue.<List<DatasetVideo>>read(rows -> rows.videos().of("rex")))
                .extracting(DatasetVideo::source)
                .containsExactlyInAnyOrder("1.mp4", "2.mp4");
        complete("rex");
        taker.process(context.getEndpoint("direct:publish").createExchange());
        assertThat(bucket.list("in/"))
                .as("to be read for the other dataset still")
                .hasSize(3);
        complete("other");
        taker.process(context.getEndpoint("direct:publish").createExchange());
        assertThat(bucket.list("in/")).extracting(BucketObject::key).containsExactly("in/rex/3.mp4");
    }

    private void complete(String dataset) {
        for (DatasetVideo video : catalogue.read(rows -> rows.videos().of(dataset))) {
            VideoId id = video.video();
            catalogue.update(rows -> rows.videos().move(dataset, id, VideoStatus.COMPLETED, null, VideoStatus.ARRIVED));
        }
    }

    @Test
    void a_request_leaves_nothing_in_use() throws Exception {
        put("in/1.mp4", "x".repeat(600));
        put("in/2.mp4", "y".repeat(600));
        take("s3://" + name + "/in/1.mp4", "rex");
        take("s3://" + name + "/in/2.mp4", "rex");
        assertThat(scratch.used()).isEqualTo(600);
        try (var files = Files.list(folder.resolve("scratch"))) {
            assertThat(files).hasSize(1);
        }
    }
}
