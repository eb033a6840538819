package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.video.PatternVideo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of rejected frames go after a while, and come back from the video. */
final class RetentionIT {
    static final String KILLED_AT = "pictures-dropped";

    /** Lets soft and black frames in, which are out otherwise. */
    private static final String[] ANYTHING = {"blur.threshold=0", "blank.minLumaDeviation=0"};

    @TempDir
    private static Path videos;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeVideo() {
        PatternVideo.write(videos.resolve("rex.mp4"), 8, 1);
    }

    @BeforeEach
    void makeInbox() throws IOException {
        Files.createDirectory(folder.resolve("inbox"));
    }

    private static void curate(Path place, String dataset, String... settings) {
        List<String> arguments =
                new ArrayList<>(List.of("curate", videos.resolve("rex.mp4").toString(), "--dataset=" + dataset));
        for (String setting : settings) {
            arguments.add("--set=" + setting);
        }
        Sluice.in(place).run(arguments.toArray(String[]::new)).hasExitCode(0);
    }

    /** What the recipe makes of the video where nothing is known of it. */
    private Map<String, String> fresh(String dataset, String... settings) throws IOException {
        Path place = Files.createTempDirectory(folder, "fresh-");
        curate(place, dataset, settings);
        return Folder.digests(place.resolve("datasets").resolve(dataset));
    }

    private Sluice retaining() {
        return Sluice.in(folder).with("SLUICE_RETENTION_REJECTED", "1s").with("SLUICE_RETENTION_PERIOD", "1s");
    }

    private static Sluice.Started serve(Sluice sluice) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return sluice.start("serve", "--port=" + free.getLocalPort());
        }
    }

    /** Serves until pictures of these frames alone are in the store. */
    private void serveUntil(Set<String> kept) throws IOException {
        try (Sluice.Started serve = serve(retaining())) {
            serve.until(
                    "the pictures of rejected frames are gone", () -> pictures().equals(kept));
            serve.terminate().await();
        }
    }

    private Set<String> ask(String query) {
        Set<String> answers = new TreeSet<>();
        try (Connection catalogue = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("work/catalogue.db"));
                Statement statement = catalogue.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                answers.add(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return answers;
    }

    private Set<String> framesOf(String dataset, String verdict) {
        return ask("SELECT frame FROM dataset_frame WHERE dataset = '" + dataset + "' AND verdict = '" + verdict + "'");
    }

    /** Ids of frames whose pictures lie in the store. */
    private Set<String> pictures() {
        return Folder.files(folder.resolve("work/frames"), ".jpg").stream()
                .map(file -> file.substring(file.lastIndexOf('/') + 1, file.length() - ".jpg".length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Map<String, String> dataset(String name) {
        return Folder.digests(folder.resolve("datasets").resolve(name));
    }

    @Test
    void rejected_pictures_go_and_come_back_for_another_dataset_without_a_trace_in_the_first() throws IOException {
        curate(folder, "rex");
        Map<String, String> rex = dataset("rex");
        String report = Folder.sha256(folder.resolve("datasets/rex/report.json"));
        Set<String> kept = framesOf("rex", "kept");
        Set<String> rejected = framesOf("rex", "rejected");
        assertThat(kept).isNotEmpty();
        assertThat(rejected).isNotEmpty();
        Set<String> all = pictures();
        assertThat(all).containsAll(kept).containsAll(rejected);

        try (Sluice.Started killed = serve(retaining().failingAt(KILLED_AT))) {
            assertThat(killed.await().exitCode()).isEqualTo(Sluice.KILLED);
        }
        assertThat(pictures()).as("the catalogue goes first").isEqualTo(all);
        assertThat(ask("SELECT id FROM frame WHERE picture = 'stored'"))
                .containsAll(kept)
                .isNotEqualTo(all);

        serveUntil(kept);
        Map<String, Long> written = Folder.modified(folder.resolve("work/frames"));
        assertThat(dataset("rex")).isEqualTo(rex);

        curate(folder, "anything", ANYTHING);

        assertThat(framesOf("anything", "kept")).as("frames that were rejected").containsAnyElementsOf(rejected);
        assertThat(dataset("anything")).isEqualTo(fresh("anything", ANYTHING));
        assertThat(dataset("rex")).isEqualTo(rex);
        assertThat(Folder.sha256(folder.resolve("datasets/rex/report.json"))).isEqualTo(report);
        assertThat(pictures()).isEqualTo(all);
        assertThat(Folder.modified(folder.resolve("work/frames")))
                .as("pictures that were there stay as they were")
                .containsAllEntriesOf(written);
    }

    @Test
    void a_frame_whose_picture_went_is_named_by_adjust_and_comes_in_with_retry() throws IOException {
        curate(folder, "rex");
        Set<String> rejected = framesOf("rex", "rejected");
        serveUntil(framesOf("rex", "kept"));

        Sluice.Ended adjusted = Sluice.in(folder).run("adjust", "rex", "--set=" + ANYTHING[0], "--set=" + ANYTHING[1]);

        adjusted.hasExitCode(0)
                .says(
                        "cannot come in: its picture is not in the frame store any more",
                        "sluice.retention.rejected",
                        "retry extracts it from the video again");
        assertThat(framesOf("rex", "kept")).doesNotContainAnyElementsOf(rejected);

        Sluice.in(folder).run("retry", "rex").hasExitCode(0);

        assertThat(framesOf("rex", "kept")).containsAnyElementsOf(rejected);
        assertThat(dataset("rex")).isEqualTo(fresh("rex", ANYTHING));
    }
}
