package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;

/**
 * Extracts segments. Frames are stored, recorded and published in small groups while the decoder goes on, so that a long segment
 * delivers at once and holds little; the segment counts as done, and its message is committed, when all are published.
 */
public final class ExtractSegment implements Processor {
    private static final Logger LOG = Logger.getLogger(ExtractSegment.class);

    /** Frames recorded and published together: enough to make a transaction and a round trip cheap. */
    private static final int GROUP = 16;

    private final Catalogue catalogue;
    private final Recipes recipes;
    private final Decoders decoders;
    private final FrameStore store;
    private final Publisher publisher;
    private final VideoOutcomes outcomes;
    private final StageMetrics metrics;
    private final Credit credit;
    private final Originals originals;

    public ExtractSegment(
            Catalogue catalogue,
            Recipes recipes,
            Decoders decoders,
            FrameStore store,
            Publisher publisher,
            VideoOutcomes outcomes,
            StageMetrics metrics,
            Credit credit,
            Originals originals) {
        this.catalogue = catalogue;
        this.recipes = recipes;
        this.decoders = decoders;
        this.store = store;
        this.publisher = publisher;
        this.outcomes = outcomes;
        this.metrics = metrics;
        this.credit = credit;
        this.originals = originals;
    }

    @Override
    public void process(Exchange exchange) {
        for (Exchange record : Batch.records(exchange)) {
            try {
                SegmentMessage message =
                        SegmentMessage.parse(record.getMessage().getBody(String.class));
                extract(message, recipes.get(message.recipe()));
            } catch (MessageException e) {
                LOG.errorf("stage=extract record passed over: error=%s", e.getMessage());
            }
        }
        Batch.publish(exchange, List.of());
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
        if (catalogue.read(rows -> rows.segments().isDone(message.video(), extraction, message.segment()))) {
            List<Frame> frames = catalogue.read(
                    rows -> rows.frames().ofSegment(message.video(), extraction, message.segment(), rendition));
            for (int from = 0; from < frames.size(); from += GROUP) {
                enrol(message, rendition, frames.subList(from, Math.min(frames.size(), from + GROUP)));
            }
            return;
        }
        decode(message, recipe, found.get(), extraction, rendition);
    }

    private void decode(
            SegmentMessage message, Recipe recipe, DatasetVideo video, String extraction, String rendition) {
        VideoPlan plan = PlanVideo.read(catalogue
                .read(rows -> rows.videos().planOf(message.video(), extraction))
                .orElseThrow(() -> new IllegalStateException("video '" + message.video() + "' has no plan")));
        String subject = message.dataset() + "/" + message.video() + "/" + extraction + "/" + message.segment();
        int attempt = catalogue
                .write(rows -> rows.attempts().begin(StageName.EXTRACT.word(), List.of(subject)))
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
                decode(message, recipe, original.path(), plan, subject, extraction, rendition);
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
            String rendition) {
        long start = System.nanoTime();
        List<Frame> group = new ArrayList<>();
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
                        group.add(store(message, plan, rendition, frame));
                        delivered[0]++;
                        if (group.size() == GROUP) {
                            record(message, extraction, rendition, group);
                            credit.await();
                        }
                    });
            record(message, extraction, rendition, group);
        } catch (VideoException | DecoderDiedException e) {
            fail(message, subject, String.valueOf(e.getMessage()));
            return;
        }
        catalogue.update(rows -> {
            rows.segments()
                    .done(message.video(), extraction, message.segment(), result.decodedFrames(), result.warnings());
            rows.attempts().end(StageName.EXTRACT.word(), List.of(subject));
        });
        metrics.measured(StageName.EXTRACT, delivered[0], System.nanoTime() - start);
    }

    private void fail(SegmentMessage message, String subject, String reason) {
        catalogue.update(rows -> rows.attempts().end(StageName.EXTRACT.word(), List.of(subject)));
        outcomes.fail(message.dataset(), message.video(), reason);
    }

    private Frame store(SegmentMessage message, VideoPlan plan, String rendition, ExtractedFrame frame) {
        FrameId id = FrameId.of(message.video(), plan.stream(), frame.ticks(), frame.ordinal());
        ImageRef image = store.put(id, rendition, frame.encoded(), frame.mediaType(), frame.width(), frame.height());
        return new Frame(id, message.video(), message.segment(), frame.timeMicros(), image, List.of());
    }

    private void record(SegmentMessage message, String extraction, String rendition, List<Frame> group) {
        catalogue.update(rows -> {
            rows.frames().extracted(extraction, rendition, group);
            rows.frames().enrol(message.dataset(), rendition, group);
        });
        FailPoint.MID_SEGMENT.pass();
        publish(message, group);
        group.clear();
    }

    private void enrol(SegmentMessage message, String rendition, List<Frame> frames) {
        catalogue.update(rows -> rows.frames().enrol(message.dataset(), rendition, frames));
        publish(message, frames);
    }

    private void publish(SegmentMessage message, List<Frame> frames) {
        publisher.publish(frames.stream()
                .map(frame -> Publisher.Record.of(
                        Topic.FRAMES_EXTRACTED,
                        StageName.EXTRACT.word(),
                        FrameMessage.of(message.dataset(), message.recipe(), frame)))
                .toList());
        metrics.decided(
                StageName.EXTRACT,
                frames.stream().<Outcome>map(Outcome.Kept::new).toList());
    }
}
