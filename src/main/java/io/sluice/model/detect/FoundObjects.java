package io.sluice.model.detect;

import io.sluice.frame.Annotation;
import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.image.Image;
import io.sluice.image.Letterbox;
import io.sluice.model.detect.NonMaxSuppression.Candidate;
import java.util.ArrayList;
import java.util.List;

/** From candidates in a network's input to detections in the original picture; the same for all detectors. */
final class FoundObjects {
    /** Lower than any sensible threshold of a recipe, so that a changed threshold needs no new run of the model. */
    static final double MIN_CONFIDENCE = 0.05;

    /** What COCO's evaluation looks at in a picture. */
    static final int MOST = 100;

    private FoundObjects() {}

    /**
     * @param candidates boxes in input pixels
     * @return by score descending, at most {@link #MOST}; boxes clipped to the picture and rounded to 0.01 pixels
     */
    static List<Detection> of(
            List<Candidate> candidates, double overlap, Letterbox letterbox, Image image, List<String> labels) {
        List<Detection> found = new ArrayList<>();
        for (Candidate candidate : NonMaxSuppression.apply(candidates, overlap, MOST)) {
            Box box = letterbox.original(candidate.box()).clip(image.width(), image.height());
            // A box that lies in the padding alone shows nothing of the picture.
            if (box.area() > 0) {
                found.add(new Detection(labels.get(candidate.label()), candidate.score(), rounded(box)));
            }
        }
        return found;
    }

    /** A score in the precision in which scores are compared and kept. */
    static double score(double raw) {
        return Annotation.round(raw);
    }

    private static Box rounded(Box box) {
        return new Box(cents(box.left()), cents(box.top()), cents(box.right()), cents(box.bottom()));
    }

    private static double cents(double position) {
        return Math.round(position * 100) / 100.0;
    }
}
