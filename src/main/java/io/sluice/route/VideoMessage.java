package io.sluice.route;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.frame.VideoId;

/**
 * A video that has arrived for a dataset.
 *
 * @param recipe digest of the recipe
 */
public record VideoMessage(String dataset, String recipe, VideoId video) {

    /** @throws MessageException if it cannot be read */
    public static VideoMessage parse(String text) throws MessageException {
        ObjectNode json = MessageJson.parse(text, "dataset", "recipe", "video");
        return new VideoMessage(
                json.get("dataset").asText(),
                json.get("recipe").asText(),
                MessageJson.value(json, "video", VideoId.class));
    }

    public String key() {
        return video.sha256();
    }

    public String text() {
        ObjectNode json = MessageJson.envelope(dataset, recipe);
        json.put("video", video.sha256());
        return json.toString();
    }
}
