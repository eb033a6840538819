package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.assess.Replay;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.Measured;
import io.sluice.catalogue.Verdict;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Annotation;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.VideoId;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.select.Selector;
import io.sluice.sheet.ContactSheet;
import io.sluice.stage.Outcome;
import io.sluice.stage.Rejection;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import io.sluice.store.FolderFrameStore;
import io.sluice.store.FrameStore;
import io.sluice.store.ObjectStorage;
import io.sluice.video.ExtractionFingerprint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Frames that come in after they were out, some of whose pictures retention has dropped. A completed video has one frame in the
 * dataset and two that select has left out, and would take under the recipe as it is now; another video waits for select.
 */
class PromotionTest {
    private static final VideoId VIDEO = new VideoId("ab".repeat(32));
    private static final VideoId OTHER = new VideoId("cd".repeat(32));
    private static final Recipe RECIPE = RecipeReader.read("", Map.of("dataset", "rex"));
    private static final String EXTRACTION = ExtractionFingerprint.of(RECIPE).value();
    private static final String RENDITION =
            ExtractionFingerprint.rendition(RECIPE).value();

    @TempDir
    Path folder;

    /** Of pictures that have nothing in common. */
    private static final List<String> HASHES = List.of("0000000000000000", "ffffffffffffffff", "00ff00ff00ff00ff");

    private final Pipeline pipeline = new Pipeline(
            Stream.of(StageName.BLUR, StageName.DETECT, StageName.AESTHETIC, StageName.INPAINT, StageName.CAPTION)
                    .<Stage>map(FakeStage::new)
                    .toList());
    private final ObjectStorage storage = new ObjectStorage(
            new ObjectStorage.Settings(Optional.empty(), Optional.empty(), true, 1, Duration.ofSeconds(1), 1));
    private final CamelContext context = new DefaultCamelContext();
    private Catalogue catalogue;
    private FrameStore store;
    private DatasetReport report;
    private AdvanceDatasets datasets;
    private AdjustDataset adjust;
    private List<Frame> frames;

    @BeforeEach
    void open() throws Exception {
        catalogue = Catalogue.embedded(folder.resolve("catalogue.db"));
        store = new FolderFrameStore(folder.resolve("frames"));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:publish").stop();
            }
        });
        context.start();
        Publisher publisher = new Publisher(context, context.createProducerTemplate());
        report = new DatasetReport(catalogue, pipeline, new StageMetrics(new SimpleMeterRegistry()), List::of);
        datasets = new AdvanceDatasets(
                catalogue,
                pipeline,
                new Recipes(catalogue),
                publisher,
                new VideoOutcomes(
                        catalogue,
                        publisher,
                        new InboxFolders(
                                folder.resolve("inbox"),
                                folder.resolve("accepted"),
                                folder.resolve("done"),
                                folder.resolve("failed"))),
                report,
                new DatasetFolders(catalogue, storage),
                new Selector(),
                AdvanceDatasets.SelectWhen.VIDEO,
                false,
                FrameTraces.off(),
                store);
        adjust = new AdjustDataset(
                catalogue,
                publisher,
                datasets,
                new KeptMeasurements(catalogue, pipeline, report),
                new Replay(pipeline.stages(), new Selector()),
                store);
        frames = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            FrameId id = FrameId.of(VIDEO, 0, i, 0);
            byte[] picture = ("picture " + i).getBytes(StandardCharsets.UTF_8);
            frames.add(new Frame(
                    id, VIDEO, 0, i * 1_000L, store.put(id, RENDITION, picture, ImageRef.JPEG, 640, 480), List.of()));
        }
        catalogue.update(rows -> {
            rows.datasets().put(RECIPE, folder.resolve("datasets"));
            for (VideoId video : List.of(VIDEO, OTHER)) {
                rows.videos().arrive("rex", video, "a.mp4", folder.resolve("a.mp4"), RECIPE.digest());
                rows.videos().plan("rex", video, EXTRACTION, Fixture.PLAN, 1);
            }
            rows.frames().extracted(EXTRACTION, RENDITION, frames);
            rows.frames().enrol("rex", RENDITION, frames);
            Map<StageName, Function<Frame, Annotation>> measurements = Map.of(
                    StageName.BLUR, frame -> FakeStage.sharp(0.9),
                    StageName.DETECT, frame -> new Detections("none", List.of(), List.of()),
                    StageName.AESTHETIC, frame -> new AestheticScore("s", 5, HASHES.get(frames.indexOf(frame))));
            measurements.forEach((filter, measurement) -> rows.annotations()
                    .put(
                            filter,
                            pipeline.fingerprint(filter, RECIPE),
                            frames.stream()
                                    .collect(Collectors.toMap(
                                            Frame::id,
                                            frame -> new Measured(measurement.apply(frame), Optional.empty())))));
            rows.frames()
                    .decided(
                            "rex",
                            List.of(
                                    StageRunner.progress(StageName.DATASET, new Outcome.Kept(frames.get(0))),
                                    leftOut(frames.get(1)),
                                    leftOut(frames.get(2))));
            rows.videos().move("rex", VIDEO, VideoStatus.COMPLETED, null, VideoStatus.values());
            rows.videos().move("rex", OTHER, VideoStatus.MEASURED, null, VideoStatus.values());
        });
    }

    private static FrameProgress leftOut(Frame frame) {
        return StageRunner.progress(StageName.SELECT, new Outcome.Rejected(frame, new Rejection("over-goal", 2, 1)));
    }

    @AfterEach
    void close() {
        context.stop();
        catalogue.close();
        storage.close();
    }

    private void drop(Frame frame) {
        catalogue.update(rows -> rows.pictures().notFound("rex", List.of(frame.id())));
    }

    /** The picture of the frame goes while the next change waits for a process that is dropping it. */
    private void dropsWhileWaitedFor(Frame frame) throws SQLException {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("catalogue.db"));
                Statement statement = database.createStatement()) {
            statement.execute("CREATE TRIGGER other_process AFTER UPDATE OF body ON video_plan BEGIN "
                    + "UPDATE frame SET picture = 'dropped' WHERE id = '" + frame.id() + "'; END");
        }
    }

    /** {@code stage verdict} of each frame. */
    private List<String> reached() {
        Map<FrameId, FrameProgress> progress = catalogue
                .read(rows -> rows.frames().progress("rex"))
                .stream()
                .collect(Collectors.toMap(FrameProgress::frame, frame -> frame));
        return frames.stream()
                .map(frame -> progress.get(frame.id()))
                .map(frame -> frame.stage().word() + " " + frame.verdict().word())
                .toList();
    }

    @Test
    void select_takes_what_it_left_out_before() throws Exception {
        datasets.advance();
        assertThat(reached()).containsExactly("dataset kept", "select kept", "select kept");
    }

    @Test
    void select_takes_no_frame_whose_picture_is_gone() throws Exception {
        drop(frames.get(1));

        datasets.advance();

        assertThat(reached()).containsExactly("dataset kept", "aesthetic failed", "select kept");
        FrameProgress gone = catalogue.read(rows -> rows.frames().progress("rex")).stream()
                .filter(frame -> frame.verdict() == Verdict.FAILED)
                .findFirst()
                .orElseThrow();
        assertThat(gone.reason()).hasValue(AdjustDataset.GONE);
    }

    @Test
    void select_records_nothing_if_a_picture_goes_meanwhile_and_looks_again() throws Exception {
        dropsWhileWaitedFor(frames.get(2));

        datasets.advance();
        assertThat(reached()).containsExactly("dataset kept", "select rejected", "select rejected");

        datasets.advance();
        assertThat(reached()).containsExactly("dataset kept", "select kept", "aesthetic failed");
    }

    @Test
    void adjust_names_frames_whose_pictures_have_gone_before_or_meanwhile() throws Exception {
        drop(frames.get(1));
        dropsWhileWaitedFor(frames.get(2));

        Adjustment made = adjust.adjust(AdjustDataset.changed(catalogue, "rex", Map.of("blur.threshold", "0.4")));

        assertThat(made.notPromotable())
                .containsExactlyInAnyOrder(frames.get(1).id(), frames.get(2).id());
        assertThat(made.difference().promoted()).isEmpty();
        assertThat(reached()).containsExactly("dataset kept", "aesthetic failed", "aesthetic failed");
    }

    @Test
    void a_sheet_shows_an_empty_picture_and_says_why() {
        store.delete(frames.get(1).image());

        ContactSheet sheet = new DatasetSheet(catalogue, report, store).of("rex", 1, 0, 10);

        List<ContactSheet.Cell> cells = sheet.sections().stream()
                .flatMap(section -> section.cells().stream())
                .sorted(Comparator.comparing(ContactSheet.Cell::frame))
                .toList();
        assertThat(cells)
                .extracting(ContactSheet.Cell::frame)
                .containsExactlyElementsOf(
                        frames.stream().map(frame -> frame.id().value()).toList());
        ContactSheet.Cell empty = cells.get(1);
        assertThat(empty.text()).contains("its picture is not in the store any more");
        assertThat(empty.picture().get().width()).isEqualTo(16);
        assertThat(cells.get(2).text()).doesNotContain("not in the store");
    }
}
