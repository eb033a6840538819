package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.Frame;
import io.sluice.recipe.Recipe;
import io.sluice.stage.StageName;
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
 * for it for a while. Publishing one too many does no harm.
 */
public final class SweepLostFrames implements Processor {
    private static final Logger LOG = Logger.getLogger(SweepLostFrames.class);
    private static final int LIMIT = 500;

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
            Duration age) {
        this.catalogue = catalogue;
        this.pipeline = pipeline;
        this.recipes = recipes;
        this.publisher = publisher;
        this.outcomes = outcomes;
        this.lag = lag;
        this.metrics = metrics;
        this.traces = traces;
        this.age = age;
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
        return published;
    }

    private int sweepVideos(long before) {
        List<DatasetVideo> waiting = catalogue.read(rows -> rows.videos().arrivedBefore(before));
        if (waiting.isEmpty() || lag.of(group("plan"), Topic.VIDEOS_ARRIVED) > 0) {
            return 0;
        }
        return publish(
                Topic.VIDEOS_ARRIVED,
                waiting.stream()
                        .map(video -> Publisher.Record.of(VideoMessage.of(video)))
                        .toList());
    }

    private int sweepSegments(long before) {
        int published = 0;
        for (DatasetVideo video : catalogue.read(rows -> rows.videos().in(VideoStatus.EXTRACTING))) {
            List<Integer> unfinished = catalogue.read(rows -> rows.frames()
                    .unfinishedSegments(
                            video.dataset(), video.video(), video.extraction().orElse("")));
            if (unfinished.isEmpty()
                    || catalogue.read(rows -> rows.videos().changedSince(video.dataset(), video.video(), before))
                    || lag.of(group(StageName.EXTRACT.word()), Topic.SEGMENTS_PLANNED) > 0) {
                continue;
            }
            published += publish(
                    Topic.SEGMENTS_PLANNED,
                    unfinished.stream()
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
            List<FrameProgress> waiting =
                    catalogue.read(rows -> rows.frames().waiting(video.dataset(), video.video(), last, before, LIMIT));
            if (waiting.isEmpty() || lag.of(group(next.word()), Topic.after(last)) > 0) {
                continue;
            }
            published += publish(Topic.after(last), records(video, last, waiting));
        }
        return published;
    }

    private List<Publisher.Record> records(DatasetVideo video, StageName last, List<FrameProgress> waiting)
            throws MessageException {
        Instant start = Instant.now();
        Recipe recipe = recipes.get(video.recipe());
        List<Frame> frames = catalogue.read(rows -> pipeline.assemble(
                rows,
                recipe,
                rows.frames()
                        .of(
                                video.dataset(),
                                waiting.stream().map(FrameProgress::frame).toList()),
                last));
        return frames.stream()
                .map(frame -> Publisher.Record.of(
                                Topic.after(last), last.word(), FrameMessage.of(video.dataset(), video.recipe(), frame))
                        .traced(traces.told("sweep", video.dataset(), video.recipe(), frame, start)))
                .toList();
    }

    @SuppressWarnings("try")
    private int publish(Topic topic, List<Publisher.Record> records) {
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
