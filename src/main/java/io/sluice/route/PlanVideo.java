package io.sluice.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.VideoStatus;
import io.sluice.recipe.Recipe;
import io.sluice.video.DecoderDiedException;
import io.sluice.video.Decoders;
import io.sluice.video.ExtractionFingerprint;
import io.sluice.video.VideoException;
import io.sluice.video.VideoPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;

/**
 * Opens videos that have arrived, cuts them into segments, and leaves a message for each segment in the body. Requests of others on
 * the same topic are taken, after which the video has arrived too, or refused.
 */
public final class PlanVideo implements Processor {
    private static final Logger LOG = Logger.getLogger(PlanVideo.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Catalogue catalogue;
    private final Recipes recipes;
    private final Decoders decoders;
    private final VideoOutcomes outcomes;
    private final TakeRequest requests;
    private final StageMetrics metrics;
    private final Originals originals;

    public PlanVideo(
            Catalogue catalogue,
            Recipes recipes,
            Decoders decoders,
            VideoOutcomes outcomes,
            TakeRequest requests,
            StageMetrics metrics,
            Originals originals) {
        this.catalogue = catalogue;
        this.recipes = recipes;
        this.decoders = decoders;
        this.outcomes = outcomes;
        this.requests = requests;
        this.metrics = metrics;
        this.originals = originals;
    }

    @Override
    @SuppressWarnings("try")
    public void process(Exchange exchange) {
        List<Exchange> out = new ArrayList<>();
        for (Exchange record : Batch.records(exchange)) {
            try {
                for (SegmentMessage segment : segments(DeadLetters.text(record))) {
                    out.add(Publisher.exchange(exchange.getContext(), Publisher.Record.of(segment)));
                }
            } catch (MessageException e) {
                try (LogKeys keys = LogKeys.of(record).error(e.getMessage())) {
                    LOG.errorf(
                            "stage=plan record=%s is parked: error=%s", DeadLetters.Place.of(record), e.getMessage());
                }
                out.add(DeadLetters.parked(exchange, record, "plan", e));
            } catch (RefusedException e) {
                try (LogKeys keys = LogKeys.of(record).error(e.getMessage())) {
                    LOG.errorf(
                            "stage=plan record=%s is refused: error=%s", DeadLetters.Place.of(record), e.getMessage());
                }
                out.add(DeadLetters.refused(exchange, record, e));
            }
        }
        Batch.publish(exchange, out);
    }

    private List<SegmentMessage> segments(String text) throws MessageException, RefusedException {
        ObjectNode json;
        try {
            json = MessageJson.object(text);
        } catch (MessageException e) {
            throw new RefusedException("request", text, "a JSON object with location and dataset; " + e.getMessage());
        }
        if (VideoRequest.isOne(json)) {
            requests.take(VideoRequest.parse(json));
            return List.of();
        }
        VideoMessage message = VideoMessage.parse(text);
        return plan(message, recipes.get(message.recipe()));
    }

    @SuppressWarnings("try")
    private List<SegmentMessage> plan(VideoMessage message, Recipe recipe) {
        Optional<DatasetVideo> video = catalogue.read(rows -> rows.videos().find(message.dataset(), message.video()));
        if (video.isEmpty()
                || !video.get().recipe().equals(message.recipe())
                || video.get().status() != VideoStatus.ARRIVED && video.get().status() != VideoStatus.EXTRACTING) {
            LOG.debugf("stage=plan videoId=%s passed over: not due here", message.video());
            return List.of();
        }
        String extraction = ExtractionFingerprint.of(recipe).value();
        Optional<String> known = catalogue.read(rows -> rows.videos().planOf(message.video(), extraction));
        VideoPlan plan;
        try {
            plan = known.isPresent() ? read(known.get()) : open(video.get(), recipe);
        } catch (VideoException | DecoderDiedException e) {
            if (e instanceof DecoderDiedException) {
                metrics.decoderDied(Duty.PLAN);
            }
            outcomes.fail(message.dataset(), message.video(), String.valueOf(e.getMessage()));
            return List.of();
        }
        int segments = plan.segments().size();
        catalogue.update(
                rows -> rows.videos().plan(message.dataset(), message.video(), extraction, write(plan), segments));
        try (LogKeys keys = LogKeys.of(message.video())) {
            LOG.infof(
                    "stage=plan videoId=%s source=%s segments=%d",
                    message.video(), video.get().source(), segments);
        }
        return plan.segments().stream()
                .map(segment ->
                        new SegmentMessage(message.dataset(), message.recipe(), message.video(), segment.index()))
                .toList();
    }

    private VideoPlan open(DatasetVideo video, Recipe recipe) throws VideoException, DecoderDiedException {
        try (Originals.Original original = originals.open(video)) {
            return decoders.plan(original.path(), recipe.extract());
        }
    }

    static VideoPlan read(String plan) {
        try {
            return JSON.readValue(plan, VideoPlan.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("catalogue: a plan cannot be read: " + plan, e);
        }
    }

    private static String write(VideoPlan plan) {
        try {
            return JSON.writeValueAsString(plan);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a plan cannot be written as JSON: " + plan, e);
        }
    }
}
