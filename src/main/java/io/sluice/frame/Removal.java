package io.sluice.frame;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Optional;

/**
 * What was removed from a frame, and what was cut off.
 *
 * @param method {@code none} where nothing had to be removed, else what filled the hole: {@code telea} or a model's id
 * @param areaShare share of the picture that was masked, 0 to 1, before feathering
 * @param objects unwanted objects that were masked
 * @param textRegions corners of each text region, clockwise from the top left: x0, y0, x1, y1, x2, y2, x3, y3 in pixels
 * @param texts what each text region said, empty where it could not be read; none where nothing reads
 * @param crop what was cut out in the end; empty where the picture is whole. Boxes and regions are in pixels of the whole picture
 */
public record Removal(
        String method,
        double areaShare,
        List<Detection> objects,
        List<List<Double>> textRegions,
        // Absent in what was stored before there was a reader.
        @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> texts,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Crop> crop)
        implements Annotation {
    public static final String NOTHING = "none";

    public Removal {
        objects = List.copyOf(objects);
        textRegions = textRegions.stream().map(List::copyOf).toList();
        texts = List.copyOf(texts);
    }

    /** Without what the text regions said. */
    public Removal(String method, double areaShare, List<Detection> objects, List<List<Double>> textRegions) {
        this(method, areaShare, objects, textRegions, List.of(), Optional.empty());
    }

    /** Of a picture that stays whole. */
    public Removal(
            String method,
            double areaShare,
            List<Detection> objects,
            List<List<Double>> textRegions,
            List<String> texts) {
        this(method, areaShare, objects, textRegions, texts, Optional.empty());
    }
}
