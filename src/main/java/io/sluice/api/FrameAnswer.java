package io.sluice.api;

import io.sluice.catalogue.FrameEdit;
import io.sluice.curation.FrameList;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Box;
import io.sluice.frame.Caption;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.Removal;
import io.sluice.frame.Sharpness;
import io.sluice.stage.StageName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A frame of a dataset, as answers tell it; null is what no stage has measured.
 *
 * @param video SHA-256
 * @param width and height: of the picture as it stands
 * @param timeSeconds presentation time since the start of the stream
 * @param stage the last that has decided on it
 * @param verdict {@code kept}, {@code rejected} or {@code failed}, of that stage
 * @param reason of a rejection, or the error
 * @param score and threshold: what was compared, of a rejection
 * @param inDataset whether it is one of the dataset's pictures
 * @param edit {@code pin} or {@code veto}
 * @param sharpness 0 to 1
 * @param aesthetic 0 to 10
 * @param crop left, top, right and bottom of what was cut out of the whole picture, in its pixels
 * @param caption of the machine
 * @param removedShare of the picture that was filled in, 0 to 1
 * @param picture where it is
 */
record FrameAnswer(
        FrameId id,
        String video,
        double timeSeconds,
        int width,
        int height,
        String stage,
        String verdict,
        @Nullable String reason,
        @Nullable Double score,
        @Nullable Double threshold,
        boolean inDataset,
        @Nullable String edit,
        @Nullable Double sharpness,
        @Nullable Double aesthetic,
        @Nullable String scorer,
        @Nullable List<Found> objects,
        @Nullable Double removedShare,
        @Nullable List<Integer> crop,
        @Nullable String caption,
        String picture) {
    private static final double MICROS = 1e6;

    /** @param box left, top, right and bottom in pixels of the whole picture, the last two exclusive */
    record Found(String label, double score, List<Double> box) {
        static Found of(Detection detection) {
            Box box = detection.box();
            return new Found(
                    detection.label(), detection.score(), List.of(box.left(), box.top(), box.right(), box.bottom()));
        }
    }

    static FrameAnswer of(String dataset, FrameList.Listed listed) {
        Frame frame = listed.frame();
        var progress = listed.progress();
        return new FrameAnswer(
                frame.id(),
                frame.video().sha256(),
                frame.timeMicros() / MICROS,
                frame.image().width(),
                frame.image().height(),
                progress.stage().word(),
                progress.verdict().word(),
                progress.reason().orElse(null),
                progress.score().isPresent() ? progress.score().getAsDouble() : null,
                progress.threshold().isPresent() ? progress.threshold().getAsDouble() : null,
                progress.stage() == StageName.DATASET && progress.verdict() == io.sluice.catalogue.Verdict.KEPT,
                listed.edit().map(FrameEdit::word).orElse(null),
                frame.annotation(Sharpness.class).map(Sharpness::score).orElse(null),
                frame.annotation(AestheticScore.class)
                        .map(AestheticScore::score)
                        .orElse(null),
                frame.annotation(AestheticScore.class)
                        .map(AestheticScore::scorer)
                        .orElse(null),
                frame.annotation(Detections.class)
                        .map(found -> found.objects().stream().map(Found::of).toList())
                        .orElse(null),
                frame.annotation(Removal.class).map(Removal::areaShare).orElse(null),
                frame.crop()
                        .map(crop -> List.of(crop.left(), crop.top(), crop.right(), crop.bottom()))
                        .orElse(null),
                frame.annotation(Caption.class).map(Caption::text).orElse(null),
                "/api/datasets/" + dataset + "/frames/" + frame.id() + "/picture");
    }
}
