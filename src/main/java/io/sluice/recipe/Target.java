package io.sluice.recipe;

import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.Likeness;
import java.util.Comparator;
import java.util.List;

/** The one definition of what the target is in a frame; detect, select, inpaint and caption all ask here. */
public final class Target {
    private Target() {}

    /**
     * Instances of the target that are confident and large enough, by area descending; only the largest where the recipe says
     * so. Empty where the recipe has no target or the frame no detections. Where the picture was cropped, those that it still shows.
     */
    public static List<Detection> subjects(Recipe.Detect detect, Frame frame) {
        double pixels = frame.wholePixels();
        List<Detection> found = frame.objects().stream()
                .filter(d -> detect.target().contains(d.label()))
                .filter(d -> d.score() >= detect.minConfidence())
                .filter(d -> d.box().area() >= detect.minArea() * pixels)
                .sorted(Comparator.comparingDouble((Detection d) -> -d.box().area()))
                .toList();
        return detect.subject() == Recipe.Subject.LARGEST && found.size() > 1 ? found.subList(0, 1) : found;
    }

    /**
     * Whether the recipe asks for a target and this frame does not show it: no instance of it, or none of what the frame is to be
     * like.
     */
    public static boolean isContext(Recipe.Detect detect, Frame frame) {
        return !detect.target().isEmpty() && subjects(detect, frame).isEmpty() || !isLike(detect, frame);
    }

    /** Whether the frame is like one at least of what the recipe names; true where it names nothing. */
    public static boolean isLike(Recipe.Detect detect, Frame frame) {
        return detect.like().isEmpty()
                || frame.annotation(Detections.class).map(Detections::likenesses).orElse(List.of()).stream()
                        .anyMatch(likeness -> likeness.score() >= threshold(detect, likeness));
    }

    /** What this likeness is compared with. */
    public static double threshold(Recipe.Detect detect, Likeness likeness) {
        return likeness.example() ? detect.minResemblance() : detect.minLikeness();
    }

    /** Whether a frame without the target belongs to the share that is kept; depends on the id alone, so order is no matter. */
    public static boolean inContextShare(Recipe.Detect detect, FrameId frame) {
        long hash = Long.parseUnsignedLong(Fingerprint.of("context", frame).value(), 16);
        return (hash >>> 11) * 0x1.0p-53 < detect.contextShare();
    }
}
