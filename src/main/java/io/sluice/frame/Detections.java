package io.sluice.frame;

import java.util.List;

/**
 * The objects found in a frame, by score descending. Kept down to a low confidence, so that a recipe's own threshold can change
 * without running the model again.
 *
 * @param model id of the model that looked, or {@code none} where no model was there
 */
public record Detections(String model, List<Detection> objects) implements Annotation {
    public static final String NO_MODEL = "none";

    public Detections {
        objects = List.copyOf(objects);
    }
}
