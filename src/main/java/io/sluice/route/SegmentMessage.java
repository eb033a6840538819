package io.sluice.route;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.frame.VideoId;
import org.jspecify.annotations.Nullable;

/**
 * A segment to extract.
 *
 * @param recipe digest of the recipe
 * @param segment its number in the video's plan, from 0
 */
public record SegmentMessage(String dataset, String recipe, VideoId video, int segment) {

    /** @throws MessageException if it cannot be read */
    public static SegmentMessage parse(@Nullable String text) throws MessageException {
        ObjectNode json = MessageJson.parse(text, "dataset", "recipe", "video", "segment");
        return new SegmentMessage(
                json.get("dataset").asText(),
                json.get("recipe").asText(),
                MessageJson.value(json, "video", VideoId.class),
                MessageJson.value(json, "segment", Integer.class));
    }

    static String key(VideoId video, int segment) {
        return video.shortForm() + "/" + segment;
    }

    public String key() {
        return key(video, segment);
    }

    public String text() {
        ObjectNode json = MessageJson.envelope(dataset, recipe);
        json.put("video", video.sha256());
        json.put("segment", segment);
        return json.toString();
    }
}
