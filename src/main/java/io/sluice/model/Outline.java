package io.sluice.model;

import io.sluice.frame.Detection;
import io.sluice.image.Image;
import java.util.List;

/**
 * A picture with objects that were found in it, whose exact pixels are asked for.
 *
 * @param objects with boxes in pixels of the picture
 */
public record Outline(Image image, List<Detection> objects) {
    public Outline {
        objects = List.copyOf(objects);
    }
}
