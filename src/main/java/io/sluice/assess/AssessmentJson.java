package io.sluice.assess;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.assess.Standing.Fate;
import io.sluice.frame.FrameId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An assessment for programs: everything that the text says, with the frames' ids. */
public final class AssessmentJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int BINS = 20;
    private static final int BORDER = 12;

    private AssessmentJson() {}

    /** As {@link AssessmentText#render}. */
    public static ObjectNode of(
            Assessment assessment, Optional<WhatIf> whatIf, Optional<List<Suggestion>> suggestions) {
        ObjectNode node = JSON.createObjectNode();
        node.put("dataset", assessment.dataset());
        outlook(assessment.outlook(), node);
        node.set("pinned", ids(assessment.edits().pinned()));
        node.set("vetoed", ids(assessment.edits().vetoed()));
        ArrayNode filters = node.putArray("filters");
        for (Gauge gauge : assessment.gauges()) {
            gauge.distribution().ifPresent(distribution -> filter(gauge, distribution, filters.addObject()));
        }
        whatIf.ifPresent(other -> {
            ObjectNode child = node.putObject("whatIf");
            settings(other.settings(), child);
            outlook(other.outlook(), child);
            child.set("promoted", ids(other.difference().promoted()));
            child.set("demoted", ids(other.difference().demoted()));
        });
        suggestions.ifPresent(found -> {
            ArrayNode list = node.putArray("suggestions");
            for (Suggestion suggestion : found) {
                ObjectNode child = list.addObject();
                settings(suggestion.settings(), child);
                child.put("kept", suggestion.kept());
                child.put("waiting", suggestion.waiting());
                child.put("videosReached", suggestion.videosReached());
                child.put("words", suggestion.words());
            }
        });
        return node;
    }

    private static void filter(Gauge gauge, Distribution distribution, ObjectNode node) {
        Scale scale = gauge.scale();
        node.put("name", scale.name());
        node.put("key", scale.key());
        node.put("passes", scale.side().words);
        if (scale.threshold().isPresent()) {
            node.put("threshold", scale.threshold().getAsDouble());
        } else {
            node.putNull("threshold");
        }
        node.put("frames", distribution.count());
        ObjectNode quantiles = node.putObject("quantiles");
        for (int percent : new int[] {0, 5, 25, 50, 75, 95, 100}) {
            quantiles.put(String.valueOf(percent), distribution.quantile(percent / 100.0));
        }
        ArrayNode histogram = node.putArray("histogram");
        for (int count : distribution.histogram(BINS)) {
            histogram.add(count);
        }
        node.set(
                "justKept",
                ids(gauge.justKept().stream()
                        .limit(BORDER)
                        .map(frame -> frame.frame().id())
                        .toList()));
        node.set(
                "justRejected",
                ids(gauge.justRejected().stream()
                        .limit(BORDER)
                        .map(standing -> standing.frame().id())
                        .toList()));
    }

    private static void outlook(Outlook outlook, ObjectNode node) {
        node.put("frames", outlook.standings().size());
        node.put("kept", outlook.count(Fate.KEPT));
        node.set("keptFrames", ids(outlook.ids(Fate.KEPT)));
        ObjectNode waiting = node.putObject("waiting");
        outlook.waiting().forEach((stage, frames) -> waiting.put(stage.word(), frames));
        node.set("waitingFrames", ids(outlook.ids(Fate.WAITS)));
        node.put("failed", outlook.count(Fate.FAILED));
        ArrayNode reasons = node.putArray("reasons");
        for (Outlook.Reason reason : outlook.reasons()) {
            reasons.addObject()
                    .put("stage", reason.stage().word())
                    .put("reason", reason.word())
                    .put("frames", reason.frames());
        }
    }

    private static void settings(Map<String, String> settings, ObjectNode node) {
        ObjectNode set = node.putObject("set");
        settings.forEach(set::put);
    }

    private static ArrayNode ids(Collection<FrameId> frames) {
        ArrayNode array = JSON.createArrayNode();
        frames.forEach(frame -> array.add(frame.value()));
        return array;
    }
}
