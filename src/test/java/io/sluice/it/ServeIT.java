package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.video.PatternVideo;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** Continuous ingestion of an inbox. */
final class ServeIT {
    static final String KILLED_AT = "inbox-copied";

    /** What a person, or an orchestrator, waits for after SIGTERM. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    @TempDir
    private static Path videos;

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private int port;

    @BeforeAll
    static void makeVideos() throws IOException {
        PatternVideo.write(videos.resolve("rex.mp4"), 4, 11);
        PatternVideo.write(videos.resolve("other.mp4"), 4, 12);
        Files.writeString(videos.resolve("broken.mp4"), "this is no video, whatever its name says\n");
    }

    @BeforeEach
    void findPort() throws IOException {
        Files.createDirectory(folder.resolve("inbox"));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    private Sluice.Started serve() {
        return Sluice.in(folder)
                .start("serve", "--port=" + port)
                .until("it is ready", () -> status("/q/health/ready") == 200);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private int status(String path) throws InterruptedException {
        try {
            return get(path).statusCode();
        } catch (IOException notListening) {
            return 0;
        }
    }

    private Path at(String path) {
        return folder.resolve(path);
    }

    private void drop(String video, String place) throws IOException {
        Path target = at("inbox").resolve(place);
        Files.createDirectories(target.getParent());
        // As a file manager does within a file system: the file appears whole.
        Path beside = at("beside.mp4");
        Files.copy(videos.resolve(video), beside);
        Files.move(beside, target);
    }

    private JsonNode report(String dataset) {
        return Folder.json(at("datasets/" + dataset + "/report.json"));
    }

    @Test
    void videos_become_datasets_of_their_folders_and_go_to_done_or_failed() throws Exception {
        Files.createDirectories(at("inbox/rex"));
        Files.writeString(at("inbox/rex/recipe.yaml"), "caption: { trigger: rexdog }\nexport: { repeats: 3 }\n");
        Files.createDirectories(at("inbox/odd"));
        Files.writeString(at("inbox/odd/recipe.yaml"), "blur: { treshold: 1 }\n");
        try (Sluice.Started serve = serve()) {
            drop("broken.mp4", "broken.mp4");
            drop("rex.mp4", "rex/rex.mp4");
            drop("other.mp4", "odd/other.mp4");
            drop("other.mp4", "other.mp4");

            serve.until("a video of the inbox is done", () -> Files.exists(at("done/dataset/other.mp4")));
            serve.until("a video of a subfolder is done", () -> Files.exists(at("done/rex/rex.mp4")));
            serve.until(
                    "a video that is none has failed", () -> Files.exists(at("failed/dataset/broken.mp4.reason.txt")));
            serve.until(
                    "a video with a wrong recipe has failed",
                    () -> Files.exists(at("failed/odd/other.mp4.reason.txt")));
            serve.until(
                    "the report tells of all",
                    () -> Files.exists(at("datasets/dataset/report.json"))
                            && report("dataset").path("videos").size() == 2);

            assertThat(Folder.files(at("inbox"), ".mp4")).isEmpty();
            assertThat(at("failed/dataset/broken.mp4")).hasSameBinaryContentAs(videos.resolve("broken.mp4"));
            assertThat(at("done/rex/rex.mp4")).hasSameBinaryContentAs(videos.resolve("rex.mp4"));
            assertThat(Files.readString(at("failed/dataset/broken.mp4.reason.txt")))
                    .isNotBlank();
            assertThat(Files.readString(at("failed/odd/other.mp4.reason.txt")))
                    .contains("recipe.yaml", "blur.treshold");
            List<String> pictures = Folder.files(at("datasets/rex"), ".jpg");
            assertThat(pictures).isNotEmpty().allMatch(picture -> picture.startsWith("img/3_rexdog/"));
            assertThat(Folder.files(at("datasets/dataset"), ".jpg")).isNotEmpty();

            drop("rex.mp4", "rex/again.mp4");

            serve.until("the same video again is put aside", () -> Files.exists(at("done/rex/again.mp4")));
            assertThat(report("rex").path("videos")).hasSize(1);
            assertThat(Folder.files(at("datasets/rex"), ".jpg")).isEqualTo(pictures);

            String metrics = get("/q/metrics").body();
            for (String stage : List.of("extract", "blur", "detect", "aesthetic", "inpaint", "caption", "dataset")) {
                assertThat(metrics.lines())
                        .anyMatch(line -> line.startsWith("sluice_stage_frames_total{")
                                && line.contains("stage=\"" + stage + "\"")
                                && line.contains("verdict=\"kept\""));
            }
            assertThat(get("/q/health/live").statusCode()).isEqualTo(200);

            long start = System.nanoTime();
            serve.terminate();
            Awaitility.await("SIGTERM ends it").atMost(GRACE).until(() -> !serve.isAlive());
            System.out.printf("SIGTERM to end: %.1f s%n", (System.nanoTime() - start) / 1e9);
            assertThat(serve.await().exitCode()).isIn(0, 143);
        }
    }

    @Test
    void a_file_that_grows_is_left_alone_until_it_is_complete() throws Exception {
        byte[] video = Files.readAllBytes(videos.resolve("rex.mp4"));
        Path growing = at("inbox/rex.mp4");
        try (Sluice.Started serve = serve()) {
            int pieces = 10;
            int[] copied = {0};
            Awaitility.await("a copy of five seconds")
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(500))
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> {
                        assertThat(Folder.files(at("work/videos")))
                                .as("taken before it is complete")
                                .isEmpty();
                        int from = video.length * copied[0] / pieces;
                        int to = video.length * ++copied[0] / pieces;
                        try (OutputStream out =
                                Files.newOutputStream(growing, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                            out.write(Arrays.copyOfRange(video, from, to));
                        }
                        return copied[0] == pieces;
                    });

            serve.until("the whole file is done", () -> Files.exists(at("done/dataset/rex.mp4")));
            assertThat(at("done/dataset/rex.mp4")).hasBinaryContent(video);
            assertThat(at("failed")).doesNotExist();
        }
    }

    @Test
    void a_video_that_was_taken_and_not_entered_before_a_kill_is_taken_up() throws Exception {
        try (Sluice.Started serve = serve()) {
            serve.kill();
        }
        // What a kill between the move and the catalogue leaves.
        Files.createDirectories(at("work/videos/rex"));
        Files.copy(videos.resolve("rex.mp4"), at("work/videos/rex/rex.mp4"));

        try (Sluice.Started serve = serve()) {
            serve.until("it is done", () -> Files.exists(at("done/rex/rex.mp4")));
        }
        assertThat(Folder.files(at("datasets/rex"), ".jpg")).isNotEmpty();
    }

    /** In memory where the system has such a place: another file system than that of the work folder. */
    static final class InMemory implements TempDirFactory {
        private static final Path PLACE = Path.of("/dev/shm");

        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
            return Files.isWritable(PLACE)
                    ? Files.createTempDirectory(PLACE, "junit-")
                    : Files.createTempDirectory("junit-");
        }
    }

    /** From another file system a video is copied. */
    @Test
    void a_copy_that_was_cut_off_is_not_taken_for_a_video(@TempDir(factory = InMemory.class) Path elsewhere)
            throws Exception {
        assumeThat(Files.getFileStore(elsewhere))
                .as("another file system than that of " + folder)
                .isNotEqualTo(Files.getFileStore(folder));
        Path inbox = Files.createDirectory(elsewhere.resolve("inbox"));
        Path video = Files.copy(videos.resolve("rex.mp4"), inbox.resolve("rex.mp4"));
        String[] serve = {"serve", "--port=" + port, "--inbox=" + inbox};
        try (Sluice.Started killed = Sluice.in(folder).failingAt(KILLED_AT).start(serve)) {
            assertThat(killed.await().exitCode()).isEqualTo(Sluice.KILLED);
        }
        assertThat(video).exists();
        assertThat(Folder.files(at("work/videos"))).singleElement().asString().endsWith(".part");
        Path part = at("work/videos").resolve(Folder.files(at("work/videos")).get(0));
        Files.setLastModifiedTime(part, FileTime.from(Instant.now().minus(Duration.ofHours(1))));

        Path done = elsewhere.resolve("done/dataset/rex.mp4");
        try (Sluice.Started again = Sluice.in(folder).start(serve)) {
            again.until("it is done", () -> Files.exists(done));
        }
        assertThat(done).hasSameBinaryContentAs(videos.resolve("rex.mp4"));
        assertThat(elsewhere.resolve("failed")).doesNotExist();
        assertThat(video).doesNotExist();
        assertThat(Folder.files(at("work/videos"))).isEmpty();
    }

    @Test
    void a_killed_service_goes_on_where_it_was() throws Exception {
        drop("rex.mp4", "rex/rex.mp4");
        try (Sluice.Started serve = serve()) {
            serve.until(
                            "frames are stored",
                            () -> !Folder.files(at("work/frames"), ".jpg").isEmpty())
                    .kill();
        }

        try (Sluice.Started serve = serve()) {
            serve.until("it is done", () -> Files.exists(at("done/rex/rex.mp4")));
            serve.until(
                    "the dataset is complete",
                    () -> Files.exists(at("datasets/rex/report.json"))
                            && report("rex")
                                    .path("videos")
                                    .path(0)
                                    .path("status")
                                    .asText()
                                    .equals("completed"));
        }
        assertThat(Folder.files(at("datasets/rex"), ".jpg"))
                .hasSize(report("rex").path("kept").asInt())
                .isNotEmpty();
        assertThat(Folder.files(at("inbox"))).isEmpty();
        assertThat(Folder.files(at("work/videos"))).isEmpty();
    }
}
