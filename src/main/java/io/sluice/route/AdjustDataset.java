package io.sluice.route;

import io.sluice.assess.Difference;
import io.sluice.assess.MeasuredFrame;
import io.sluice.assess.Outlook;
import io.sluice.assess.Replay;
import io.sluice.assess.Standing;
import io.sluice.assess.Standing.Fate;
import io.sluice.catalogue.AfterSelect;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.FrameEdit;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.Verdict;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.VideoId;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeException;
import io.sluice.recipe.RecipeReader;
import io.sluice.recipe.Target;
import io.sluice.select.Edits;
import io.sluice.stage.Rejection;
import io.sluice.stage.StageName;
import io.sluice.store.FrameStore;
import io.sluice.store.Place;
import io.sluice.video.ExtractionFingerprint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Gives a dataset other thresholds, or other words of a person on its frames, without starting its videos over.
 *
 * <p>Every frame is judged again from what is kept of it. One that passes filters it had not passed goes to the first stage that has
 * not measured it; one that does not pass any more is out. What select makes of the rest is for {@link AdvanceDatasets}, which is
 * made to look again. A frame that is kept and was kept stays where it is, unless the recipe changes what comes after select;
 * then it goes that way once more, and each stage finds what it has measured before.
 *
 * <p>All of it is one transaction, after which messages are published; a kill in between costs what the sweeper costs. Videos that
 * are not through the filters yet start over under the new recipe, as with any new recipe: what was extracted and measured is
 * found again. Thread-safe.
 */
public final class AdjustDataset {
    private static final Logger LOG = Logger.getLogger(AdjustDataset.class);
    static final String GONE = "cannot be promoted: its picture is not in the frame store any more, which"
            + " sluice.retention.rejected may have deleted; retry extracts it from the video again";

    private static final Set<VideoStatus> THROUGH_FILTERS =
            EnumSet.of(VideoStatus.MEASURED, VideoStatus.AWAITING_REVIEW, VideoStatus.FINISHING, VideoStatus.COMPLETED);

    private final Catalogue catalogue;
    private final Publisher publisher;
    private final AdvanceDatasets datasets;
    private final KeptMeasurements measurements;
    private final Replay replay;
    private final FrameStore store;

    public AdjustDataset(
            Catalogue catalogue,
            Publisher publisher,
            AdvanceDatasets datasets,
            KeptMeasurements measurements,
            Replay replay,
            FrameStore store) {
        this.catalogue = catalogue;
        this.publisher = publisher;
        this.datasets = datasets;
        this.measurements = measurements;
        this.replay = replay;
        this.store = store;
    }

    /**
     * The dataset's recipe with these settings.
     *
     * @throws IllegalArgumentException if there is no such dataset
     * @throws RecipeException if they are not allowed, or change which frames are extracted or how these are stored
     */
    public static Recipe changed(Catalogue catalogue, String dataset, Map<String, String> settings) {
        Recipe current = current(catalogue, dataset);
        Recipe next = RecipeReader.read(current.canonical(), settings);
        if (!next.dataset().equals(dataset)) {
            throw new RecipeException("recipe: dataset: '" + next.dataset() + "' is not allowed; allowed: " + dataset
                    + ", whose thresholds these are");
        }
        if (!ExtractionFingerprint.of(next).equals(ExtractionFingerprint.of(current))) {
            List<String> keys = settings.keySet().stream()
                    .filter(key -> key.startsWith("extract") || key.startsWith("export"))
                    .toList();
            throw new RecipeException("recipe: " + String.join(", ", keys.isEmpty() ? settings.keySet() : keys)
                    + ": other frames would have to be extracted or stored; allowed: what is decided on the frames that"
                    + " are there. Give the videos to curate, with the whole recipe");
        }
        return next;
    }

    /** @throws IllegalArgumentException if there is no such dataset */
    public static Recipe current(Catalogue catalogue, String dataset) {
        return catalogue
                .read(rows -> rows.datasets().recipeOf(dataset))
                .orElseThrow(() -> new IllegalArgumentException("dataset '" + dataset + "' does not exist"));
    }

    /** @param next made by {@link #changed} */
    public Adjustment adjust(Recipe next) {
        return datasets.undisturbed(() -> apply(next, () -> {}));
    }

    /**
     * Pins or vetoes frames, or takes it back.
     *
     * @param edit empty to take back what was said
     * @throws IllegalArgumentException if there is no such dataset, or a frame is not in it; then nothing is done
     */
    public Adjustment edit(String dataset, Optional<FrameEdit> edit, Collection<FrameId> frames) {
        Recipe recipe = current(catalogue, dataset);
        return datasets.undisturbed(() -> {
            Set<FrameId> unknown = new TreeSet<>(frames);
            unknown.removeAll(catalogue
                    .read(rows -> rows.frames().progress(dataset, frames))
                    .keySet());
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException("dataset '" + dataset + "' has no frame "
                        + unknown.stream().map(FrameId::value).collect(Collectors.joining(", ")));
            }
            return apply(
                    recipe,
                    () -> catalogue.update(rows -> edit.ifPresentOrElse(
                            word -> rows.frameEdits().put(dataset, word, frames),
                            () -> rows.frameEdits().remove(dataset, frames))));
        });
    }

    private Adjustment apply(Recipe next, Runnable edits) {
        String dataset = next.dataset();
        Recipe before = current(catalogue, dataset);
        Outlook outlookBefore =
                replay.of(before, measurements.of(dataset, before, before), AdvanceDatasets.edits(catalogue, dataset));
        edits.run();
        Change change = new Change(before, next, AdvanceDatasets.edits(catalogue, dataset));
        while (!change.write()) {
            change = new Change(before, next, AdvanceDatasets.edits(catalogue, dataset));
        }
        publisher.publish(change.messages());
        Difference difference = Difference.between(outlookBefore, change.outlook);
        LOG.infof(
                "dataset=%s adjusted: promoted=%d demoted=%d waiting=%d notPromotable=%d",
                dataset,
                difference.promoted().size(),
                difference.demoted().size(),
                difference.waiting().size(),
                change.gone.size());
        return new Adjustment(next, change.outlook, difference, List.copyOf(change.gone), change.startedOver.size());
    }

    /** One adjustment. */
    private final class Change {
        private final String dataset;
        private final Recipe before;
        private final Recipe next;
        private final Map<FrameId, FrameProgress> progress;
        private final List<DatasetVideo> videos;
        private final Set<VideoId> judged;
        /** Frames that would come in, whose pictures are gone. */
        private final Set<FrameId> gone = new TreeSet<>();
        /** Frames that come in. */
        private final List<Frame> promoted;

        private final Map<FrameId, StageName> waiting = new HashMap<>();
        private final Map<FrameId, Frame> frames = new HashMap<>();
        private final Outlook outlook;
        private final List<DatasetVideo> startedOver;

        Change(Recipe before, Recipe next, Edits edits) {
            this.dataset = next.dataset();
            this.before = before;
            this.next = next;
            this.progress = catalogue.read(rows -> rows.frames().progress(dataset)).stream()
                    .collect(Collectors.toMap(FrameProgress::frame, Function.identity()));
            this.videos = catalogue.read(rows -> rows.videos().of(dataset));
            this.judged = videos.stream()
                    .filter(video -> THROUGH_FILTERS.contains(video.status()))
                    .map(DatasetVideo::video)
                    .collect(Collectors.toSet());
            this.startedOver = videos.stream()
                    .filter(video -> video.status() == VideoStatus.ARRIVED || video.status() == VideoStatus.EXTRACTING)
                    .toList();
            List<MeasuredFrame> measured = measurements.of(dataset, next, before);
            Outlook told = replay.of(next, measured, edits);
            List<Frame> comeIn;
            // A frame that is left out may let others in, whose pictures may be gone as well.
            while (true) {
                comeIn = told.standings().stream()
                        .filter(this::isPromoted)
                        .map(Standing::frame)
                        .toList();
                // A picture that was dropped may lie in the store for a while yet.
                Set<FrameId> dropped = dropped(comeIn);
                Set<FrameId> missing = comeIn.stream()
                        .filter(frame -> dropped.contains(frame.id()) || !store.has(frame.image()))
                        .map(Frame::id)
                        .collect(Collectors.toSet());
                if (missing.isEmpty()) {
                    break;
                }
                gone.addAll(missing);
                measured = measured.stream()
                        .filter(frame -> !missing.contains(frame.frame().id()))
                        .toList();
                told = replay.of(next, measured, edits);
            }
            this.outlook = told;
            this.promoted = comeIn;
        }

        private Set<FrameId> dropped(List<Frame> of) {
            List<FrameId> ids = of.stream().map(Frame::id).toList();
            return catalogue.read(rows -> rows.pictures().missing(dataset, ids));
        }

        /** Whether the frame was out, and is not any more. */
        private boolean isPromoted(Standing standing) {
            FrameProgress reached = progress.get(standing.frame().id());
            return (standing.fate() == Fate.KEPT || standing.fate() == Fate.WAITS)
                    && reached != null
                    && reached.verdict() == Verdict.REJECTED;
        }

        /**
         * Writes it down.
         *
         * @return false if pictures of frames that come in have been dropped meanwhile; nothing is done then
         */
        boolean write() {
            boolean same = List.of(StageName.INPAINT, StageName.CAPTION).stream()
                            .allMatch(stage -> measurements.isSame(stage, next, before))
                    && next.export().equals(before.export())
                    && next.detect().target().equals(before.detect().target())
                    && next.caption().trigger().equals(before.caption().trigger());
            List<FrameProgress> changed = new ArrayList<>();
            Set<VideoId> unmeasured = new HashSet<>();
            for (Standing standing : outlook.standings()) {
                Frame frame = standing.frame();
                FrameProgress reached = progress.get(frame.id());
                if (reached == null || !judged.contains(frame.video())) {
                    continue;
                }
                if (standing.fate() == Fate.WAITS) {
                    waiting.put(frame.id(), standing.stage());
                    unmeasured.add(frame.video());
                    frames.put(frame.id(), frame);
                }
                place(standing, reached, same)
                        .filter(row -> !row.equals(reached))
                        .ifPresent(changed::add);
            }
            for (FrameId frame : gone) {
                FrameProgress reached = progress.get(frame);
                if (reached != null) {
                    changed.add(gone(reached));
                }
            }
            Optional<AfterSelect> after = afterSelect();
            Place folder = catalogue
                    .read(rows -> rows.datasets().place(dataset))
                    .orElseThrow(() -> new IllegalStateException("dataset '" + dataset + "' has no folder"));
            return catalogue.<Boolean>write(rows -> {
                // A process that does not know of this one may drop pictures.
                if (!rows.pictures().keep(dataset, promoted)) {
                    return false;
                }
                rows.datasets().put(next, folder);
                rows.frames().reselected(dataset, changed);
                rows.pictures().notFound(dataset, gone);
                for (DatasetVideo video : videos) {
                    if (judged.contains(video.video())) {
                        rows.videos()
                                .adjust(
                                        dataset,
                                        video.video(),
                                        next.digest(),
                                        unmeasured.contains(video.video())
                                                ? VideoStatus.EXTRACTING
                                                : VideoStatus.MEASURED);
                    } else if (video.status() == VideoStatus.FAILED) {
                        rows.videos().adjust(dataset, video.video(), next.digest(), VideoStatus.FAILED);
                    } else {
                        rows.videos().restart(dataset, video.video(), next.digest());
                    }
                }
                rows.datasets().setAfterSelect(dataset, after);
                rows.datasets().setCurrent(dataset, false);
                return true;
            });
        }

        /** Those that are due when it is written. */
        List<Publisher.Record> messages() {
            List<Publisher.Record> messages = new ArrayList<>();
            startedOver.forEach(video -> messages.add(Publisher.Record.of(
                    new VideoMessage(dataset, next.digest(), video.video(), Optional.of(video.source())))));
            waiting.forEach((id, stage) -> messages.add(Publisher.Record.of(
                    Topic.after(previous(stage)),
                    previous(stage).word(),
                    FrameMessage.of(dataset, next.digest(), Objects.requireNonNull(frames.get(id))))));
            return messages;
        }

        /** A dataset that rests goes on to rest, one that was finished is finished again. */
        private Optional<AfterSelect> afterSelect() {
            if (videos.stream().anyMatch(video -> video.status() == VideoStatus.AWAITING_REVIEW)) {
                return Optional.of(AfterSelect.REST);
            }
            boolean wasSelected = videos.stream()
                    .anyMatch(video ->
                            video.status() == VideoStatus.FINISHING || video.status() == VideoStatus.COMPLETED);
            return wasSelected && startedOver.isEmpty()
                    ? Optional.of(AfterSelect.GO_ON)
                    : catalogue.read(rows -> rows.datasets().afterSelect(dataset));
        }

        /** Where the frame is put; empty if it stays. */
        private Optional<FrameProgress> place(Standing standing, FrameProgress reached, boolean sameAfterSelect) {
            return switch (standing.fate()) {
                case WAITS ->
                    Optional.of(
                            row(reached, previous(standing.stage()), Verdict.KEPT, Optional.empty(), Optional.empty()));
                case FAILED ->
                    standing.stage().compareTo(StageName.SELECT) < 0
                            ? Optional.empty()
                            : throughFilters(standing, reached, sameAfterSelect);
                case REJECTED ->
                    standing.stage().compareTo(StageName.SELECT) < 0
                            ? Optional.of(row(
                                    reached,
                                    standing.stage(),
                                    Verdict.REJECTED,
                                    standing.rejection().map(Rejection::reason),
                                    standing.rejection()))
                            : throughFilters(standing, reached, sameAfterSelect);
                case KEPT -> throughFilters(standing, reached, sameAfterSelect);
            };
        }

        private Optional<FrameProgress> throughFilters(
                Standing standing, FrameProgress reached, boolean sameAfterSelect) {
            if (reached.stage().compareTo(StageName.SELECT) < 0) {
                return Optional.of(row(reached, StageName.AESTHETIC, Verdict.KEPT, Optional.empty(), Optional.empty()));
            }
            boolean chosen = reached.stage().compareTo(StageName.SELECT) > 0 || reached.verdict() == Verdict.KEPT;
            boolean stays = sameAfterSelect
                    && Target.isContext(before.detect(), standing.frame())
                            == Target.isContext(next.detect(), standing.frame());
            return chosen && !stays
                    ? Optional.of(row(reached, StageName.SELECT, Verdict.KEPT, Optional.empty(), Optional.empty()))
                    : Optional.empty();
        }

        private static FrameProgress row(
                FrameProgress of, StageName stage, Verdict verdict, Optional<String> reason, Optional<Rejection> why) {
            return new FrameProgress(
                    of.frame(),
                    of.video(),
                    of.segment(),
                    stage,
                    verdict,
                    reason,
                    why.map(r -> OptionalDouble.of(r.score())).orElse(OptionalDouble.empty()),
                    why.map(r -> OptionalDouble.of(r.threshold())).orElse(OptionalDouble.empty()));
        }
    }

    /** Where a frame is put that would come in, and whose picture is gone. */
    static FrameProgress gone(FrameProgress of) {
        return Change.row(of, StageName.AESTHETIC, Verdict.FAILED, Optional.of(GONE), Optional.empty());
    }

    private static StageName previous(StageName stage) {
        return StageName.values()[stage.ordinal() - 1];
    }
}
