package io.sluice.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
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

/** Opens videos that have arrived, cuts them into segments, and leaves a message for each segment in the body. */
public final class PlanVideo implements Processor {
    private static final Logger LOG = Logger.getLogger(PlanVideo.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Catalogue catalogue;
    private final Recipes recipes;
    private final Decoders decoders;
    private final VideoOutcomes outcomes;
    private final Originals originals;

    public PlanVideo(
            Catalogue catalogue, Recipes recipes, Decoders decoders, VideoOutcomes outcomes, Originals originals) {
        this.catalogue = catalogue;
        this.recipes = recipes;
        this.decoders = decoders;
        this.outcomes = outcomes;
        this.originals = originals;
    }

    @Override
    public void process(Exchange exchange) {
        List<Exchange> out = new ArrayList<>();
        for (Exchange record : Batch.records(exchange)) {
            try {
                VideoMessage message = VideoMessage.parse(record.getMessage().getBody(String.class));
                Recipe recipe = recipes.get(message.recipe());
                for (SegmentMessage segment : plan(message, recipe)) {
                    out.add(Publisher.exchange(exchange.getContext(), Publisher.Record.of(segment)));
                }
            } catch (MessageException e) {
                LOG.errorf("stage=plan record passed over: error=%s", e.getMessage());
            }
        }
        Batch.publish(exchange, out);
    }

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
            outcomes.fail(message.dataset(), message.video(), String.valueOf(e.getMessage()));
            return List.of();
        }
        int segments = plan.segments().size();
        catalogue.update(
                rows -> rows.videos().plan(message.dataset(), message.video(), extraction, write(plan), segments));
        LOG.infof(
                "stage=plan videoId=%s source=%s segments=%d",
                message.video(), video.get().source(), segments);
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
