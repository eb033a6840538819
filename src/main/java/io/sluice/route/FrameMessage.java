package io.sluice.route;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.frame.Annotation;
import io.sluice.frame.Frame;
import io.sluice.stage.Outcome;
import io.sluice.stage.StageName;
import org.jspecify.annotations.Nullable;

/**
 * A frame on its way through the stages of a dataset.
 *
 * <p>Keeps the JSON it came as, so that fields that a newer version has added pass through a stage untouched.
 */
public final class FrameMessage {
    private final ObjectNode json;
    private final Frame frame;

    private FrameMessage(ObjectNode json, Frame frame) {
        this.json = json;
        this.frame = frame;
    }

    /** @param recipe digest of the recipe that the dataset is made with */
    public static FrameMessage of(String dataset, String recipe, Frame frame) {
        ObjectNode json = MessageJson.envelope(dataset, recipe);
        json.set("frame", MessageJson.tree(frame));
        return new FrameMessage(json, frame);
    }

    /** @throws MessageException if it cannot be read */
    public static FrameMessage parse(@Nullable String text) throws MessageException {
        ObjectNode json = MessageJson.parse(text, "dataset", "recipe", "frame");
        return new FrameMessage(json, MessageJson.value(json, "frame", Frame.class));
    }

    public String dataset() {
        return json.get("dataset").asText();
    }

    public String recipe() {
        return json.get("recipe").asText();
    }

    public Frame frame() {
        return frame;
    }

    /** Key of the record: frames of a segment share a partition, and a long video spreads over all. */
    public String key() {
        return key(frame);
    }

    static String key(Frame frame) {
        return SegmentMessage.key(frame.video(), frame.segment());
    }

    public String text() {
        return json.toString();
    }

    /** This message as it goes on after {@code stage} has spoken. */
    public FrameMessage after(StageName stage, Outcome outcome) {
        ObjectNode next = json.deepCopy();
        next.put("stage", stage.word());
        ObjectNode node = (ObjectNode) next.get("frame");
        Frame result = outcome.frame();
        if (!result.image().equals(frame.image())) {
            node.set("image", MessageJson.tree(result.image()));
        }
        for (Annotation annotation : result.annotations()) {
            if (!frame.annotations().contains(annotation)) {
                replace((ArrayNode) node.withArray("annotations"), (ObjectNode) MessageJson.tree(annotation));
            }
        }
        if (outcome instanceof Outcome.Rejected rejected) {
            next.set("rejection", MessageJson.tree(rejected.rejection()));
        } else if (outcome instanceof Outcome.Failed failed) {
            next.put("error", failed.error());
        }
        return new FrameMessage(next, result);
    }

    private static void replace(ArrayNode annotations, ObjectNode annotation) {
        for (int i = 0; i < annotations.size(); i++) {
            if (annotations.get(i).path("type").equals(annotation.get("type"))) {
                annotations.set(i, annotation);
                return;
            }
        }
        annotations.add(annotation);
    }
}
