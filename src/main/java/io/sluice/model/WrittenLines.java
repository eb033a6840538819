package io.sluice.model;

import io.sluice.image.Image;
import java.util.List;

/**
 * A picture with lines of text that were found in it, whose words are asked for.
 *
 * @param regions in pixels of the picture
 */
public record WrittenLines(Image image, List<TextRegion> regions) {
    public WrittenLines {
        regions = List.copyOf(regions);
    }
}
