package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.Pictures;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.InfrastructureException;
import io.sluice.recipe.Recipe;
import io.sluice.stage.Outcome;
import io.sluice.stage.StageName;
import io.sluice.store.FrameStore;
import io.sluice.video.DecoderDiedException;
import io.sluice.video.Decoders;
import io.sluice.video.ExtractedFrame;
import io.sluice.video.ExtractionFingerprint;
import io.sluice.video.SegmentResult;
import io.sluice.video.VideoException;
import io.sluice.video.VideoPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;

/**
 * Extracts segments. Frames are stored, recorded and published in small groups while the decoder goes on, so that a long segment
 * delivers at once and holds little; the segment counts as done, and its message is committed, when all are published.
 *
 * <p>A segment that is done is decoded again where pictures of its frames have gone since. Pictures that are there stay as they are,
 * and so does what was recorded of the segment: other datasets have been told of both.
 */
public final class ExtractSegment implements Processor {
    private static final Logger LOG = Logger.getLogger(ExtractSegment.class);

    /** Frames recorded and published together: enough to make a transaction and a round trip cheap. */
    private static final int GROUP = 16;

    private final String run;
    private final Catalogue catalogue;
    private final Recipes recipes;
    private final Decoders decoders;
    private final FrameStore store;
    private final Publisher publisher;
    private final VideoOutcomes outcomes;
    private final StageMetrics metrics;
    private final Credit credit;
    private final FrameTraces traces;
    private final Originals originals;

    /** @param run of this process, by which its attempts are known */
    public ExtractSegment(
            String run,
            Catalogue catalogue,
            Recipes recipes,
            Decoders decoders,
            FrameStore store,
            Publisher publisher,
            VideoOutcomes outcomes,
            StageMetrics metrics,
            Credit credit,
            FrameTraces traces,
            Originals originals) {
        this.run = run;
        this.catalogue = catalogue;
        this.recipes = recipes;
        this.decoders = decoders;
        this.store = store;
        this.publisher = publisher;
        this.outcomes = outcomes;
        this.metrics = metrics;
        this.credit = credit;
        this.traces = traces;
        this.originals = originals;
    }

    @Override
    @SuppressWarnings("try")
    public void process(Exchange exchange) {
        List<Exchange> parked = new ArrayList<>();
        for (Exchange record : Batch.records(exchange)) {
            try {
                SegmentMessage message = SegmentMessage.parse(DeadLetters.text(record));
                extract(message, recipes.get(message.recipe()));
            } catch (MessageException e) {
                try (LogKeys keys = LogKeys.of(record).error(e.getMessage())) {
                    LOG.errorf(
                            "stage=extract record=%s is parked: error=%s",
                            DeadLetters.Place.of(record), e.getMessage());
                }
                parked.add(DeadLetters.parked(exchange, record, StageName.EXTRACT.word(), e));
            }
        }
        Batch.publish(exchange, parked);
    }

    private void extract(SegmentMessage message, Recipe recipe) {
        Optional<DatasetVideo> found = catalogue.read(rows -> rows.videos().find(message.dataset(), message.video()));
        if (found.isEmpty()
                || !found.get().recipe().equals(message.recipe())
                || found.get().status() != VideoStatus.EXTRACTING) {
            LOG.debugf(
                    "stage=extract videoId=%s segment=%d passed over: not due here",
                    message.video(), message.segment());
            return;
        }
        String extraction = ExtractionFingerprint.of(recipe).value();
        String rendition = ExtractionFingerprint.rendition(recipe).value();
        Map<FrameId, Frame> known = Map.of();
        if (catalogue.read(rows -> rows.segments().isDone(message.video(), extraction, message.segment()))) {
            List<Frame> frames = catalogue.read(
                    rows -> rows.frames().ofSegment(message.video(), extraction, message.segment(), rendition));
            Set<FrameId> missing = missing(message, extraction, rendition);
            if (missing.isEmpty()) {
                for (int from = 0; from < frames.size(); from += GROUP) {
                    enrol(message, rendition, frames.subList(from, Math.min(frames.size(), from + GROUP)));
                }
                return;
            }
            LOG.infof(
                    "stage=extract videoId=%s segment=%d extracted again: pictures of %d frames are not in the store",
                    message.video(), message.segment(), missing.size());
            known = frames.stream()
                    .filter(frame -> !missing.contains(frame.id()))
                    .collect(Collectors.toMap(Frame::id, Function.identity()));
        }
        decode(message, recipe, found.get(), extraction, rendition, known);
    }

    private Set<FrameId> missing(SegmentMessage message, String extraction, String rendition) {
        Pictures.Part part = new Pictures.Part(extraction, message.segment());
        return catalogue.read(rows -> rows.pictures().missing(message.video(), part, rendition));
    }

    private void decode(
            SegmentMessage message,
            Recipe recipe,
            DatasetVideo video,
            String extraction,
            String rendition,
            Map<FrameId, Frame> known) {
        VideoPlan plan = PlanVideo.read(catalogue
                .read(rows -> rows.videos().planOf(message.video(), extraction))
                .orElseThrow(() -> new IllegalStateException("video '" + message.video() + "' has no plan")));
        String subject = message.dataset() + "/" + message.video() + "/" + extraction + "/" + message.segment();
        int attempt = catalogue
                .write(rows -> {
                    // An adjustment has the video go on without a plan; then nobody has done it yet.
                    rows.pictures().spare(message.video());
                    return rows.attempts()
                            .begin(StageName.EXTRACT.word(), List.of(subject), run, System.currentTimeMillis());
                })
                .getOrDefault(subject, 1);
        if (attempt > StageRunner.LAST_ATTEMPT) {
            fail(
                    message,
                    subject,
                    "the process ended " + StageRunner.LAST_ATTEMPT + " times while segment " + message.segment()
                            + " was extracted");
            return;
        }
        try (Originals.Original original = originals.open(video)) {
            if (Files.isReadable(original.path())) {
                decode(message, recipe, original.path(), plan, subject, extraction, rendition, known);
            } else {
                fail(message, subject, "the file is not at '" + original.path() + "' any more");
            }
        } catch (InfrastructureException e) {
            catalogue.update(rows -> rows.attempts().end(StageName.EXTRACT.word(), List.of(subject)));
            throw e;
        }
    }

    private void decode(
            SegmentMessage message,
            Recipe recipe,
            Path file,
            VideoPlan plan,
            String subject,
            String extraction,
            String rendition,
            Map<FrameId, Frame> known) {
        long start = System.nanoTime();
        List<Frame> group = new ArrayList<>();
        List<Instant> begun = new ArrayList<>(List.of(Instant.now()));
        int[] delivered = {0};
        SegmentResult result;
        try {
            result = decoders.extract(
                    file,
                    plan,
                    plan.segments().get(message.segment()),
                    recipe.extract(),
                    recipe.export().encoding(),
                    recipe.export().quality(),
                    frame -> {
                        group.add(store(message, plan, rendition, frame, known));
                        delivered[0]++;
                        if (group.size() == GROUP) {
                            record(message, extraction, rendition, group, begun);
                            credit.await();
                        }
                        begun.add(Instant.now());
                    });
            record(message, extraction, rendition, group, begun);
        } catch (VideoException | DecoderDiedException e) {
            if (e instanceof DecoderDiedException) {
                metrics.decoderDied(Duty.EXTRACT);
            }
            fail(message, subject, String.valueOf(e.getMessage()));
            return;
        }
        Set<FrameId> missing = missing(message, extraction, rendition);
        if (!missing.isEmpty()) {
            fail(
                    message,
                    subject,
                    "segment " + message.segment() + " of '" + file + "' does not give " + missing.size()
                            + " of the frames that it gave before, and their pictures are not in the store any more");
            return;
        }
        catalogue.update(rows -> {
            if (!rows.segments().isDone(message.video(), extraction, message.segment())) {
                rows.segments()
                        .done(
                                message.video(),
                                extraction,
                                message.segment(),
                                result.decodedFrames(),
                                result.warnings());
            }
            rows.attempts().end(StageName.EXTRACT.word(), List.of(subject));
        });
        metrics.measured(StageName.EXTRACT, delivered[0], System.nanoTime() - start);
    }

    private void fail(SegmentMessage message, String subject, String reason) {
        catalogue.update(rows -> rows.attempts().end(StageName.EXTRACT.word(), List.of(subject)));
        outcomes.fail(message.dataset(), message.video(), reason);
    }

    /** @param known frames whose pictures are in the store, and which other datasets may have been given */
    private Frame store(
            SegmentMessage message, VideoPlan plan, String rendition, ExtractedFrame frame, Map<FrameId, Frame> known) {
        FrameId id = FrameId.of(message.video(), plan.stream(), frame.ticks(), frame.ordinal());
        Frame there = known.get(id);
        if (there != null) {
            return there;
        }
        ImageRef image = store.put(id, rendition, frame.encoded(), frame.mediaType(), frame.width(), frame.height());
        return new Frame(id, message.video(), message.segment(), frame.timeMicros(), image, List.of());
    }

    /** @param begun when the decoder began with each frame, and perhaps with one more */
    private void record(
            SegmentMessage message, String extraction, String rendition, List<Frame> group, List<Instant> begun) {
        catalogue.update(rows -> {
            rows.frames().extracted(extraction, rendition, group);
            rows.frames().enrol(message.dataset(), rendition, group);
        });
        FailPoint.MID_SEGMENT.pass();
        publish(message, group, begun);
        group.clear();
        begun.clear();
    }

    private void enrol(SegmentMessage message, String rendition, List<Frame> frames) {
        catalogue.update(rows -> rows.frames().enrol(message.dataset(), rendition, frames));
        publish(message, frames, Collections.nCopies(frames.size(), Instant.now()));
    }

    private void publish(SegmentMessage message, List<Frame> frames, List<Instant> begun) {
        List<Publisher.Record> records = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            Frame frame = frames.get(i);
            records.add(Publisher.Record.of(
                            Topic.FRAMES_EXTRACTED,
                            StageName.EXTRACT.word(),
                            FrameMessage.of(message.dataset(), message.recipe(), frame))
                    .traced(traces.extracted(message.dataset(), message.recipe(), frame, begun.get(i))));
        }
        publisher.publish(records);
        metrics.decided(
                StageName.EXTRACT,
                frames.stream().<Outcome>map(Outcome.Kept::new).toList());
    }
}
