package io.sluice.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.AestheticScore;
import io.sluice.frame.Annotation;
import io.sluice.frame.Box;
import io.sluice.frame.Caption;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.InfrastructureException;
import io.sluice.frame.Removal;
import io.sluice.frame.Sharpness;
import io.sluice.frame.VideoId;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.stage.StageName;
import io.sluice.store.Place;
import io.sluice.taste.Opinions;
import io.sluice.taste.Preference;
import io.sluice.taste.Rating;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(CatalogueTest.Database.class)
class CatalogueTest {
    enum Database {
        SQLITE,
        POSTGRESQL
    }

    private static final VideoId VIDEO = new VideoId("ab".repeat(32));
    private static final VideoId OTHER = new VideoId("cd".repeat(32));
    private static final Recipe RECIPE = RecipeReader.read("", Map.of("dataset", "rex"));
    private static final Recipe SECOND = RecipeReader.read("", Map.of("dataset", "rex", "aesthetic.threshold", "5"));
    private static final String EXTRACTION = "e1";
    private static final String RENDITION = "r1";
    private static final Fingerprint FINGERPRINT = Fingerprint.of("test");
    private static final String RUN = "one/1";
    private static final long NOW = 1_000;
    private static final long LATER = Long.MAX_VALUE;

    private static @Nullable EmbeddedPostgres server;
    private static int schemas;

    private final Database database;

    @TempDir
    Path folder;

    private String url;
    private Catalogue catalogue;

    CatalogueTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void open() throws IOException, SQLException {
        if (database == Database.SQLITE) {
            url = "jdbc:sqlite:" + folder.resolve("catalogue.db");
        } else {
            if (server == null) {
                server = EmbeddedPostgres.start();
            }
            String schema = "test" + schemas++;
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE SCHEMA " + schema);
            }
            url = server.getJdbcUrl("postgres", "postgres") + "&currentSchema=" + schema;
        }
        catalogue = connect();
    }

    private Catalogue connect() {
        return database == Database.SQLITE
                ? Catalogue.embedded(folder.resolve("catalogue.db"))
                : Catalogue.postgresql(url, "postgres", "secret");
    }

    @AfterEach
    void close() {
        catalogue.close();
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    // datasets

    @Test
    void a_dataset_has_its_recipe_and_folder_and_is_put_once() {
        twice(rows -> rows.datasets().put(RECIPE, folder.resolve("a")));

        assertThat(catalogue.<Optional<Recipe>>read(rows -> rows.datasets().recipeOf("rex")))
                .contains(RECIPE);
        assertThat(catalogue.<Optional<Recipe>>read(rows -> rows.datasets().recipe(RECIPE.digest())))
                .contains(RECIPE);
        assertThat(catalogue.<Optional<Place>>read(rows -> rows.datasets().place("rex")))
                .contains(Place.of(folder.resolve("a").toAbsolutePath()));
        assertThat(count("dataset")).isEqualTo(1);
        assertThat(count("recipe")).isEqualTo(1);
    }

    @Test
    void a_dataset_takes_another_recipe_and_the_first_one_stays_known() {
        catalogue.update(rows -> rows.datasets().put(RECIPE, folder.resolve("a")));
        catalogue.update(rows -> rows.datasets().put(SECOND, folder.resolve("b")));

        assertThat(catalogue.<Optional<Recipe>>read(rows -> rows.datasets().recipeOf("rex")))
                .contains(SECOND);
        assertThat(catalogue.<Optional<Place>>read(rows -> rows.datasets().place("rex")))
                .contains(Place.of(folder.resolve("b").toAbsolutePath()));
        assertThat(catalogue.<Optional<Recipe>>read(rows -> rows.datasets().recipe(RECIPE.digest())))
                .contains(RECIPE);
    }

    @Test
    void what_is_not_there_is_empty() {
        assertThat(catalogue.<Optional<Recipe>>read(rows -> rows.datasets().recipeOf("rex")))
                .isEmpty();
        assertThat(catalogue.<Optional<Recipe>>read(rows -> rows.datasets().recipe("00")))
                .isEmpty();
        assertThat(catalogue.<Optional<Place>>read(rows -> rows.datasets().place("rex")))
                .isEmpty();
        assertThat(catalogue.<Optional<DatasetVideo>>read(rows -> rows.videos().find("rex", VIDEO)))
                .isEmpty();
        assertThat(catalogue.<Optional<String>>read(rows -> rows.videos().planOf(VIDEO, EXTRACTION)))
                .isEmpty();
        assertThat(catalogue.<Boolean>read(rows -> rows.segments().isDone(VIDEO, EXTRACTION, 0)))
                .isFalse();
        assertThat(catalogue.<List<Frame>>read(rows -> rows.frames().of("rex"))).isEmpty();
        assertThat(catalogue.<Long>read(rows -> rows.frames().countWaitingForFilters()))
                .isZero();
    }

    @Test
    void a_dataset_is_outdated_until_it_is_current_and_keeps_that_when_put_again() {
        catalogue.update(rows -> rows.datasets().put(RECIPE, folder));
        assertThat(outdated()).containsExactly("rex");

        twice(rows -> rows.datasets().setCurrent("rex", true));
        assertThat(outdated()).isEmpty();
        catalogue.update(rows -> rows.datasets().put(RECIPE, folder));
        assertThat(outdated()).isEmpty();

        twice(rows -> rows.datasets().setCurrent("rex", false));
        assertThat(outdated()).containsExactly("rex");
    }

    private List<String> outdated() {
        return catalogue.read(rows -> rows.datasets().outdated());
    }

    // videos

    @Test
    void a_video_arrives_once() {
        catalogue.update(rows -> rows.datasets().put(RECIPE, folder));

        assertThat(arrive(VIDEO)).isTrue();
        assertThat(arrive(VIDEO)).isFalse();
        assertThat(video())
                .isEqualTo(new DatasetVideo(
                        "rex",
                        VIDEO,
                        "größer 犬.mp4",
                        folder.resolve("a.mp4").toAbsolutePath(),
                        RECIPE.digest(),
                        Optional.empty(),
                        VideoStatus.ARRIVED,
                        Optional.empty(),
                        video().changedAt()));
        assertThat(catalogue.<List<DatasetVideo>>read(rows -> rows.videos().of("rex")))
                .containsExactly(video());
    }

    @Test
    void a_video_of_an_unknown_dataset_is_refused() {
        assertThatThrownBy(() -> arrive(VIDEO)).isInstanceOf(InfrastructureException.class);
    }

    @Test
    void a_moved_file_is_found_in_its_new_place() {
        begin();
        twice(rows -> rows.videos().moved("rex", VIDEO, folder.resolve("done/a.mp4")));

        assertThat(video().location()).isEqualTo(folder.resolve("done/a.mp4").toAbsolutePath());
    }

    @Test
    void a_status_moves_only_from_one_of_those_that_are_named() {
        begin();

        assertThat(move(VideoStatus.FAILED, "no picture in it", VideoStatus.EXTRACTING, VideoStatus.ARRIVED))
                .isTrue();
        assertThat(video().status()).isEqualTo(VideoStatus.FAILED);
        assertThat(video().reason()).contains("no picture in it");
        assertThat(move(VideoStatus.FAILED, "again", VideoStatus.EXTRACTING, VideoStatus.ARRIVED))
                .isFalse();
        assertThat(video().reason()).contains("no picture in it");
        assertThat(move(VideoStatus.ARRIVED, null, VideoStatus.FAILED)).isTrue();
        assertThat(video().reason()).isEmpty();
    }

    @Test
    void every_status_is_kept_as_it_was_written() {
        begin();
        VideoStatus last = VideoStatus.ARRIVED;
        for (VideoStatus status : VideoStatus.values()) {
            assertThat(move(status, null, last)).isTrue();
            assertThat(video().status()).isEqualTo(status);
            last = status;
        }
    }

    @Test
    void videos_are_found_by_status_and_by_how_long_they_have_waited() {
        begin();
        arrive(OTHER);
        long now = System.currentTimeMillis();
        plan(VIDEO, 1);

        assertThat(in(VideoStatus.ARRIVED)).containsExactly(OTHER);
        assertThat(in(VideoStatus.EXTRACTING, VideoStatus.ARRIVED)).containsExactly(VIDEO, OTHER);
        assertThat(in(VideoStatus.COMPLETED)).isEmpty();
        assertThat(catalogue.<List<DatasetVideo>>read(rows -> rows.videos().arrivedBefore(LATER)))
                .extracting(DatasetVideo::video)
                .containsExactly(OTHER);
        assertThat(catalogue.<List<DatasetVideo>>read(rows -> rows.videos().arrivedBefore(now - 600_000)))
                .isEmpty();
        assertThat(catalogue.<Boolean>read(rows -> rows.videos().changedSince("rex", VIDEO, now)))
                .isTrue();
        assertThat(catalogue.<Boolean>read(rows -> rows.videos().changedSince("rex", VIDEO, now + 600_000)))
                .isFalse();
    }

    private List<VideoId> in(VideoStatus... statuses) {
        return catalogue.read(rows -> rows.videos().in(statuses)).stream()
                .map(DatasetVideo::video)
                .toList();
    }

    @Test
    void a_plan_is_recorded_once_and_the_first_one_counts() {
        begin();
        plan(VIDEO, 2);
        catalogue.update(rows -> rows.segments().done(VIDEO, EXTRACTION, 1, 9, List.of()));
        catalogue.update(rows -> rows.videos().plan("rex", VIDEO, EXTRACTION, "{\"other\":1}", 2));

        assertThat(catalogue.<Optional<String>>read(rows -> rows.videos().planOf(VIDEO, EXTRACTION)))
                .contains("{}");
        assertThat(video().status()).isEqualTo(VideoStatus.EXTRACTING);
        assertThat(video().extraction()).contains(EXTRACTION);
        assertThat(segments())
                .containsExactly(new SegmentState(0, false, 0, List.of()), new SegmentState(1, true, 9, List.of()));
    }

    @Test
    void a_plan_that_comes_late_does_not_move_the_video_back() {
        begin();
        plan(VIDEO, 1);
        move(VideoStatus.MEASURED, null, VideoStatus.EXTRACTING);
        plan(VIDEO, 1);

        assertThat(video().status()).isEqualTo(VideoStatus.MEASURED);
    }

    @Test
    void a_video_without_segments_can_be_planned() {
        begin();
        plan(VIDEO, 0);

        assertThat(video().status()).isEqualTo(VideoStatus.EXTRACTING);
        assertThat(measured()).containsExactly(VIDEO);
    }

    @Test
    void a_restart_forgets_how_far_frames_had_come_and_keeps_what_was_measured() {
        List<Frame> frames = extract(VIDEO, 2, 2);
        Measured measured = new Measured(sharp(0.5), Optional.empty());
        catalogue.update(rows -> {
            rows.annotations()
                    .put(StageName.BLUR, FINGERPRINT, Map.of(frames.get(0).id(), measured));
            rows.frames().decided("rex", List.of(kept(frames.get(0), StageName.BLUR)));
            rows.datasets().put(SECOND, folder);
        });
        List<Frame> others = extract(OTHER, 1, 1);

        twice(rows -> rows.videos().restart("rex", VIDEO, SECOND.digest()));

        assertThat(video().status()).isEqualTo(VideoStatus.ARRIVED);
        assertThat(video().recipe()).isEqualTo(SECOND.digest());
        assertThat(video().extraction()).isEmpty();
        assertThat(progress())
                .extracting(FrameProgress::frame)
                .containsExactly(others.get(0).id());
        assertThat(catalogue.<Map<FrameId, Measured>>read(
                        rows -> rows.annotations().find(StageName.BLUR, FINGERPRINT, ids(frames))))
                .containsExactly(Map.entry(frames.get(0).id(), measured));
        assertThat(catalogue.<List<Frame>>read(rows -> rows.frames().ofSegment(VIDEO, EXTRACTION, 0, RENDITION)))
                .hasSize(2);
        assertThat(segments()).allMatch(SegmentState::done);
    }

    @Test
    void an_end_waits_to_be_told_each_time_that_there_is_one() {
        catalogue.update(rows -> rows.datasets().put(RECIPE, folder));
        arrive(VIDEO);
        assertThat(untold()).isEmpty();
        catalogue.update(rows -> rows.videos().move("rex", VIDEO, VideoStatus.FAILED, "broken", VideoStatus.ARRIVED));
        assertThat(untold()).containsExactly(video());
        assertThat(catalogue.<List<DatasetVideo>>read(rows -> rows.videos().untoldBefore(video().changedAt())))
                .as("one that may be being told just now")
                .isEmpty();

        catalogue.update(rows -> rows.videos().told("rex", VIDEO, video().changedAt() - 1));
        assertThat(untold()).as("another end was told").containsExactly(video());
        catalogue.update(rows -> rows.videos().told("rex", VIDEO, video().changedAt()));
        assertThat(untold()).isEmpty();

        catalogue.update(rows -> rows.videos().restart("rex", VIDEO, RECIPE.digest()));
        assertThat(untold()).isEmpty();
        catalogue.update(rows -> rows.videos().move("rex", VIDEO, VideoStatus.COMPLETED, null, VideoStatus.ARRIVED));
        assertThat(untold()).containsExactly(video());
    }

    private List<DatasetVideo> untold() {
        return catalogue.read(rows -> rows.videos().untoldBefore(Long.MAX_VALUE));
    }

    // segments

    @Test
    void a_segment_is_done_with_its_count_and_warnings() {
        begin();
        plan(VIDEO, 2);
        List<String> warnings = List.of("\"corrupt\" at 3 s", "größer \\ 犬\n");
        twice(rows -> rows.segments().done(VIDEO, EXTRACTION, 1, 5_000_000_000L, warnings));

        assertThat(segments())
                .containsExactly(
                        new SegmentState(0, false, 0, List.of()), new SegmentState(1, true, 5_000_000_000L, warnings));
        assertThat(catalogue.<Boolean>read(rows -> rows.segments().isDone(VIDEO, EXTRACTION, 0)))
                .isFalse();
        assertThat(catalogue.<Boolean>read(rows -> rows.segments().isDone(VIDEO, EXTRACTION, 1)))
                .isTrue();
    }

    @Test
    void a_segment_is_unfinished_until_it_is_done_and_all_its_frames_are_in_the_dataset() {
        begin();
        plan(VIDEO, 4);
        List<Frame> frames = frames(VIDEO, 4, 2);
        catalogue.update(rows -> {
            rows.frames().extracted(EXTRACTION, RENDITION, frames.subList(0, 6));
            // segment 0: done, both frames in; 1: done, one frame in; 2: not done; 3: done without frames
            rows.frames().enrol("rex", RENDITION, frames.subList(0, 3));
            rows.frames().enrol("rex", RENDITION, frames.subList(4, 6));
            for (int segment : new int[] {0, 1, 3}) {
                rows.segments().done(VIDEO, EXTRACTION, segment, 2, List.of());
            }
        });
        assertThat(unfinished("rex")).containsExactly(1, 2);

        catalogue.update(rows -> {
            rows.frames().enrol("rex", RENDITION, frames.subList(3, 4));
            rows.segments().done(VIDEO, EXTRACTION, 2, 2, List.of());
        });
        assertThat(unfinished("rex")).isEmpty();
        assertThat(unfinished("another")).containsExactly(0, 1, 2);
    }

    private List<Integer> unfinished(String dataset) {
        return catalogue.read(rows -> rows.frames().unfinishedSegments(dataset, VIDEO, EXTRACTION));
    }

    @Test
    void a_video_is_measured_when_every_segment_is_finished_and_no_frame_waits_for_a_filter() {
        begin();
        plan(VIDEO, 2);
        List<Frame> frames = frames(VIDEO, 2, 2);
        catalogue.update(rows -> {
            rows.frames().extracted(EXTRACTION, RENDITION, frames);
            rows.segments().done(VIDEO, EXTRACTION, 0, 2, List.of());
            rows.frames().enrol("rex", RENDITION, frames.subList(0, 3));
            rows.frames()
                    .decided(
                            "rex",
                            List.of(
                                    kept(frames.get(0), StageName.AESTHETIC),
                                    rejected(frames.get(1), StageName.BLUR),
                                    failed(frames.get(2), StageName.DETECT)));
        });
        assertThat(measured()).as("segment 1 is not done").isEmpty();

        catalogue.update(rows -> rows.segments().done(VIDEO, EXTRACTION, 1, 2, List.of()));
        assertThat(measured()).as("a frame is not in the dataset").isEmpty();

        catalogue.update(rows -> rows.frames().enrol("rex", RENDITION, frames.subList(3, 4)));
        assertThat(measured()).as("a frame waits for blur").isEmpty();

        decided(kept(frames.get(3), StageName.DETECT));
        assertThat(measured()).as("a frame waits for aesthetic").isEmpty();

        decided(kept(frames.get(3), StageName.AESTHETIC));
        assertThat(measured()).containsExactly(VIDEO);

        move(VideoStatus.MEASURED, null, VideoStatus.EXTRACTING);
        assertThat(measured()).isEmpty();
    }

    private List<VideoId> measured() {
        return catalogue.read(rows -> rows.videos().measured(StageName.AESTHETIC)).stream()
                .map(DatasetVideo::video)
                .toList();
    }

    // frames

    @Test
    void frames_are_extracted_and_enrolled_once() {
        List<Frame> frames = extract(VIDEO, 2, 2);
        twice(rows -> {
            rows.frames().extracted(EXTRACTION, RENDITION, frames);
            rows.frames().enrol("rex", RENDITION, frames);
        });

        assertThat(catalogue.<List<Frame>>read(rows -> rows.frames().of("rex"))).isEqualTo(frames);
        assertThat(catalogue.<List<Frame>>read(rows -> rows.frames().ofSegment(VIDEO, EXTRACTION, 1, RENDITION)))
                .isEqualTo(frames.subList(2, 4));
        assertThat(catalogue.<List<Frame>>read(rows -> rows.frames()
                        .of("rex", List.of(frames.get(3).id(), frames.get(0).id()))))
                .containsExactly(frames.get(0), frames.get(3));
        assertThat(progress()).hasSize(4).allSatisfy(frame -> {
            assertThat(frame.stage()).isEqualTo(StageName.EXTRACT);
            assertThat(frame.verdict()).isEqualTo(Verdict.KEPT);
            assertThat(frame.score()).isEmpty();
        });
    }

    @Test
    void enrolling_again_leaves_frames_where_they_are() {
        List<Frame> frames = extract(VIDEO, 1, 1);
        decided(rejected(frames.get(0), StageName.BLUR));
        catalogue.update(rows -> rows.frames().enrol("rex", RENDITION, frames));

        assertThat(progress()).containsExactly(rejected(frames.get(0), StageName.BLUR));
    }

    @Test
    void a_picture_that_was_stored_again_is_the_one_that_counts() {
        List<Frame> frames = extract(VIDEO, 1, 1);
        Frame again = frames.get(0).with(new ImageRef("another", 1, 1, ImageRef.PNG, 7, "11"));
        catalogue.update(rows -> rows.frames().extracted(EXTRACTION, RENDITION, List.of(again)));

        assertThat(catalogue.<List<Frame>>read(rows -> rows.frames().of("rex"))).containsExactly(again);
    }

    @Test
    void renditions_of_a_frame_lie_beside_each_other() {
        List<Frame> frames = extract(VIDEO, 1, 1);
        Frame png = frames.get(0).with(new ImageRef("png", 64, 48, ImageRef.PNG, 7, "11"));
        catalogue.update(rows -> rows.frames().extracted(EXTRACTION, "r2", List.of(png)));

        assertThat(catalogue.<List<Frame>>read(rows -> rows.frames().of("rex"))).isEqualTo(frames);
        assertThat(catalogue.<List<Frame>>read(rows -> rows.frames().ofSegment(VIDEO, EXTRACTION, 0, "r2")))
                .containsExactly(png);
    }

    @Test
    void a_decision_is_kept_with_its_numbers() {
        List<Frame> frames = extract(VIDEO, 1, 3);
        List<FrameProgress> decisions = List.of(
                new FrameProgress(
                        frames.get(0).id(),
                        VIDEO,
                        0,
                        StageName.BLUR,
                        Verdict.REJECTED,
                        Optional.of("blurred"),
                        OptionalDouble.of(0.1234),
                        OptionalDouble.of(0.25)),
                failed(frames.get(1), StageName.DETECT),
                kept(frames.get(2), StageName.AESTHETIC));
        twice(rows -> rows.frames().decided("rex", decisions));

        assertThat(progress()).isEqualTo(decisions);
        assertThat(catalogue.<Map<FrameId, FrameProgress>>read(rows ->
                        rows.frames().progress("rex", List.of(frames.get(0).id()))))
                .containsExactly(Map.entry(frames.get(0).id(), decisions.get(0)));
    }

    @Test
    void a_decision_never_moves_a_frame_back_and_select_may() {
        Frame frame = extract(VIDEO, 1, 1).get(0);
        decided(kept(frame, StageName.INPAINT));

        decided(rejected(frame, StageName.BLUR));
        assertThat(progress()).containsExactly(kept(frame, StageName.INPAINT));

        decided(failed(frame, StageName.INPAINT));
        assertThat(progress()).containsExactly(failed(frame, StageName.INPAINT));

        twice(rows -> rows.frames().reselected("rex", List.of(rejected(frame, StageName.SELECT))));
        assertThat(progress()).containsExactly(rejected(frame, StageName.SELECT));
    }

    @Test
    void a_decision_concerns_one_dataset() {
        Recipe other = RecipeReader.read("", Map.of("dataset", "other"));
        List<Frame> frames = extract(VIDEO, 1, 1);
        catalogue.update(rows -> {
            rows.datasets().put(other, folder);
            rows.frames().enrol("other", RENDITION, frames);
            rows.frames().decided("other", List.of(rejected(frames.get(0), StageName.BLUR)));
        });

        assertThat(progress()).extracting(FrameProgress::verdict).containsExactly(Verdict.KEPT);
    }

    @Test
    void unfinished_frames_are_those_kept_between_two_stages() {
        List<Frame> frames = extract(VIDEO, 1, 5);
        decided(
                kept(frames.get(0), StageName.SELECT),
                kept(frames.get(1), StageName.CAPTION),
                kept(frames.get(2), StageName.DATASET),
                rejected(frames.get(3), StageName.SELECT));

        assertThat(countUnfinished(StageName.SELECT, StageName.DATASET)).isEqualTo(2);
        assertThat(countUnfinished(StageName.EXTRACT, StageName.AESTHETIC)).isEqualTo(1);
        assertThat(countUnfinished(StageName.EXTRACT, StageName.EXTRACT)).isZero();
    }

    private long countUnfinished(StageName from, StageName to) {
        return catalogue.read(rows -> rows.frames().countUnfinished("rex", VIDEO, from, to));
    }

    @Test
    void frames_wait_for_the_filters_while_their_video_is_extracted() {
        List<Frame> frames = extract(VIDEO, 1, 4);
        extract(OTHER, 1, 2);
        decided(
                kept(frames.get(0), StageName.DETECT),
                kept(frames.get(1), StageName.AESTHETIC),
                rejected(frames.get(2), StageName.BLUR));
        assertThat(waitingForFilters()).isEqualTo(4);

        move(VideoStatus.FAILED, "gone", VideoStatus.EXTRACTING);
        assertThat(waitingForFilters()).isEqualTo(2);
    }

    private long waitingForFilters() {
        return catalogue.read(rows -> rows.frames().countWaitingForFilters());
    }

    @Test
    void frames_that_wait_for_a_stage_are_found_by_the_time_of_their_last_decision() {
        List<Frame> frames = extract(VIDEO, 1, 5);
        extract(OTHER, 1, 1);
        decided(
                kept(frames.get(1), StageName.BLUR),
                rejected(frames.get(2), StageName.BLUR),
                kept(frames.get(3), StageName.BLUR),
                kept(frames.get(4), StageName.BLUR));

        assertThat(waiting(StageName.BLUR, LATER, 2))
                .containsExactlyElementsOf(ids(List.of(frames.get(1), frames.get(3))));
        assertThat(waiting(StageName.BLUR, LATER, 500)).hasSize(3);
        assertThat(waiting(StageName.EXTRACT, LATER, 500))
                .containsExactly(frames.get(0).id());
        assertThat(waiting(StageName.DETECT, LATER, 500)).isEmpty();
        assertThat(waiting(StageName.BLUR, System.currentTimeMillis() - 600_000, 500))
                .isEmpty();
    }

    private List<FrameId> waiting(StageName stage, long before, int limit) {
        return catalogue.read(rows -> rows.frames().waiting("rex", VIDEO, stage, before, limit)).stream()
                .map(FrameProgress::frame)
                .toList();
    }

    @Test
    void two_thousand_frames_can_be_asked_for_at_once() {
        List<Frame> frames = extract(VIDEO, 1, 2_000);
        Map<FrameId, Measured> measured = new java.util.HashMap<>();
        frames.forEach(frame -> measured.put(frame.id(), new Measured(sharp(0.5), Optional.empty())));
        catalogue.update(rows -> rows.annotations().put(StageName.BLUR, FINGERPRINT, measured));
        List<String> subjects = ids(frames).stream().map(FrameId::value).toList();

        assertThat(catalogue.<Map<FrameId, FrameProgress>>read(
                        rows -> rows.frames().progress("rex", ids(frames))))
                .hasSize(2_000);
        assertThat(catalogue.<List<Frame>>read(rows -> rows.frames().of("rex", ids(frames))))
                .isEqualTo(frames);
        assertThat(catalogue.<Map<FrameId, Measured>>read(
                        rows -> rows.annotations().find(StageName.BLUR, FINGERPRINT, ids(frames))))
                .isEqualTo(measured);
        assertThat(catalogue.<Map<String, Integer>>write(rows -> rows.attempts().begin("blur", subjects, RUN, NOW)))
                .hasSize(2_000);
        catalogue.update(rows -> rows.attempts().end("blur", subjects));
        assertThat(count("attempt")).isZero();
    }

    @Test
    void nothing_asked_for_is_nothing_found() {
        assertThat(catalogue.<Map<FrameId, FrameProgress>>read(
                        rows -> rows.frames().progress("rex", List.of())))
                .isEmpty();
        assertThat(catalogue.<List<Frame>>read(rows -> rows.frames().of("rex", List.of())))
                .isEmpty();
        assertThat(catalogue.<Map<FrameId, Measured>>read(
                        rows -> rows.annotations().find(StageName.BLUR, FINGERPRINT, List.of())))
                .isEmpty();
        catalogue.update(rows -> {
            rows.frames().extracted(EXTRACTION, RENDITION, List.of());
            rows.frames().enrol("rex", RENDITION, List.of());
            rows.frames().decided("rex", List.of());
            rows.annotations().put(StageName.BLUR, FINGERPRINT, Map.of());
            assertThat(rows.attempts().begin("blur", List.of(), RUN, NOW)).isEmpty();
            rows.attempts().end("blur", List.of());
        });
    }

    // annotations

    @Test
    void every_kind_of_measurement_comes_back_as_it_was_put() {
        List<Frame> frames = extract(VIDEO, 1, 5);
        List<Annotation> annotations = List.of(
                new Sharpness(0.5, 0.1, 0.2, 31.5, 100.25, 40),
                new Detections("yolox", List.of(new Detection("dog", 0.9, new Box(1, 2.5, 400, 300)))),
                new AestheticScore("photographic-quality", 6.25, "00ff00ff00ff00ff"),
                new Removal("telea", 0.02, List.of(), List.of(List.of(1.0, 2.0, 3.0, 2.0))),
                new Caption("rex dog, \"größer\" 犬 \\ '", "names"));
        ImageRef image = new ImageRef("clean/1.png", 64, 48, ImageRef.PNG, 5_000_000_000L, "ab".repeat(32));
        Map<FrameId, Measured> measured = new java.util.HashMap<>();
        for (int i = 0; i < annotations.size(); i++) {
            measured.put(
                    frames.get(i).id(),
                    new Measured(annotations.get(i), i % 2 == 0 ? Optional.of(image) : Optional.empty()));
        }
        twice(rows -> rows.annotations().put(StageName.INPAINT, FINGERPRINT, measured));

        assertThat(catalogue.<Map<FrameId, Measured>>read(
                        rows -> rows.annotations().find(StageName.INPAINT, FINGERPRINT, ids(frames))))
                .isEqualTo(measured);
        assertThat(catalogue.<Map<FrameId, Measured>>read(
                        rows -> rows.annotations().of("rex", StageName.INPAINT, FINGERPRINT)))
                .isEqualTo(measured);
        assertThat(catalogue.<Map<FrameId, Measured>>read(
                        rows -> rows.annotations().of("other", StageName.INPAINT, FINGERPRINT)))
                .isEmpty();
        assertThat(catalogue.<Map<FrameId, Measured>>read(
                        rows -> rows.annotations().find(StageName.CAPTION, FINGERPRINT, ids(frames))))
                .isEmpty();
        assertThat(catalogue.<Map<FrameId, Measured>>read(
                        rows -> rows.annotations().find(StageName.INPAINT, Fingerprint.of("other"), ids(frames))))
                .isEmpty();
    }

    @Test
    void a_measurement_put_again_replaces_the_first() {
        FrameId id = frames(VIDEO, 1, 1).get(0).id();
        Measured second = new Measured(sharp(0.75), Optional.empty());
        ImageRef image = new ImageRef("k", 1, 1, ImageRef.PNG, 1, "00");
        catalogue.update(rows -> rows.annotations()
                .put(StageName.BLUR, FINGERPRINT, Map.of(id, new Measured(sharp(0.5), Optional.of(image)))));
        catalogue.update(rows -> rows.annotations().put(StageName.BLUR, FINGERPRINT, Map.of(id, second)));

        assertThat(catalogue.<Map<FrameId, Measured>>read(
                        rows -> rows.annotations().find(StageName.BLUR, FINGERPRINT, List.of(id))))
                .containsExactly(Map.entry(id, second));
    }

    // attempts

    @Test
    void attempts_are_counted_by_stage_and_subject_until_they_end() {
        assertThat(begin("blur", "a", "b")).isEqualTo(Map.of("a", 1, "b", 1));
        assertThat(begin("blur", "b", "c")).isEqualTo(Map.of("b", 2, "c", 1));
        assertThat(begin("detect", "b")).isEqualTo(Map.of("b", 1));

        twice(rows -> rows.attempts().end("blur", List.of("b", "never")));
        assertThat(begin("blur", "a", "b")).isEqualTo(Map.of("a", 2, "b", 1));
        assertThat(begin("detect", "b")).isEqualTo(Map.of("b", 2));
    }

    @Test
    void attempts_of_a_run_that_is_alive_do_not_count_for_others_and_those_of_one_that_ended_do() {
        catalogue.update(rows -> rows.leases().seize("run-of/two", "two/1", NOW + 1));
        assertThat(beginAs("two/1", "a")).isEqualTo(Map.of("a", 1));
        assertThat(begin("blur", "a")).as("handed over").isEqualTo(Map.of("a", 1));
        assertThat(beginAs("two/1", "a")).as("begun twice without an end").isEqualTo(Map.of("a", 3));

        catalogue.update(rows -> rows.leases().seize("run-of/two", "two/2", NOW + 1));
        assertThat(begin("blur", "a")).as("its next life has begun").isEqualTo(Map.of("a", 4));
        catalogue.update(rows -> rows.leases().seize("run-of/two", "two/1", NOW));
        assertThat(begin("blur", "a")).as("its lease has run out").isEqualTo(Map.of("a", 5));

        twice(rows -> rows.attempts().abandon("two/1"));
        assertThat(begin("blur", "a")).isEqualTo(Map.of("a", 4));
        catalogue.update(rows -> rows.attempts().end("blur", List.of("a")));
        assertThat(count("attempt")).isZero();
    }

    private Map<String, Integer> beginAs(String run, String... subjects) {
        return catalogue.write(rows -> rows.attempts().begin("blur", List.of(subjects), run, NOW));
    }

    // leases

    @Test
    void a_lease_is_one_holders_until_it_runs_out_or_is_let_go() {
        assertThat(take("a", 0, 10)).isTrue();
        assertThat(take("b", 9, 19)).isFalse();
        assertThat(take("a", 9, 19)).as("renewed").isTrue();
        assertThat(take("b", 18, 28)).isFalse();
        assertThat(take("b", 19, 29)).as("run out").isTrue();
        assertThat(take("a", 20, 30)).as("who paused for too long has lost it").isFalse();
        twice(rows -> rows.leases().release("control", "a"));
        assertThat(take("a", 20, 30)).as("what is another's is not let go").isFalse();
        twice(rows -> rows.leases().release("control", "b"));
        assertThat(take("a", 20, 30)).isTrue();
        assertThat(catalogue.<Boolean>write(rows -> rows.leases().take("inbox", "b", 20, 30)))
                .as("leases of other names are others")
                .isTrue();
        twice(rows -> rows.leases().seize("control", "b", 40));
        assertThat(take("a", 30, 50)).isFalse();
    }

    private boolean take(String holder, long now, long until) {
        return catalogue.write(rows -> rows.leases().take("control", holder, now, until));
    }

    @Test
    void a_lease_that_all_want_at_once_is_had_by_one() throws Exception {
        CyclicBarrier start = new CyclicBarrier(4);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> taken = new ArrayList<>();
            for (String holder : List.of("a", "b", "c", "d")) {
                taken.add(threads.submit(() -> {
                    start.await();
                    return take(holder, 0, 10);
                }));
            }
            int holders = 0;
            for (Future<Boolean> one : taken) {
                holders += one.get(60, TimeUnit.SECONDS) ? 1 : 0;
            }
            assertThat(holders).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void files_are_current_only_if_nothing_has_changed_since_they_were_read_for() {
        begin();
        catalogue.update(rows -> rows.datasets().setCurrent("rex", true));
        long changes = changes();
        assertThat(beginWriting(changes)).isTrue();
        assertThat(outdated()).as("while it is written, and after a kill").containsExactly("rex");
        assertThat(endWriting(changes + 1)).isTrue();
        assertThat(outdated()).isEmpty();

        assertThat(beginWriting(changes)).as("read before the last change").isFalse();
        assertThat(outdated()).isEmpty();

        assertThat(beginWriting(changes + 1)).isTrue();
        assertThat(beginWriting(changes + 2)).as("another process takes over").isTrue();
        assertThat(endWriting(changes + 3)).isTrue();
        assertThat(outdated()).isEmpty();
        assertThat(endWriting(changes + 2)).as("who had paused comes back").isFalse();
        assertThat(outdated()).as("and has written over it").containsExactly("rex");
    }

    private long changes() {
        return catalogue.read(rows -> rows.datasets().changes("rex"));
    }

    private boolean beginWriting(long changes) {
        return catalogue.write(rows -> rows.datasets().beginWriting("rex", changes));
    }

    private boolean endWriting(long changes) {
        return catalogue.write(rows -> rows.datasets().endWriting("rex", changes));
    }

    private Map<String, Integer> begin(String stage, String... subjects) {
        return catalogue.write(rows -> rows.attempts().begin(stage, List.of(subjects), RUN, NOW));
    }

    // transactions

    @Test
    void a_transaction_that_throws_leaves_nothing() {
        begin();
        IllegalStateException thrown = new IllegalStateException("in the middle");

        assertThatThrownBy(() -> catalogue.update(rows -> {
                    rows.videos().move("rex", VIDEO, VideoStatus.FAILED, "x", VideoStatus.ARRIVED);
                    rows.frames().enrol("rex", RENDITION, frames(VIDEO, 1, 3));
                    rows.attempts().begin("blur", List.of("a"), RUN, NOW);
                    throw thrown;
                }))
                .isSameAs(thrown);

        assertThat(video().status()).isEqualTo(VideoStatus.ARRIVED);
        assertThat(progress()).isEmpty();
        assertThat(count("attempt")).isZero();
    }

    @Test
    void a_transaction_whose_last_statement_fails_leaves_nothing() {
        assertThatThrownBy(() -> catalogue.update(rows -> {
                    rows.attempts().begin("blur", List.of("a"), RUN, NOW);
                    rows.videos().arrive("no dataset", VIDEO, "a", folder, RECIPE.digest());
                }))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageStartingWith("catalogue: ");

        assertThat(count("attempt")).isZero();
    }

    @Test
    void two_threads_that_write_the_same_rows_at_once_both_come_through() throws Exception {
        List<Frame> frames = extract(VIDEO, 1, 200);
        List<String> subjects = new ArrayList<>(
                IntStream.range(0, 200).mapToObj(i -> String.format("%03d", i)).toList());
        List<Frame> backwards = new ArrayList<>(frames);
        Collections.reverse(backwards);
        List<String> subjectsBackwards = new ArrayList<>(subjects);
        Collections.reverse(subjectsBackwards);
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Void>> ends = List.of(
                    threads.submit(writes(start, frames, subjects)),
                    threads.submit(writes(start, backwards, subjectsBackwards)));
            for (Future<Void> end : ends) {
                end.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(catalogue
                        .<Map<String, Integer>>write(rows -> rows.attempts().begin("blur", subjects, RUN, NOW))
                        .values())
                .containsOnly(21);
        assertThat(progress()).hasSize(200).allMatch(frame -> frame.stage() == StageName.BLUR);
    }

    private Callable<Void> writes(CyclicBarrier start, List<Frame> frames, List<String> subjects) {
        return () -> {
            Map<FrameId, Measured> measured = new java.util.LinkedHashMap<>();
            frames.forEach(frame -> measured.put(frame.id(), new Measured(sharp(0.5), Optional.empty())));
            List<FrameProgress> decisions =
                    frames.stream().map(frame -> kept(frame, StageName.BLUR)).toList();
            start.await();
            for (int i = 0; i < 10; i++) {
                catalogue.update(rows -> {
                    rows.attempts().begin("blur", subjects, RUN, NOW);
                    rows.annotations().put(StageName.BLUR, FINGERPRINT, measured);
                    rows.frames().decided("rex", decisions);
                });
            }
            return null;
        };
    }

    // the database

    @Test
    void an_open_catalogue_is_there_again_after_it_was_closed() {
        begin();
        catalogue.close();
        catalogue = connect();

        assertThat(video().status()).isEqualTo(VideoStatus.ARRIVED);
    }

    @Test
    void a_database_of_a_newer_version_is_refused_and_left_alone() throws SQLException {
        execute("INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum, "
                + "installed_by, execution_time, success) VALUES (99, '999', 'later', 'SQL', 'V999__later.sql', 1, 'x', 1, "
                + (database == Database.SQLITE ? "1)" : "true)"));

        assertThatThrownBy(this::connect)
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContaining("written by a newer version of this program")
                .hasMessageContaining("schema version 999")
                .hasMessageContaining(url.replaceFirst("\\?.*", ""))
                .hasMessageNotContaining("currentSchema");
        assertThat(count("flyway_schema_history")).isGreaterThanOrEqualTo(2);
    }

    @Test
    void a_database_that_cannot_be_opened_is_named() throws IOException {
        if (database == Database.SQLITE) {
            Path text = Files.writeString(folder.resolve("text.db"), "this is no database, it is a text\n".repeat(100));
            assertThatThrownBy(() -> Catalogue.embedded(text))
                    .isInstanceOf(InfrastructureException.class)
                    .hasMessageContaining("text.db");
        } else {
            String missing = url.replaceFirst("/postgres\\?", "/no-such-database?");
            assertThatThrownBy(() -> Catalogue.postgresql(missing, "postgres", "secret"))
                    .isInstanceOf(InfrastructureException.class)
                    .hasMessageContaining("no-such-database")
                    .hasMessageNotContaining("secret");
        }
    }

    // what the cases build on

    private void begin() {
        catalogue.update(rows -> rows.datasets().put(RECIPE, folder));
        arrive(VIDEO);
    }

    private boolean arrive(VideoId video) {
        return catalogue.write(
                rows -> rows.videos().arrive("rex", video, "größer 犬.mp4", folder.resolve("a.mp4"), RECIPE.digest()));
    }

    private void plan(VideoId video, int segments) {
        catalogue.update(rows -> rows.videos().plan("rex", video, EXTRACTION, "{}", segments));
    }

    private boolean move(VideoStatus to, @Nullable String reason, VideoStatus... from) {
        return catalogue.write(rows -> rows.videos().move("rex", VIDEO, to, reason, from));
    }

    private DatasetVideo video() {
        return catalogue.read(rows -> rows.videos().find("rex", VIDEO)).orElseThrow();
    }

    private List<SegmentState> segments() {
        return catalogue.read(rows -> rows.segments().of(VIDEO, EXTRACTION));
    }

    private List<FrameProgress> progress() {
        return catalogue.read(rows -> rows.frames().progress("rex"));
    }

    @Test
    void what_a_person_has_said_of_a_frame_stays_until_it_is_taken_back_or_the_video_forgotten() {
        List<Frame> frames = extract(VIDEO, 1, 4);
        List<FrameId> ids = frames.stream().map(Frame::id).toList();
        twice(rows -> rows.frameEdits().put("rex", FrameEdit.PIN, ids.subList(0, 2)));
        twice(rows -> rows.frameEdits().put("rex", FrameEdit.VETO, ids.subList(1, 3)));

        assertThat(catalogue.<Map<FrameId, FrameEdit>>read(
                        rows -> rows.frameEdits().of("rex")))
                .isEqualTo(Map.of(ids.get(0), FrameEdit.PIN, ids.get(1), FrameEdit.VETO, ids.get(2), FrameEdit.VETO));
        assertThat(catalogue.<Set<FrameId>>read(rows -> rows.frameEdits().pinned("rex", ids)))
                .containsExactly(ids.get(0));
        assertThat(catalogue.<Map<FrameId, FrameEdit>>read(
                        rows -> rows.frameEdits().of("other")))
                .isEmpty();

        catalogue.update(rows -> {
            rows.datasets().put(SECOND, folder);
            rows.videos().restart("rex", VIDEO, SECOND.digest());
        });
        assertThat(catalogue.<Integer>write(rows -> rows.frameEdits().remove("rex", ids.subList(2, 4))))
                .isEqualTo(1);
        assertThat(catalogue.<Map<FrameId, FrameEdit>>read(
                        rows -> rows.frameEdits().of("rex")))
                .containsOnlyKeys(ids.get(0), ids.get(1));
        catalogue.update(rows -> rows.videos().forget(VIDEO));
        assertThat(catalogue.<Map<FrameId, FrameEdit>>read(
                        rows -> rows.frameEdits().of("rex")))
                .isEmpty();
    }

    @Test
    void a_decision_counts_while_the_frame_is_due_under_its_recipe() {
        Frame frame = extract(VIDEO, 1, 1).get(0);
        catalogue.update(rows -> rows.frames().decided("rex", SECOND.digest(), List.of(kept(frame, StageName.BLUR))));
        assertThat(stageOf(frame)).isEqualTo(StageName.EXTRACT);
        catalogue.update(rows -> rows.frames().decided("rex", RECIPE.digest(), List.of(kept(frame, StageName.DETECT))));
        assertThat(stageOf(frame)).isEqualTo(StageName.EXTRACT);

        twice(rows -> rows.frames().decided("rex", RECIPE.digest(), List.of(kept(frame, StageName.BLUR))));
        assertThat(stageOf(frame)).isEqualTo(StageName.BLUR);

        decided(rejected(frame, StageName.DETECT));
        catalogue.update(rows ->
                rows.frames().decided("rex", RECIPE.digest(), List.of(kept(frame, StageName.AESTHETIC))));
        assertThat(stageOf(frame)).isEqualTo(StageName.DETECT);
    }

    private StageName stageOf(Frame frame) {
        return catalogue.<List<FrameProgress>>read(rows -> rows.frames().progress("rex")).stream()
                .filter(progress -> progress.frame().equals(frame.id()))
                .findFirst()
                .orElseThrow()
                .stage();
    }

    @Test
    void what_follows_select_is_what_was_said_last() {
        catalogue.update(rows -> rows.datasets().put(RECIPE, folder));
        assertThat(catalogue.<Optional<AfterSelect>>read(rows -> rows.datasets().afterSelect("rex")))
                .isEmpty();
        for (AfterSelect after : AfterSelect.values()) {
            twice(rows -> rows.datasets().setAfterSelect("rex", Optional.of(after)));
            assertThat(catalogue.<Optional<AfterSelect>>read(
                            rows -> rows.datasets().afterSelect("rex")))
                    .contains(after);
        }
        catalogue.update(rows -> rows.datasets().setAfterSelect("rex", Optional.empty()));
        assertThat(catalogue.<Optional<AfterSelect>>read(rows -> rows.datasets().afterSelect("rex")))
                .isEmpty();
    }

    private void decided(FrameProgress... decisions) {
        catalogue.update(rows -> rows.frames().decided("rex", List.of(decisions)));
    }

    private static List<Frame> frames(VideoId video, int segments, int each) {
        return IntStream.range(0, segments * each)
                .mapToObj(i -> new Frame(
                        FrameId.of(video, 0, i, 0),
                        video,
                        i / each,
                        i * 1_000L,
                        new ImageRef("key/" + i, 64, 48, ImageRef.JPEG, 1, "00"),
                        List.of()))
                .toList();
    }

    /** A video of the dataset whose segments are all done and whose frames wait for the first filter. */
    private List<Frame> extract(VideoId video, int segments, int each) {
        List<Frame> frames = frames(video, segments, each);
        catalogue.update(rows -> rows.datasets().put(RECIPE, folder));
        arrive(video);
        plan(video, segments);
        catalogue.update(rows -> {
            rows.frames().extracted(EXTRACTION, RENDITION, frames);
            rows.frames().enrol("rex", RENDITION, frames);
            for (int segment = 0; segment < segments; segment++) {
                rows.segments().done(video, EXTRACTION, segment, each, List.of());
            }
        });
        return frames;
    }

    private static List<FrameId> ids(List<Frame> frames) {
        return frames.stream().map(Frame::id).toList();
    }

    private static Sharpness sharp(double score) {
        return new Sharpness(score, 0, 0, 0, 0, 0);
    }

    private static FrameProgress kept(Frame frame, StageName stage) {
        return new FrameProgress(
                frame.id(),
                frame.video(),
                frame.segment(),
                stage,
                Verdict.KEPT,
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty());
    }

    private static FrameProgress rejected(Frame frame, StageName stage) {
        return new FrameProgress(
                frame.id(),
                frame.video(),
                frame.segment(),
                stage,
                Verdict.REJECTED,
                Optional.of("poor"),
                OptionalDouble.of(0.25),
                OptionalDouble.of(0.5));
    }

    private static FrameProgress failed(Frame frame, StageName stage) {
        return new FrameProgress(
                frame.id(),
                frame.video(),
                frame.segment(),
                stage,
                Verdict.FAILED,
                Optional.of("größer 'error'"),
                OptionalDouble.empty(),
                OptionalDouble.empty());
    }

    private void twice(java.util.function.Consumer<Transaction> work) {
        catalogue.update(work);
        catalogue.update(work);
    }

    private long count(String table) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    // pictures

    private static final Pictures.Part PART = new Pictures.Part(EXTRACTION, 0);

    private List<VideoId> due(long before) {
        return catalogue.read(rows -> rows.pictures().due(before, 10));
    }

    private void end() {
        catalogue.update(rows -> {
            rows.videos().move("rex", VIDEO, VideoStatus.COMPLETED, null, VideoStatus.values());
            rows.datasets().setCurrent("rex", true);
        });
    }

    private Set<FrameId> missing() {
        return catalogue.read(rows -> rows.pictures().missing(VIDEO, PART, RENDITION));
    }

    @Test
    void pictures_of_frames_that_are_out_and_that_nobody_has_spoken_for_are_dropped_and_taken_once() {
        List<Frame> frames = extract(VIDEO, 2, 8);
        List<FrameId> ids = ids(frames);
        for (int i : new int[] {1, 3, 4, 5, 6, 7, 9}) {
            decided(rejected(frames.get(i), StageName.BLUR));
        }
        decided(failed(frames.get(2), StageName.DETECT));
        catalogue.update(rows -> {
            rows.frameEdits().put("rex", FrameEdit.PIN, ids.subList(3, 4));
            rows.frameEdits().put("rex", FrameEdit.VETO, ids.subList(4, 5));
            rows.ratings()
                    .put(
                            "rex",
                            new Opinions(
                                    List.of(new Rating(ids.get(5), "me", 5)),
                                    List.of(new Preference(ids.get(6), ids.get(7), "me"))));
        });

        assertThat(catalogue.<List<Pictures.Part>>read(rows -> rows.pictures().parts(VIDEO)))
                .containsExactly(PART, new Pictures.Part(EXTRACTION, 1));
        assertThat(catalogue.<Integer>write(rows -> rows.pictures().drop(VIDEO, PART)))
                .isEqualTo(3);
        assertThat(catalogue.<Integer>write(rows -> rows.pictures().drop(VIDEO, PART)))
                .isZero();

        assertThat(missing()).containsExactlyInAnyOrder(ids.get(1), ids.get(2), ids.get(4));
        assertThat(catalogue.<Set<FrameId>>read(rows -> rows.pictures().missing("rex", ids)))
                .isEqualTo(missing());
        assertThat(catalogue.<Set<FrameId>>read(rows -> rows.pictures().missing("another", ids)))
                .isEmpty();
        assertThatThrownBy(() -> catalogue.update(rows -> {
                    assertThat(rows.pictures().takeDropped(10)).hasSize(3);
                    throw new IllegalStateException("the process ends");
                }))
                .hasMessage("the process ends");
        assertThat(take(2))
                .containsExactlyInAnyOrder(frames.get(1).image(), frames.get(2).image());
        assertThat(take(2)).containsExactly(frames.get(4).image());
        assertThat(take(2)).isEmpty();
        assertThat(missing()).hasSize(3);

        catalogue.update(rows -> rows.frames().extracted(EXTRACTION, RENDITION, frames.subList(1, 2)));
        assertThat(missing()).containsExactlyInAnyOrder(ids.get(2), ids.get(4));
        catalogue.update(rows -> rows.pictures().notFound("rex", ids.subList(0, 1)));
        assertThat(missing()).containsExactlyInAnyOrder(ids.get(0), ids.get(2), ids.get(4));
    }

    private List<ImageRef> take(int limit) {
        return catalogue.write(rows -> rows.pictures().takeDropped(limit));
    }

    @Test
    void a_video_is_due_to_be_gone_through_when_it_rests_everywhere_and_again_when_it_has_changed()
            throws SQLException {
        extract(VIDEO, 1, 1);
        for (VideoStatus status : VideoStatus.values()) {
            catalogue.update(rows -> {
                rows.videos().move("rex", VIDEO, status, null, VideoStatus.values());
                rows.datasets().setCurrent("rex", true);
            });
            boolean ended = status == VideoStatus.COMPLETED || status == VideoStatus.FAILED;
            assertThat(due(LATER)).as(status.word()).hasSize(ended ? 1 : 0);
            assertThat(catalogue.<Boolean>read(rows -> rows.pictures().isAtRest(VIDEO, LATER)))
                    .as(status.word())
                    .isEqualTo(ended);
        }
        end();
        execute("UPDATE dataset_video SET updated_at = 500");
        assertThat(due(500)).isEmpty();
        assertThat(due(501)).containsExactly(VIDEO);
        catalogue.update(rows -> rows.datasets().setCurrent("rex", false));
        assertThat(due(501)).isEmpty();
        catalogue.update(rows -> rows.datasets().setCurrent("rex", true));

        twice(rows -> rows.pictures().goneThrough(VIDEO, 501));
        assertThat(due(501)).isEmpty();
        end();
        assertThat(due(LATER)).as("changed since").containsExactly(VIDEO);
        catalogue.update(rows -> rows.pictures().goneThrough(VIDEO, 501));
        assertThat(due(LATER)).as("changed after what was gone through").containsExactly(VIDEO);

        Recipe second = RecipeReader.read("", Map.of("dataset", "second"));
        catalogue.update(rows -> {
            rows.datasets().put(second, folder);
            rows.videos().arrive("second", VIDEO, "a.mp4", folder.resolve("a.mp4"), second.digest());
            rows.datasets().setCurrent("second", true);
        });
        assertThat(due(LATER)).as("it has arrived elsewhere").isEmpty();
    }

    @Test
    void a_run_that_is_planned_while_pictures_are_dropped_waits_and_none_is_deleted_after_it() throws Exception {
        Frame frame = extract(VIDEO, 1, 1).get(0);
        decided(rejected(frame, StageName.BLUR));
        end();
        Recipe second = RecipeReader.read("", Map.of("dataset", "second"));
        ExecutorService run = Executors.newSingleThreadExecutor();
        try {
            Future<?> planned = catalogue.write(rows -> {
                rows.pictures().hold(VIDEO);
                assertThat(rows.pictures().isAtRest(VIDEO, LATER)).isTrue();
                Future<?> other = run.submit(() -> {
                    catalogue.update(others -> {
                        others.datasets().put(second, folder);
                        others.videos().arrive("second", VIDEO, "a.mp4", folder.resolve("a.mp4"), second.digest());
                    });
                    // another extraction, which has no row of its own to wait for
                    catalogue.update(others -> others.videos().plan("second", VIDEO, "e0", "{}", 1));
                });
                assertThatThrownBy(() -> other.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
                assertThat(rows.pictures().drop(VIDEO, PART)).isEqualTo(1);
                return other;
            });
            planned.get(60, TimeUnit.SECONDS);
        } finally {
            run.shutdownNow();
        }

        assertThat(take(10)).as("files to delete").isEmpty();
        assertThat(missing()).containsExactly(frame.id());
        assertThat(catalogue.<Boolean>read(rows -> rows.pictures().isAtRest(VIDEO, LATER)))
                .isFalse();
    }

    @Test
    void a_later_opinion_of_the_same_rater_replaces_the_earlier_one() {
        FrameId one = FrameId.of(VIDEO, 0, 1, 0);
        FrameId two = FrameId.of(VIDEO, 0, 2, 0);
        catalogue.update(rows -> rows.ratings()
                .put(
                        "rex",
                        new Opinions(
                                List.of(
                                        new Rating(two, "me", 3),
                                        new Rating(one, "me", 4.5),
                                        new Rating(one, "you", 9),
                                        new Rating(one, "me", 5)),
                                List.of(new Preference(one, two, "me"), new Preference(one, two, "you")))));
        catalogue.update(rows -> rows.ratings()
                .put(
                        "rex",
                        new Opinions(
                                List.of(new Rating(two, "me", 8)),
                                List.of(new Preference(two, one, "me"), new Preference(one, two, "you")))));

        Opinions opinions = catalogue.read(rows -> rows.ratings().of("rex"));
        assertThat(opinions)
                .isEqualTo(new Opinions(
                        List.of(new Rating(one, "me", 5), new Rating(one, "you", 9), new Rating(two, "me", 8)),
                        List.of(new Preference(one, two, "you"), new Preference(two, one, "me"))));
        Opinions ofOther = catalogue.read(rows -> rows.ratings().of("other"));
        assertThat(ofOther.isEmpty()).isTrue();
    }

    @Test
    void opinions_on_frames_of_a_forgotten_video_go_with_it() {
        FrameId one = FrameId.of(VIDEO, 0, 1, 0);
        FrameId other = FrameId.of(OTHER, 0, 1, 0);
        Frame frame = new Frame(one, VIDEO, 0, 0, new ImageRef("key", 64, 48, ImageRef.JPEG, 1, "00"), List.of());
        catalogue.update(rows -> {
            rows.frames().extracted(EXTRACTION, RENDITION, List.of(frame));
            rows.ratings()
                    .put(
                            "rex",
                            new Opinions(
                                    List.of(new Rating(one, "me", 5), new Rating(other, "me", 6)),
                                    List.of(new Preference(other, one, "me"))));
            rows.videos().forget(VIDEO);
        });

        Opinions opinions = catalogue.read(rows -> rows.ratings().of("rex"));
        assertThat(opinions).isEqualTo(new Opinions(List.of(new Rating(other, "me", 6)), List.of()));
    }
}
