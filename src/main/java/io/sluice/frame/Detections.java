package io.sluice.frame;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objects found in a frame, by score descending. Kept down to a low confidence, so that a recipe's own threshold can change
 * without running the model again.
 *
 * @param model id of the model that looked, or {@code none} where no model was there
 * @param likenesses of the whole frame to what the recipe describes by words or shows by example, in its order
 */
public record Detections(String model, List<Detection> objects, List<Likeness> likenesses) implements Annotation {
    public static final String NO_MODEL = "none";

    public Detections {
        objects = List.copyOf(objects);
        likenesses = List.copyOf(likenesses);
    }

    public Detections(String model, List<Detection> objects) {
        this(model, objects, List.of());
    }

    /** What was written before there were likenesses has none. */
    @JsonCreator
    static Detections read(
            @JsonProperty("model") String model,
            @JsonProperty("objects") List<Detection> objects,
            @JsonProperty("likenesses") @Nullable List<Likeness> likenesses) {
        return new Detections(model, objects, likenesses == null ? List.of() : likenesses);
    }
}
