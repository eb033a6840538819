package io.sluice.frame;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * What a stage measured on a frame. Scores are rounded to 1e-4 before they are stored or compared, so that the same frame gives
 * the same decision whichever batch it was in.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Sharpness.class, name = "sharpness"),
    @JsonSubTypes.Type(value = Detections.class, name = "detections"),
    @JsonSubTypes.Type(value = AestheticScore.class, name = "aesthetic"),
    @JsonSubTypes.Type(value = Removal.class, name = "removal"),
    @JsonSubTypes.Type(value = Caption.class, name = "caption")
})
public sealed interface Annotation permits Sharpness, Detections, AestheticScore, Removal, Caption {

    /** Rounds a score to 1e-4, the precision in which scores are kept. */
    static double round(double score) {
        return Math.round(score * 10_000) / 10_000.0;
    }
}
