package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.FrameEdit;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.Measured;
import io.sluice.catalogue.SegmentState;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.InfrastructureException;
import io.sluice.frame.Sharpness;
import io.sluice.frame.VideoId;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.stage.Outcome;
import io.sluice.stage.Rejection;
import io.sluice.stage.StageName;
import io.sluice.store.FolderFrameStore;
import io.sluice.store.FrameStore;
import io.sluice.taste.Opinions;
import io.sluice.taste.Preference;
import io.sluice.taste.Rating;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A dataset with a video of two segments, of whose frames the first is in the dataset and the others are out. */
class DropRejectedPicturesTest {
    private static final VideoId VIDEO = new VideoId("ab".repeat(32));
    private static final Recipe RECIPE = RecipeReader.read("", Map.of("dataset", "rex"));
    private static final Recipe OTHER = RecipeReader.read("", Map.of("dataset", "other"));
    private static final String EXTRACTION = "e1";
    private static final String RENDITION = "r1";
    private static final Fingerprint MODEL = Fingerprint.of("model");
    private static final Duration AGE = Duration.ofDays(1);

    @TempDir
    Path folder;

    private final AtomicInteger failures = new AtomicInteger();
    private final StageMetrics metrics = new StageMetrics(new SimpleMeterRegistry());
    private Catalogue catalogue;
    private FrameStore store;
    private List<Frame> frames;

    @BeforeEach
    void open() {
        catalogue = Catalogue.embedded(folder.resolve("catalogue.db"));
        store = new FolderFrameStore(folder.resolve("frames"));
        frames = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            frames.add(stored(i));
        }
        take(RECIPE);
        catalogue.update(rows -> {
            rows.frames().extracted(EXTRACTION, RENDITION, frames);
            rows.frames().enrol("rex", RENDITION, frames);
            rows.segments().done(VIDEO, EXTRACTION, 0, 9, List.of("odd"));
            rows.segments().done(VIDEO, EXTRACTION, 1, 8, List.of());
            rows.annotations()
                    .put(
                            StageName.BLUR,
                            MODEL,
                            Map.of(
                                    frames.get(1).id(),
                                    new Measured(new Sharpness(0.1, 0, 0, 0, 0, 0), Optional.empty())));
            rows.frames()
                    .decided(
                            "rex",
                            List.of(
                                    kept(frames.get(0)),
                                    out(frames.get(1)),
                                    StageRunner.progress(
                                            StageName.DETECT, new Outcome.Failed(frames.get(2), "cannot be decoded")),
                                    out(frames.get(3))));
        });
        end("rex", VideoStatus.COMPLETED);
    }

    @AfterEach
    void close() {
        catalogue.close();
    }

    private Frame stored(int i) {
        FrameId id = FrameId.of(VIDEO, 0, i, 0);
        ImageRef image =
                store.put(id, RENDITION, ("picture " + i).getBytes(StandardCharsets.UTF_8), ImageRef.JPEG, 64, 48);
        store.putEmbedding(image, MODEL, Embedding.of(new float[] {1, i}));
        return new Frame(id, VIDEO, i / 2, i * 1_000L, image, List.of());
    }

    private static FrameProgress kept(Frame frame) {
        return StageRunner.progress(StageName.DATASET, new Outcome.Kept(frame));
    }

    private static FrameProgress out(Frame frame) {
        return StageRunner.progress(StageName.BLUR, new Outcome.Rejected(frame, new Rejection("blurred", 0.1, 0.5)));
    }

    /** The video arrives in the recipe's dataset and is planned. */
    private void take(Recipe recipe) {
        catalogue.update(rows -> {
            rows.datasets().put(recipe, folder.resolve("datasets"));
            rows.videos().arrive(recipe.dataset(), VIDEO, "a.mp4", folder.resolve("a.mp4"), recipe.digest());
            rows.videos().plan(recipe.dataset(), VIDEO, EXTRACTION, "{}", 2);
        });
    }

    private void move(String dataset, VideoStatus to) {
        assertThat(catalogue.<Boolean>write(rows -> rows.videos().move(dataset, VIDEO, to, null, VideoStatus.values())))
                .isTrue();
    }

    private void end(String dataset, VideoStatus how) {
        move(dataset, how);
        catalogue.update(rows -> rows.datasets().setCurrent(dataset, true));
    }

    /** Two days later. */
    private int drop(Optional<Duration> age, FrameStore in) {
        return new DropRejectedPictures(
                        catalogue,
                        in,
                        Supplier::get,
                        () -> true,
                        metrics,
                        age,
                        Clock.offset(Clock.systemUTC(), Duration.ofDays(2)))
                .drop(() -> true);
    }

    private int drop() {
        return drop(Optional.of(AGE), store);
    }

    private List<Integer> there() {
        List<Integer> there = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            ImageRef image = frames.get(i).image();
            if (store.has(image)) {
                there.add(i);
            }
            assertThat(store.embedding(image, MODEL).isPresent())
                    .as("the embedding goes with the picture")
                    .isEqualTo(store.has(image));
        }
        return there;
    }

    private Set<FrameId> missing() {
        return catalogue.read(rows ->
                rows.pictures().missing("rex", frames.stream().map(Frame::id).toList()));
    }

    @Test
    void pictures_and_embeddings_of_frames_that_are_out_go_and_everything_else_stays() {
        List<FrameProgress> progress = catalogue.read(rows -> rows.frames().progress("rex"));
        List<SegmentState> segments = catalogue.read(rows -> rows.segments().of(VIDEO, EXTRACTION));

        assertThat(drop()).isEqualTo(3);

        assertThat(there()).containsExactly(0);
        assertThat(missing())
                .containsExactlyInAnyOrder(
                        frames.get(1).id(), frames.get(2).id(), frames.get(3).id());
        assertThat(catalogue.<List<FrameProgress>>read(rows -> rows.frames().progress("rex")))
                .isEqualTo(progress);
        assertThat(catalogue.<List<SegmentState>>read(rows -> rows.segments().of(VIDEO, EXTRACTION)))
                .isEqualTo(segments);
        assertThat(catalogue.<List<Frame>>read(rows -> rows.frames().of("rex"))).isEqualTo(frames);
        assertThat(catalogue.<Map<FrameId, Measured>>read(
                        rows -> rows.annotations().of("rex", StageName.BLUR, MODEL)))
                .containsOnlyKeys(frames.get(1).id());
        assertThat(drop()).isZero();
        assertThat(catalogue.<List<VideoId>>read(rows -> rows.pictures().due(Long.MAX_VALUE, 10)))
                .as("gone through")
                .isEmpty();
    }

    @Test
    void of_a_failed_video_pictures_go_too() {
        end("rex", VideoStatus.FAILED);
        assertThat(drop()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = VideoStatus.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"COMPLETED", "FAILED"})
    void while_the_video_is_unfinished_in_any_dataset_its_pictures_stay(VideoStatus unfinished) {
        move("rex", unfinished);
        assertThat(drop()).isZero();
        end("rex", VideoStatus.COMPLETED);
        take(OTHER);
        catalogue.update(rows -> rows.datasets().setCurrent("other", true));
        move("other", unfinished);

        assertThat(drop())
                .as("unfinished in a dataset that has no frame of it yet")
                .isZero();
        assertThat(there()).containsExactly(0, 1, 2, 3);

        end("other", VideoStatus.COMPLETED);
        assertThat(drop()).isEqualTo(3);
    }

    @Test
    void a_dataset_that_is_outdated_keeps_its_pictures() {
        catalogue.update(rows -> rows.datasets().setCurrent("rex", false));
        assertThat(drop()).isZero();
        assertThat(there()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void a_video_that_has_changed_lately_keeps_its_pictures() {
        assertThat(drop(Optional.of(Duration.ofDays(3)), store)).isZero();
        assertThat(drop(Optional.of(Duration.ofDays(1)), store)).isEqualTo(3);
    }

    @Test
    void without_the_setting_pictures_are_kept_for_ever() {
        assertThat(drop(Optional.empty(), store)).isZero();
        assertThat(there()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void a_frame_that_another_dataset_has_keeps_its_picture() {
        take(OTHER);
        catalogue.update(rows -> {
            rows.frames().enrol("other", RENDITION, frames);
            rows.frames().decided("other", List.of(out(frames.get(0)), kept(frames.get(1)), out(frames.get(2))));
        });
        end("other", VideoStatus.COMPLETED);

        assertThat(drop()).isEqualTo(1);

        assertThat(there())
                .as("kept by the first, by the second, and waiting in the second")
                .containsExactly(0, 1, 3);
    }

    @Test
    void a_frame_that_is_pinned_in_any_dataset_keeps_its_picture_and_one_that_is_vetoed_does_not() {
        catalogue.update(rows -> {
            rows.frameEdits().put("rex", FrameEdit.PIN, List.of(frames.get(1).id()));
            rows.frameEdits().put("rex", FrameEdit.VETO, List.of(frames.get(2).id()));
        });
        take(OTHER);
        catalogue.update(rows -> rows.frameEdits()
                .put("other", FrameEdit.PIN, List.of(frames.get(3).id())));
        end("other", VideoStatus.COMPLETED);

        assertThat(drop()).isEqualTo(1);

        assertThat(there()).containsExactly(0, 1, 3);
    }

    @Test
    void a_frame_that_somebody_has_judged_keeps_its_picture() {
        catalogue.update(rows -> rows.ratings()
                .put(
                        "rex",
                        new Opinions(
                                List.of(new Rating(frames.get(1).id(), "me", 3)),
                                List.of(new Preference(
                                        frames.get(2).id(), frames.get(3).id(), "me")))));

        assertThat(drop()).isZero();
        assertThat(there()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void frames_that_are_in_no_dataset_any_more_lose_their_pictures() {
        catalogue.update(rows -> rows.videos().restart("rex", VIDEO, RECIPE.digest()));
        end("rex", VideoStatus.FAILED);

        assertThat(drop()).isEqualTo(4);
    }

    /** A store that deletes one picture and then is not there any more, as if the process had been killed. */
    private FrameStore ending() {
        return new FrameStore() {
            @Override
            public ImageRef put(
                    FrameId frame, String rendition, byte[] encoded, String mediaType, int width, int height) {
                return store.put(frame, rendition, encoded, mediaType, width, height);
            }

            @Override
            public byte[] get(ImageRef ref) {
                return store.get(ref);
            }

            @Override
            public void putEmbedding(ImageRef picture, Fingerprint model, Embedding embedding) {
                store.putEmbedding(picture, model, embedding);
            }

            @Override
            public Optional<Embedding> embedding(ImageRef picture, Fingerprint model) {
                return store.embedding(picture, model);
            }

            @Override
            public void delete(ImageRef ref) {
                if (failures.incrementAndGet() > 1) {
                    throw new InfrastructureException("the store is gone", null);
                }
                store.delete(ref);
            }
        };
    }

    private void endBetweenCatalogueAndFiles() {
        // of the two pictures of the second segment
        catalogue.update(rows -> rows.frameEdits()
                .put("rex", FrameEdit.PIN, List.of(frames.get(1).id())));
        assertThatThrownBy(() -> drop(Optional.of(AGE), ending())).hasMessage("the store is gone");
    }

    @Test
    void what_ended_between_catalogue_and_files_is_ended_by_the_next_one_and_nobody_counts_on_a_picture_meanwhile() {
        endBetweenCatalogueAndFiles();
        Set<FrameId> promised = Set.of(frames.get(2).id(), frames.get(3).id());
        assertThat(missing()).isEqualTo(promised);
        assertThat(there()).containsExactly(0, 1, 3);

        assertThat(drop(Optional.empty(), store))
                .as("whatever the settings say now")
                .isEqualTo(2);

        assertThat(missing()).isEqualTo(promised);
        assertThat(there()).containsExactly(0, 1);
    }

    @Test
    void a_run_that_begins_between_catalogue_and_files_keeps_what_it_stores() {
        endBetweenCatalogueAndFiles();

        take(OTHER);
        Stream.of(2, 3).forEach(this::stored);
        assertThat(drop()).isZero();
        catalogue.update(rows -> rows.frames().extracted(EXTRACTION, RENDITION, frames.subList(2, 4)));

        assertThat(drop()).isZero();
        assertThat(there()).containsExactly(0, 1, 2, 3);
        assertThat(missing()).isEmpty();
    }
}
