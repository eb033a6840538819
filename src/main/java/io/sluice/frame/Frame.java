package io.sluice.frame;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One picture of a video, as the stages see it.
 *
 * @param segment index of the segment it was extracted from; frames of a segment share a Kafka partition
 * @param timeMicros presentation time in microseconds since the start of the stream
 * @param image the picture as it stands now: as extracted, or as cleaned once {@code inpaint} has changed it
 * @param annotations what was measured so far, in the order of the stages, at most one of each kind
 */
public record Frame(
        FrameId id, VideoId video, int segment, long timeMicros, ImageRef image, List<Annotation> annotations) {

    public Frame {
        annotations = List.copyOf(annotations);
    }

    /** The annotation of this kind, if its stage has run. */
    public <A extends Annotation> Optional<A> annotation(Class<A> kind) {
        return annotations.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }

    /** Objects that were found and that the picture shows as it stands now; boxes in pixels of the whole picture. */
    public List<Detection> objects() {
        List<Detection> found =
                annotation(Detections.class).map(Detections::objects).orElse(List.of());
        return crop().map(crop -> found.stream()
                        .filter(object -> crop.shows(object.box()))
                        .toList())
                .orElse(found);
    }

    /** What was cut out of the whole picture; empty where it still is whole. */
    public Optional<Crop> crop() {
        return annotation(Removal.class).flatMap(Removal::crop);
    }

    /** Of the whole picture. */
    public long wholePixels() {
        return crop().map(crop -> (long) crop.ofWidth() * crop.ofHeight())
                .orElse((long) image.width() * image.height());
    }

    /** This frame with {@code annotation}, in place of an earlier one of its kind. */
    public Frame with(Annotation annotation) {
        List<Annotation> all = new ArrayList<>(annotations);
        all.removeIf(a -> a.getClass() == annotation.getClass());
        all.add(annotation);
        return new Frame(id, video, segment, timeMicros, image, all);
    }

    /** This frame with another picture. */
    public Frame with(ImageRef replacement) {
        return new Frame(id, video, segment, timeMicros, replacement, annotations);
    }
}
