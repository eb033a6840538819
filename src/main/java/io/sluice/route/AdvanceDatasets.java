package io.sluice.route;

import io.sluice.catalogue.AfterSelect;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.FrameEdit;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.Verdict;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.recipe.Recipe;
import io.sluice.select.Decision;
import io.sluice.select.Edits;
import io.sluice.select.Selector;
import io.sluice.stage.Rejection;
import io.sluice.stage.StageName;
import io.sluice.store.FrameStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;

/**
 * Moves datasets on: videos whose frames are all measured, datasets to select, datasets whose chosen frames are all written.
 *
 * <p>Looks at the catalogue alone, so it finds its place again after a kill, and each step may be repeated. One thread at a time,
 * and as a rule one process. A process that paused while another took over gives up what it chose from rows that are no longer
 * so, and has a dataset written again that it wrote from such rows.
 */
public final class AdvanceDatasets implements Processor {
    private static final Logger LOG = Logger.getLogger(AdvanceDatasets.class);

    /** Videos that select looks at. */
    private static final Set<VideoStatus> SELECTABLE =
            EnumSet.of(VideoStatus.MEASURED, VideoStatus.AWAITING_REVIEW, VideoStatus.FINISHING, VideoStatus.COMPLETED);

    /** When select runs. */
    public enum SelectWhen {
        /** The filters have finished a video. */
        VIDEO,
        /** The filters have finished all videos of the dataset. */
        RUN
    }

    private final Catalogue catalogue;
    private final Pipeline pipeline;
    private final Recipes recipes;
    private final Publisher publisher;
    private final VideoOutcomes outcomes;
    private final DatasetReport report;
    private final DatasetFolders folders;
    private final Selector selector;
    private final SelectWhen when;
    private final boolean rest;
    private final FrameTraces traces;
    private final FrameStore store;

    /** @param rest whether datasets rest after select, whatever their recipe says */
    public AdvanceDatasets(
            Catalogue catalogue,
            Pipeline pipeline,
            Recipes recipes,
            Publisher publisher,
            VideoOutcomes outcomes,
            DatasetReport report,
            DatasetFolders folders,
            Selector selector,
            SelectWhen when,
            boolean rest,
            FrameTraces traces,
            FrameStore store) {
        this.catalogue = catalogue;
        this.pipeline = pipeline;
        this.recipes = recipes;
        this.publisher = publisher;
        this.outcomes = outcomes;
        this.report = report;
        this.folders = folders;
        this.selector = selector;
        this.when = when;
        this.rest = rest;
        this.traces = traces;
        this.store = store;
    }

    @Override
    public synchronized void process(Exchange exchange) throws MessageException {
        advance();
    }

    void advance() throws MessageException {
        if (!catalogue.read(rows -> rows.videos().measured(StageName.AESTHETIC)).isEmpty()) {
            catalogue.update(rows -> rows.videos()
                    .measured(StageName.AESTHETIC)
                    .forEach(video -> rows.videos()
                            .move(video.dataset(), video.video(), VideoStatus.MEASURED, null, VideoStatus.EXTRACTING)));
        }
        Set<String> measured = new TreeSet<>();
        catalogue.read(rows -> rows.videos().in(VideoStatus.MEASURED)).forEach(video -> measured.add(video.dataset()));
        for (String dataset : measured) {
            List<DatasetVideo> videos = catalogue.read(rows -> rows.videos().of(dataset));
            if (when == SelectWhen.VIDEO || videos.stream().noneMatch(AdvanceDatasets::isBeforeSelect)) {
                select(dataset, videos);
            }
        }
        List<String> outdated = catalogue.read(rows -> rows.datasets().outdated());
        Set<String> unfinished = new TreeSet<>(outdated);
        catalogue
                .read(rows -> rows.videos().in(VideoStatus.FINISHING))
                .forEach(video -> unfinished.add(video.dataset()));
        for (String dataset : unfinished) {
            finish(dataset);
        }
    }

    private static boolean isBeforeSelect(DatasetVideo video) {
        return video.status() == VideoStatus.ARRIVED || video.status() == VideoStatus.EXTRACTING;
    }

    private void select(String dataset, List<DatasetVideo> videos) throws MessageException {
        Recipe recipe = recipes.get(videos.get(0).recipe());
        Set<String> concerned = videos.stream()
                .filter(video -> SELECTABLE.contains(video.status()))
                .map(video -> video.video().sha256())
                .collect(Collectors.toSet());
        Map<FrameId, FrameProgress> candidates = catalogue
                .read(rows -> rows.frames().progress(dataset))
                .stream()
                .filter(frame -> concerned.contains(frame.video().sha256()))
                .filter(AdvanceDatasets::isCandidate)
                .collect(Collectors.toMap(FrameProgress::frame, Function.identity()));
        List<Frame> measured = report.frames(dataset, recipe, StageName.AESTHETIC).stream()
                .filter(frame -> candidates.containsKey(frame.id()))
                .toList();
        List<FrameProgress> changed = new ArrayList<>();
        List<Decision> decisions;
        List<Frame> promoted;
        // A frame that was out and whose picture has gone since cannot come in; without it select may let others in.
        while (true) {
            decisions = selector.select(recipe, measured, edits(catalogue, dataset));
            promoted = promoted(measured, decisions, candidates);
            List<FrameId> ids = promoted.stream().map(Frame::id).toList();
            Set<FrameId> gone = catalogue.read(rows -> rows.pictures().missing(dataset, ids));
            if (gone.isEmpty()) {
                break;
            }
            measured = measured.stream()
                    .filter(frame -> !gone.contains(frame.id()))
                    .toList();
            gone.forEach(frame -> changed.add(AdjustDataset.gone(Objects.requireNonNull(candidates.get(frame)))));
        }
        for (Decision decision : decisions) {
            FrameProgress before = candidates.get(decision.frame());
            if (before != null) {
                decided(before, decision.rejection()).ifPresent(changed::add);
            }
        }
        boolean review = catalogue
                .read(rows -> rows.datasets().afterSelect(dataset))
                .map(after -> after == AfterSelect.REST)
                .orElse(rest || recipe.assess() == Recipe.Assess.WAIT);
        FailPoint.IN_SELECT.pass();
        VideoStatus next = review ? VideoStatus.AWAITING_REVIEW : VideoStatus.FINISHING;
        List<Frame> comeIn = promoted;
        boolean decided;
        try {
            decided = catalogue.write(rows -> {
                List<DatasetVideo> now = rows.videos().of(dataset);
                // Another process, or an adjustment, may have moved videos, given the dataset another recipe or
                // dropped pictures meanwhile.
                if (!selectable(now).equals(selectable(videos))
                        || !recipes(now).containsAll(recipes(videos))
                        || !rows.pictures().keep(dataset, comeIn)) {
                    return false;
                }
                // Before the frames, because it locks out another process that has come as far as this.
                for (DatasetVideo video : videos) {
                    if (video.status() == VideoStatus.MEASURED
                            && !rows.videos().move(dataset, video.video(), next, null, VideoStatus.MEASURED)) {
                        throw new OvertakenException();
                    }
                }
                rows.frames().reselected(dataset, changed);
                if (videos.stream().noneMatch(AdvanceDatasets::isBeforeSelect)) {
                    rows.datasets().setAfterSelect(dataset, Optional.empty());
                }
                rows.datasets().setCurrent(dataset, false);
                return true;
            });
        } catch (OvertakenException e) {
            decided = false;
        }
        FailPoint.IN_SELECT.pass();
        if (!decided) {
            LOG.infof("stage=select dataset=%s changed meanwhile: not recorded, and looked at again", dataset);
            return;
        }
        long kept = decisions.stream()
                .filter(decision -> decision.rejection().isEmpty())
                .count();
        LOG.infof("stage=select dataset=%s frames=%d kept=%d", dataset, decisions.size(), kept);
        if (!review) {
            publishSelected(dataset, videos.get(0).recipe());
        }
    }

    /** Frames that an earlier select has left out, and that this one wants. */
    private static List<Frame> promoted(
            List<Frame> measured, List<Decision> decisions, Map<FrameId, FrameProgress> candidates) {
        Set<FrameId> wanted = decisions.stream()
                .filter(decision -> decision.rejection().isEmpty())
                .map(Decision::frame)
                .collect(Collectors.toSet());
        return measured.stream()
                .filter(frame -> wanted.contains(frame.id()))
                .filter(frame -> {
                    FrameProgress before = Objects.requireNonNull(candidates.get(frame.id()));
                    return before.stage() == StageName.SELECT && before.verdict() == Verdict.REJECTED;
                })
                .toList();
    }

    /** What select was told of the videos it looks at: state and recipe of each. */
    private static Map<String, String> selectable(List<DatasetVideo> videos) {
        return videos.stream()
                .filter(video -> SELECTABLE.contains(video.status()))
                .collect(Collectors.toMap(
                        video -> video.video().sha256(), video -> video.status().word() + " " + video.recipe()));
    }

    private static List<String> recipes(List<DatasetVideo> videos) {
        return videos.stream().map(DatasetVideo::recipe).toList();
    }

    /** Undoes a transaction because the rows it was prepared from have changed. */
    private static final class OvertakenException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** What people have said of the dataset's frames. */
    static Edits edits(Catalogue catalogue, String dataset) {
        Map<FrameId, FrameEdit> edits = catalogue.read(rows -> rows.frameEdits().of(dataset));
        return new Edits(frames(edits, FrameEdit.PIN), frames(edits, FrameEdit.VETO));
    }

    private static Set<FrameId> frames(Map<FrameId, FrameEdit> edits, FrameEdit kind) {
        return edits.entrySet().stream()
                .filter(edit -> edit.getValue() == kind)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Runs {@code work} while no dataset is selected or finished by this process. */
    public synchronized <R> R undisturbed(Supplier<R> work) {
        return work.get();
    }

    /** Frames that the filters have kept, whatever select or a later stage has made of them. */
    private static boolean isCandidate(FrameProgress frame) {
        return frame.stage().compareTo(StageName.SELECT) >= 0
                || frame.stage() == StageName.AESTHETIC && frame.verdict() == Verdict.KEPT;
    }

    /** What select changes on a frame; empty if it stands as select wants it. */
    private static Optional<FrameProgress> decided(FrameProgress before, Optional<Rejection> rejection) {
        boolean chosenBefore = before.stage().compareTo(StageName.SELECT) > 0
                || before.stage() == StageName.SELECT && before.verdict() == Verdict.KEPT;
        if (rejection.isEmpty() && chosenBefore) {
            return Optional.empty();
        }
        return Optional.of(new FrameProgress(
                before.frame(),
                before.video(),
                before.segment(),
                StageName.SELECT,
                rejection.isEmpty() ? Verdict.KEPT : Verdict.REJECTED,
                rejection.map(Rejection::reason),
                rejection.map(r -> OptionalDouble.of(r.score())).orElse(OptionalDouble.empty()),
                rejection.map(r -> OptionalDouble.of(r.threshold())).orElse(OptionalDouble.empty())));
    }

    /** Sends frames that are chosen and have gone no further on their way. */
    private void publishSelected(String dataset, String digest) throws MessageException {
        Instant start = Instant.now();
        Recipe recipe = recipes.get(digest);
        Set<FrameId> chosen = catalogue.read(rows -> rows.frames().progress(dataset)).stream()
                .filter(frame -> frame.stage() == StageName.SELECT && frame.verdict() == Verdict.KEPT)
                .map(FrameProgress::frame)
                .collect(Collectors.toSet());
        publisher.publish(report.frames(dataset, recipe, StageName.AESTHETIC).stream()
                .filter(frame -> chosen.contains(frame.id()))
                .map(frame -> Publisher.Record.of(
                                Topic.FRAMES_SELECTED, StageName.SELECT.word(), FrameMessage.of(dataset, digest, frame))
                        .traced(traces.told(StageName.SELECT.word(), dataset, digest, frame, start)))
                .toList());
    }

    /**
     * Lets a dataset that rests for review go on.
     *
     * @return how many videos went on; 0 if the dataset does not rest
     */
    public synchronized int goOn(String dataset) throws MessageException {
        List<DatasetVideo> resting = catalogue.read(rows -> rows.videos().of(dataset)).stream()
                .filter(video -> video.status() == VideoStatus.AWAITING_REVIEW)
                .toList();
        if (resting.isEmpty()) {
            return 0;
        }
        catalogue.update(rows -> {
            resting.forEach(video -> rows.videos()
                    .move(dataset, video.video(), VideoStatus.FINISHING, null, VideoStatus.AWAITING_REVIEW));
            rows.datasets().setAfterSelect(dataset, Optional.empty());
        });
        publishSelected(dataset, resting.get(0).recipe());
        return resting.size();
    }

    private void finish(String dataset) throws MessageException {
        long changes = catalogue.read(rows -> rows.datasets().changes(dataset));
        List<DatasetVideo> videos = catalogue.read(rows -> rows.videos().of(dataset));
        if (when == SelectWhen.RUN && videos.stream().anyMatch(AdvanceDatasets::isBeforeSelect)) {
            return;
        }
        for (DatasetVideo video : videos) {
            boolean finished = switch (video.status()) {
                case FINISHING, COMPLETED ->
                    catalogue.read(rows -> rows.frames()
                                    .countUnfinished(dataset, video.video(), StageName.SELECT, StageName.DATASET))
                            == 0;
                case MEASURED -> false;
                case ARRIVED, EXTRACTING, AWAITING_REVIEW, FAILED -> true;
            };
            if (!finished) {
                return;
            }
        }
        Recipe recipe = catalogue
                .read(rows -> rows.datasets().recipeOf(dataset))
                .orElseThrow(() -> new IllegalStateException("dataset '" + dataset + "' has no recipe"));
        Set<FrameId> written = catalogue.read(rows -> rows.frames().progress(dataset)).stream()
                .filter(frame -> frame.stage() == StageName.DATASET && frame.verdict() == Verdict.KEPT)
                .map(FrameProgress::frame)
                .collect(Collectors.toSet());
        List<Frame> frames = report.frames(dataset, recipe, StageName.CAPTION).stream()
                .filter(frame -> written.contains(frame.id()))
                .toList();
        Set<FrameId> pinned = edits(catalogue, dataset).pinned();
        if (!catalogue.<Boolean>write(rows -> rows.datasets().beginWriting(dataset, changes))) {
            return;
        }
        long begun = changes + 1;
        FailPoint.DATASET_WRITE.pass();
        write(recipe, frames, pinned);
        if (catalogue.<Long>read(rows -> rows.datasets().changes(dataset)) == begun) {
            for (DatasetVideo video : videos) {
                if (video.status() == VideoStatus.FINISHING) {
                    outcomes.complete(dataset, video.video());
                }
            }
            FailPoint.DATASET_FINISH.pass();
            write(recipe, frames, pinned);
        }
        if (!catalogue.<Boolean>write(rows -> rows.datasets().endWriting(dataset, begun))) {
            LOG.infof("dataset=%s changed while it was written: written again", dataset);
        }
    }

    private void write(Recipe recipe, List<Frame> frames, Set<FrameId> pinned) {
        folders.of(recipe).finish(frames, report.of(recipe.dataset()), pinned, frame -> store.get(frame.image()));
    }
}
