package io.sluice.model;

import io.sluice.frame.Box;
import java.util.List;

/**
 * A line of text found in a picture.
 *
 * @param corners x0, y0, ... x3, y3 in pixels of the original image, clockwise from the top left of the text
 * @param score mean probability inside the region, 0 to 1
 */
public record TextRegion(List<Double> corners, double score) {
    public TextRegion {
        if (corners.size() != 8) {
            throw new IllegalArgumentException("text region with " + corners.size() + " numbers: 8 are required");
        }
        corners = List.copyOf(corners);
    }

    /** The smallest upright box around it. */
    public Box bounds() {
        double left = Double.MAX_VALUE;
        double top = Double.MAX_VALUE;
        double right = -Double.MAX_VALUE;
        double bottom = -Double.MAX_VALUE;
        for (int i = 0; i < 8; i += 2) {
            left = Math.min(left, corners.get(i));
            right = Math.max(right, corners.get(i));
            top = Math.min(top, corners.get(i + 1));
            bottom = Math.max(bottom, corners.get(i + 1));
        }
        return new Box(left, top, right, bottom);
    }
}
