package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.Frame;
import io.sluice.recipe.Recipe;
import io.sluice.stage.Outcome;
import io.sluice.stage.StageName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;

/**
 * Publishes work again whose message was lost: to retention, with the broker's log, or because the process was killed between
 * the catalogue and the broker. A message counts as lost when the next stage has nothing left to read, and yet a frame has waited
 * for it for a while. Publishing one too many does no harm. What nobody reads, however often it is published, ends with that reason.
 */
public final class SweepLostFrames implements Processor {
    private static final Logger LOG = Logger.getLogger(SweepLostFrames.class);
    private static final int LIMIT = 500;

    /** Why a frame or a video ends of which the messages are not read. */
    static final String IN_VAIN =
            "its message was published again " + Republished.MOST + " times, and %s has not read it; if it"
                    + " cannot be read, " + Topic.RECORDS_PARKED.fullName() + " has it, with the reason";

    private static final List<StageName> FILTERS = List.of(StageName.BLUR, StageName.DETECT, StageName.AESTHETIC);
    private static final List<StageName> FINISHERS = List.of(StageName.INPAINT, StageName.CAPTION, StageName.DATASET);

    /** Topics that messages may be published to again. */
    static final List<Topic> TOPICS = Stream.concat(
                    Stream.of(Topic.VIDEOS_ARRIVED, Topic.SEGMENTS_PLANNED),
                    Stream.concat(FILTERS.stream(), FINISHERS.stream()).map(SweepLostFrames::before))
            .toList();

    private final Catalogue catalogue;
    private final Pipeline pipeline;
    private final Recipes recipes;
    private final Publisher publisher;
    private final VideoOutcomes outcomes;
    private final TransportLag lag;
    private final StageMetrics metrics;
    private final FrameTraces traces;
    private final Duration age;
    private final Republished republished;

    /** @param age for which work must have waited before it can count as lost */
    public SweepLostFrames(
            Catalogue catalogue,
            Pipeline pipeline,
            Recipes recipes,
            Publisher publisher,
            VideoOutcomes outcomes,
            TransportLag lag,
            StageMetrics metrics,
            FrameTraces traces,
            Duration age,
            Clock clock) {
        this.catalogue = catalogue;
        this.pipeline = pipeline;
        this.recipes = recipes;
        this.publisher = publisher;
        this.outcomes = outcomes;
        this.lag = lag;
        this.metrics = metrics;
        this.traces = traces;
        this.age = age;
        this.republished = new Republished(age, clock);
    }

    @Override
    public void process(Exchange exchange) throws MessageException {
        sweep();
    }

    /** @return how many messages were published again */
    public int sweep() throws MessageException {
        long before = System.currentTimeMillis() - age.toMillis();
        int published = outcomes.tellAgain(before) + sweepVideos(before) + sweepSegments(before);
        for (StageName next : FILTERS) {
            published += sweepFrames(next, before, VideoStatus.EXTRACTING);
        }
        for (StageName next : FINISHERS) {
            published += sweepFrames(next, before, VideoStatus.FINISHING, VideoStatus.COMPLETED);
        }
        republished.forgetOthers();
        return published;
    }

    private int sweepVideos(long before) {
        List<DatasetVideo> waiting = catalogue.read(rows -> rows.videos().arrivedBefore(before));
        waiting.forEach(video -> republished.isMissed(subject("plan", video)));
        if (waiting.isEmpty() || lag.of(group("plan"), Topic.VIDEOS_ARRIVED) > 0) {
            return 0;
        }
        waiting.stream()
                .filter(video -> republished.isInVain(subject("plan", video)))
                .forEach(video -> outcomes.fail(video.dataset(), video.video(), String.format(IN_VAIN, "plan")));
        List<DatasetVideo> due = waiting.stream()
                .filter(video -> republished.isDue(subject("plan", video)))
                .toList();
        due.forEach(video -> republished.published(subject("plan", video)));
        return publish(
                Topic.VIDEOS_ARRIVED,
                due.stream()
                        .map(video -> Publisher.Record.of(VideoMessage.of(video)))
                        .toList());
    }

    private int sweepSegments(long before) {
        int published = 0;
        for (DatasetVideo video : catalogue.read(rows -> rows.videos().in(VideoStatus.EXTRACTING))) {
            String subject = subject(StageName.EXTRACT.word(), video) + "/";
            List<Integer> unfinished = catalogue.read(rows -> rows.frames()
                    .unfinishedSegments(
                            video.dataset(), video.video(), video.extraction().orElse("")));
            unfinished.forEach(number -> republished.isMissed(subject + number));
            if (unfinished.isEmpty()
                    || catalogue.read(rows -> rows.videos().changedSince(video.dataset(), video.video(), before))
                    || lag.of(group(StageName.EXTRACT.word()), Topic.SEGMENTS_PLANNED) > 0) {
                continue;
            }
            if (unfinished.stream().anyMatch(number -> republished.isInVain(subject + number))) {
                outcomes.fail(video.dataset(), video.video(), String.format(IN_VAIN, StageName.EXTRACT.word()));
                continue;
            }
            List<Integer> due = unfinished.stream()
                    .filter(number -> republished.isDue(subject + number))
                    .toList();
            due.forEach(number -> republished.published(subject + number));
            published += publish(
                    Topic.SEGMENTS_PLANNED,
                    due.stream()
                            .map(number -> Publisher.Record.of(
                                    new SegmentMessage(video.dataset(), video.recipe(), video.video(), number)))
                            .toList());
        }
        return published;
    }

    private int sweepFrames(StageName next, long before, VideoStatus... statuses) throws MessageException {
        StageName last = StageName.values()[next.ordinal() - 1];
        int published = 0;
        for (DatasetVideo video : catalogue.read(rows -> rows.videos().in(statuses))) {
            String subject = subject(next.word(), video) + "/";
            // Those that have to wait for their next time must not be in the way of the others.
            int limit = LIMIT + republished.size();
            List<FrameProgress> waiting =
                    catalogue.read(rows -> rows.frames().waiting(video.dataset(), video.video(), last, before, limit));
            waiting.forEach(frame -> republished.isMissed(subject + frame.frame()));
            if (waiting.isEmpty() || lag.of(group(next.word()), Topic.after(last)) > 0) {
                continue;
            }
            List<FrameProgress> inVain = waiting.stream()
                    .filter(frame -> republished.isInVain(subject + frame.frame()))
                    .toList();
            if (!inVain.isEmpty()) {
                fail(video, next, inVain);
            }
            List<FrameProgress> due = waiting.stream()
                    .filter(frame -> republished.isDue(subject + frame.frame()))
                    .limit(LIMIT)
                    .toList();
            if (!due.isEmpty()) {
                due.forEach(frame -> republished.published(subject + frame.frame()));
                published += publish(Topic.after(last), records(video, last, due));
            }
        }
        return published;
    }

    /** A frame that fails leaves, so that the others of its video can be finished. */
    @SuppressWarnings("try")
    private void fail(DatasetVideo video, StageName next, List<FrameProgress> frames) throws MessageException {
        String error = String.format(IN_VAIN, next.word());
        List<Outcome> failed = assembled(video, StageName.values()[next.ordinal() - 1], frames).stream()
                .<Outcome>map(frame -> new Outcome.Failed(frame, error))
                .toList();
        try (LogKeys keys = LogKeys.ofError(error)) {
            LOG.errorf(
                    "stage=%s dataset=%s %d frames failed: error=%s",
                    next.word(), video.dataset(), frames.size(), error);
        }
        // Told first: if the process ends in between, it is told again, with the same ids.
        publisher.publish(failed.stream()
                .map(outcome -> Publisher.Record.of(
                        Topic.FRAMES_FAILED,
                        next.word(),
                        FrameMessage.of(video.dataset(), video.recipe(), outcome.frame())
                                .after(next, outcome)))
                .toList());
        catalogue.update(rows -> rows.frames()
                .decided(
                        video.dataset(),
                        video.recipe(),
                        failed.stream()
                                .map(outcome -> StageRunner.progress(next, outcome))
                                .toList()));
    }

    private static String subject(String stage, DatasetVideo video) {
        return stage + "/" + video.dataset() + "/" + video.recipe() + "/" + video.video();
    }

    private List<Frame> assembled(DatasetVideo video, StageName last, List<FrameProgress> waiting)
            throws MessageException {
        Recipe recipe = recipes.get(video.recipe());
        return catalogue.read(rows -> pipeline.assemble(
                rows,
                recipe,
                rows.frames()
                        .of(
                                video.dataset(),
                                waiting.stream().map(FrameProgress::frame).toList()),
                last));
    }

    private List<Publisher.Record> records(DatasetVideo video, StageName last, List<FrameProgress> waiting)
            throws MessageException {
        Instant start = Instant.now();
        List<Frame> frames = assembled(video, last, waiting);
        return frames.stream()
                .map(frame -> Publisher.Record.of(
                                Topic.after(last), last.word(), FrameMessage.of(video.dataset(), video.recipe(), frame))
                        .traced(traces.told("sweep", video.dataset(), video.recipe(), frame, start)))
                .toList();
    }

    @SuppressWarnings("try")
    private int publish(Topic topic, List<Publisher.Record> records) {
        if (records.isEmpty()) {
            return 0;
        }
        try (LogKeys keys = LogKeys.of(topic)) {
            LOG.infof("topic=%s publishing %d lost messages again", topic.word(), records.size());
        }
        publisher.publish(records);
        metrics.republished(topic, records.size());
        return records.size();
    }

    /** Where frames lie that wait for a stage. */
    static Topic before(StageName next) {
        return Topic.after(StageName.values()[next.ordinal() - 1]);
    }

    static String group(String stage) {
        return "sluice-" + stage;
    }
}
