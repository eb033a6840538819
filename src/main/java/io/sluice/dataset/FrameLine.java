package io.sluice.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Box;
import io.sluice.frame.Caption;
import io.sluice.frame.Crop;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.Removal;
import io.sluice.frame.Sharpness;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code frames.jsonl}; the components' names and order are the JSON's keys.
 *
 * @param time presentation time in seconds since the start of the stream
 * @param file relative to the dataset's folder, with {@code /}
 * @param width of the picture in the file, in pixels
 * @param height of the picture in the file, in pixels
 * @param boxes objects that were found, before anything was removed or cut off
 * @param crop what was cut out; null where the picture is whole
 * @param removals null where the inpaint stage has not run
 * @param caption the first line that a trainer reads, as edited by a person where one did
 * @param captionWritten {@link DatasetFolder#mark} of the caption that was last written here: another caption is a person's
 * @param captionMethod {@code names}, or the id of the captioner that made the caption that was last written here
 * @param captionStatus {@code made}, {@code fallback} where the captioner that was asked could not make one, {@code edited}
 * @param captionReason why not; null where it could
 * @param pinned whether a person wants it, whatever the rules say
 */
record FrameLine(
        String id,
        String video,
        double time,
        String file,
        int width,
        int height,
        Scores scores,
        List<Thing> boxes,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Cut crop,
        @Nullable Removals removals,
        String caption,
        @Nullable String captionWritten,
        String captionMethod,
        String captionStatus,
        @Nullable String captionReason,
        boolean pinned) {

    /** Null where the stage has not run. */
    record Scores(@Nullable Double sharpness, @Nullable Double aesthetic) {}

    /** @param box left, top, right, bottom in pixels of the original image, right and bottom exclusive */
    record Thing(String label, double score, List<Double> box) {
        static Thing of(Detection detection) {
            Box box = detection.box();
            return new Thing(
                    detection.label(), detection.score(), List.of(box.left(), box.top(), box.right(), box.bottom()));
        }
    }

    /**
     * @param box left, top, right, bottom in pixels of the original image, right and bottom exclusive
     * @param of width and height of the original image
     */
    record Cut(List<Integer> box, List<Integer> of) {
        static Cut of(Crop crop) {
            return new Cut(
                    List.of(crop.left(), crop.top(), crop.right(), crop.bottom()),
                    List.of(crop.ofWidth(), crop.ofHeight()));
        }
    }

    /**
     * @param textRegions corners of each, clockwise from the top left: x0, y0, ... x3, y3 in pixels
     * @param texts what each of them said, empty where it could not be read; none where nothing reads
     */
    record Removals(
            String method,
            double areaShare,
            List<Thing> objects,
            List<List<Double>> textRegions,
            @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> texts) {
        static Removals of(Removal removal) {
            return new Removals(
                    removal.method(),
                    removal.areaShare(),
                    removal.objects().stream().map(Thing::of).toList(),
                    removal.textRegions(),
                    removal.texts());
        }
    }

    static FrameLine of(Frame frame, String file, String caption, @Nullable String captionWritten, boolean pinned) {
        Optional<Caption> made = frame.annotation(Caption.class);
        String reason = made.map(Caption::reason).orElse("");
        String status = reason.isEmpty() ? "made" : "fallback";
        boolean edited =
                made.isPresent() && !DatasetFolder.mark(made.get().text()).equals(DatasetFolder.mark(caption));
        return new FrameLine(
                frame.id().value(),
                frame.video().sha256(),
                frame.timeMicros() / 1e6,
                file,
                frame.image().width(),
                frame.image().height(),
                new Scores(
                        frame.annotation(Sharpness.class).map(Sharpness::score).orElse(null),
                        frame.annotation(AestheticScore.class)
                                .map(AestheticScore::score)
                                .orElse(null)),
                frame.annotation(Detections.class).map(Detections::objects).orElse(List.of()).stream()
                        .map(Thing::of)
                        .toList(),
                frame.crop().map(Cut::of).orElse(null),
                frame.annotation(Removal.class).map(Removals::of).orElse(null),
                caption,
                captionWritten,
                made.map(Caption::method).orElse("names"),
                edited ? "edited" : status,
                reason.isEmpty() ? null : reason,
                pinned);
    }
}
