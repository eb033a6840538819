package io.sluice.export;

import io.sluice.frame.Detection;
import io.sluice.image.Image;
import io.sluice.image.Mask;
import io.sluice.model.Model;
import io.sluice.model.Outline;
import java.util.List;
import java.util.Optional;

/**
 * Tells the pixels of a picture's subjects, by a segmenting model where there is one, else by their boxes.
 *
 * @param segmenter empty for boxes
 */
public record SubjectMasks(Optional<Model<Outline, List<Mask>>> segmenter) {
    /** Word for boxes as they are. */
    public static final String BOXES = "boxes";

    /** A model that says less of a box than this share has seen something else. */
    private static final double MIN_SHARE_OF_BOX = 0.05;

    /** {@value #BOXES}, or the model's id. */
    public String source() {
        return segmenter.map(Model::id).orElse(BOXES);
    }

    /** @param boxes how many subjects only their box stands for */
    record Drawn(Mask mask, int boxes) {}

    /** Inside is 255, outside 0. */
    Drawn of(Image picture, List<Detection> subjects) {
        List<Mask> outlines = segmenter.isEmpty() || subjects.isEmpty()
                ? List.of()
                : segmenter.get().infer(List.of(new Outline(picture, subjects))).get(0);
        Mask all = Mask.empty(picture.width(), picture.height());
        int boxes = 0;
        for (int i = 0; i < subjects.size(); i++) {
            Mask box = Mask.ofBoxes(
                    picture.width(), picture.height(), List.of(subjects.get(i).box()));
            boolean outlined = !outlines.isEmpty() && outlines.get(i).areaShare() >= MIN_SHARE_OF_BOX * box.areaShare();
            all = all.union(outlined ? outlines.get(i) : box);
            boxes += outlined ? 0 : 1;
        }
        return new Drawn(all, boxes);
    }
}
