package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.route.FailPoint;
import io.sluice.video.PatternVideo;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Processes that are killed where it hurts, and started again over the same work folder: the dataset must be that of a run that
 * nobody disturbed, byte for byte.
 */
final class KillIT {
    /** Four segments, which end at keyframes ten seconds apart. */
    private static final int SECONDS = 36;

    private static final int FRAMES_PER_SECOND = 3;
    private static final int FRAMES = SECONDS * FRAMES_PER_SECOND;

    @TempDir
    private static Path shared;

    private static Map<String, String> undisturbed = Map.of();
    private static Duration undisturbedTime = Duration.ZERO;

    @TempDir
    private Path folder;

    @BeforeAll
    static void runUndisturbed() {
        PatternVideo.write(shared.resolve("rex.mp4"), SECONDS, 3);
        Sluice.Ended ended = Sluice.in(shared).run(curate()).hasExitCode(0);
        undisturbedTime = ended.wallTime();
        undisturbed = Folder.digests(shared.resolve("datasets/rex"));
        assertThat(Folder.files(shared.resolve("work/frames"), ".jpg")).hasSize(FRAMES);
        assertThat(pictures(undisturbed)).isGreaterThan(FRAMES / 2);
    }

    private static String[] curate(String... more) {
        return Stream.concat(
                        Stream.of(
                                "curate",
                                shared.resolve("rex.mp4").toString(),
                                "--dataset=rex",
                                "--set=extract.mode=rate",
                                "--set=extract.maxFps=" + FRAMES_PER_SECOND,
                                "--set=select.similarity=1",
                                "--set=caption.trigger=rex"),
                        Arrays.stream(more))
                .toArray(String[]::new);
    }

    /** A fail point that no test passes would be one that nobody has tried. */
    @ParameterizedTest
    @EnumSource
    void every_fail_point_is_tried(FailPoint point) throws NoSuchMethodException {
        Stream<String> rows = Stream.of(
                        getClass().getDeclaredMethod("curate_is_killed_at", String.class, int.class, int.class),
                        getClass().getDeclaredMethod("continue_is_killed_at", String.class, int.class),
                        BucketIT.class.getDeclaredMethod("serve_is_killed_at", String.class))
                .flatMap(method ->
                        Arrays.stream(method.getAnnotation(CsvSource.class).value()));
        Set<String> tried = Stream.concat(rows, Stream.of(RetentionIT.KILLED_AT, ServeIT.KILLED_AT))
                .map(row -> row.split("[,:]")[0].strip())
                .collect(Collectors.toSet());

        assertThat(tried).contains(point.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /**
     * @param stored frames that are at least in the store when the process is killed
     * @param written pictures that are at least in the dataset; fewer than the point was passed, as a batch may be done twice
     */
    @ParameterizedTest
    @CsvSource({
        "mid-segment:3, 40, 0",
        "between-produce-and-commit:9, 1, 0",
        "in-select:2, 108, 0",
        "dataset-write:30, 108, 20",
        "dataset-finish:1, 108, 60",
    })
    void curate_is_killed_at(String point, int stored, int written) throws SQLException {
        Sluice.in(folder).failingAt(point).run(curate()).hasExitCode(Sluice.KILLED);
        assertThat(rows("dataset_video")).as("videos in the catalogue").isEqualTo(1);
        assertThat(storedFrames()).hasSizeGreaterThanOrEqualTo(stored);
        assertThat(rows("dataset_frame")).as("frames in the catalogue").isGreaterThanOrEqualTo(stored);
        assertThat(writtenPictures()).hasSizeGreaterThanOrEqualTo(written);

        assertIsAsUndisturbed(point, Sluice.in(folder).run(curate()));
    }

    /** What is there before the process starts must outlive a kill while it starts. */
    @ParameterizedTest
    @CsvSource({"start-up, 0", "broker-start:1, 0", "broker-start:2, 0", "dataset-write:80, 60"})
    void continue_is_killed_at(String point, int written) throws SQLException {
        Sluice.in(folder).run(curate("--until=select")).hasExitCode(0);
        assertThat(storedFrames()).hasSize(FRAMES);
        int measured = rows("annotation");
        assertThat(measured).isPositive();

        Sluice.in(folder).failingAt(point).run("continue", "rex").hasExitCode(Sluice.KILLED);
        assertThat(writtenPictures()).hasSizeGreaterThanOrEqualTo(written);
        assertThat(rows("annotation")).isGreaterThanOrEqualTo(measured);

        assertIsAsUndisturbed(point, Sluice.in(folder).run("continue", "rex"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, FRAMES})
    void curate_is_killed_when_so_many_frames_are_stored(int frames) throws SQLException {
        killWhen(frames + " frames are stored", () -> storedFrames().size() >= frames);
    }

    @Test
    void curate_is_killed_when_the_first_picture_is_in_the_dataset() throws SQLException {
        killWhen("the first picture is in the dataset", () -> !writtenPictures().isEmpty());
    }

    private void killWhen(String what, java.util.concurrent.Callable<Boolean> condition) throws SQLException {
        try (Sluice.Started started = Sluice.in(folder).start(curate())) {
            started.until(what, condition).kill().hasExitCode(Sluice.KILLED);
        }
        assertThat(rows("dataset_video")).isEqualTo(1);

        assertIsAsUndisturbed("SIGKILL when " + what, Sluice.in(folder).run(curate()));
    }

    private void assertIsAsUndisturbed(String disturbance, Sluice.Ended restarted) {
        System.out.printf(
                Locale.ROOT,
                "%s: restart %.1f s, undisturbed %.1f s%n",
                disturbance,
                restarted.wallTime().toMillis() / 1000.0,
                undisturbedTime.toMillis() / 1000.0);
        restarted.hasExitCode(0);
        assertThat(Folder.digests(folder.resolve("datasets/rex"))).isEqualTo(undisturbed);
        JsonNode report = Folder.json(folder.resolve("datasets/rex/report.json"));
        assertThat(report.path("kept").asInt()).isEqualTo(pictures(undisturbed));
        assertThat(report.path("videos")).hasSize(1);
        assertThat(report.path("videos").path(0).path("status").asText()).isEqualTo("completed");
        assertThat(report.path("videos").path(0).path("decodedFrames"))
                .isEqualTo(Folder.json(shared.resolve("datasets/rex/report.json"))
                        .path("videos")
                        .path(0)
                        .path("decodedFrames"));
        assertThat(storedFrames()).hasSize(FRAMES);
    }

    private List<String> storedFrames() {
        return Folder.files(folder.resolve("work/frames"), ".jpg");
    }

    private List<String> writtenPictures() {
        return Folder.files(folder.resolve("datasets/rex"), ".jpg");
    }

    private static int pictures(Map<String, String> dataset) {
        return (int)
                dataset.keySet().stream().filter(file -> file.endsWith(".jpg")).count();
    }

    private int rows(String table) throws SQLException {
        try (Connection catalogue = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("work/catalogue.db"));
                Statement statement = catalogue.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
