package io.sluice.frame;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;

/**
 * What was removed from a frame.
 *
 * @param method {@code none} where nothing had to be removed, else what filled the hole: {@code telea} or a model's id
 * @param areaShare share of the picture that was masked, 0 to 1, before feathering
 * @param objects unwanted objects that were masked
 * @param textRegions corners of each text region, clockwise from the top left: x0, y0, x1, y1, x2, y2, x3, y3 in pixels
 * @param texts what each text region said, empty where it could not be read; none where nothing reads
 */
public record Removal(
        String method,
        double areaShare,
        List<Detection> objects,
        List<List<Double>> textRegions,
        // Absent in what was stored before there was a reader.
        @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> texts)
        implements Annotation {
    public static final String NOTHING = "none";

    public Removal {
        objects = List.copyOf(objects);
        textRegions = textRegions.stream().map(List::copyOf).toList();
        texts = List.copyOf(texts);
    }

    /** Without what the text regions said. */
    public Removal(String method, double areaShare, List<Detection> objects, List<List<Double>> textRegions) {
        this(method, areaShare, objects, textRegions, List.of());
    }
}
