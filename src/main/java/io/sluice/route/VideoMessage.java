package io.sluice.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.frame.VideoId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A video that has arrived for a dataset.
 *
 * @param recipe digest of the recipe
 * @param source the name it arrived under, for people; not in messages of version 1.0
 */
public record VideoMessage(String dataset, String recipe, VideoId video, Optional<String> source) {

    static VideoMessage of(DatasetVideo video) {
        return new VideoMessage(video.dataset(), video.recipe(), video.video(), Optional.of(video.source()));
    }

    /** @throws MessageException if it cannot be read */
    public static VideoMessage parse(@Nullable String text) throws MessageException {
        ObjectNode json = MessageJson.parse(text, "dataset", "recipe", "video");
        return new VideoMessage(
                json.get("dataset").asText(),
                json.get("recipe").asText(),
                MessageJson.value(json, "video", VideoId.class),
                Optional.ofNullable(json.get("source")).map(JsonNode::asText));
    }

    public String key() {
        return video.sha256();
    }

    public String text() {
        ObjectNode json = MessageJson.envelope(dataset, recipe);
        json.put("video", video.sha256());
        source.ifPresent(name -> json.put("source", name));
        return json.toString();
    }
}
