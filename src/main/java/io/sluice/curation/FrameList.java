package io.sluice.curation;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.FrameEdit;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.Measured;
import io.sluice.catalogue.Verdict;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Annotation;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Sharpness;
import io.sluice.recipe.Recipe;
import io.sluice.route.AdjustDataset;
import io.sluice.route.Pipeline;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import io.sluice.store.FrameStore;
import io.sluice.store.MissingImageException;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The frames of a dataset with what is known of them, and their pictures. Changes nothing. */
@Singleton
public final class FrameList {
    private final KnownDatasets known;
    private final Catalogue catalogue;
    private final Pipeline pipeline;
    private final FrameStore store;

    FrameList(KnownDatasets known, Catalogue catalogue, Pipeline pipeline, FrameStore store) {
        this.known = known;
        this.catalogue = catalogue;
        this.pipeline = pipeline;
        this.store = store;
    }

    /** What frames are listed by. */
    public enum Order {
        /** Video, then presentation time. */
        TIME,
        /** The most blurred first; those without a measurement last. */
        SHARPNESS,
        /** The poorest first; those without a score last. */
        AESTHETIC
    }

    /**
     * Which frames are wanted; what is empty does not matter.
     *
     * @param stage the last that has decided
     * @param video its SHA-256
     * @param edit a person's word
     */
    public record Filter(
            Optional<StageName> stage,
            Optional<Verdict> verdict,
            Optional<String> reason,
            Optional<String> video,
            Optional<FrameEdit> edit) {
        private boolean takes(FrameProgress frame, Map<FrameId, FrameEdit> edits) {
            return stage.filter(wanted -> wanted != frame.stage()).isEmpty()
                    && verdict.filter(wanted -> wanted != frame.verdict()).isEmpty()
                    && reason.filter(wanted -> !frame.reason().equals(Optional.of(wanted)))
                            .isEmpty()
                    && video.filter(wanted -> !wanted.equals(frame.video().sha256()))
                            .isEmpty()
                    && edit.filter(wanted -> wanted != edits.get(frame.frame())).isEmpty();
        }
    }

    /**
     * A frame of the dataset.
     *
     * @param frame with what the stages have measured under the dataset's recipe
     * @param progress how far it has come
     * @param edit a person's word on it
     */
    public record Listed(Frame frame, FrameProgress progress, Optional<FrameEdit> edit) {}

    /** @param total frames that the filter takes, of which these are some */
    public record Page(int total, List<Listed> frames) {}

    /**
     * A stored picture.
     *
     * @param image its claim check
     */
    public record Picture(ImageRef image, byte[] encoded) {}

    /**
     * Some of the frames.
     *
     * @param offset how many are passed over
     * @param limit how many there are at most
     * @throws AbsentException if there is no such dataset
     */
    public Page page(String dataset, Filter filter, Order order, boolean descending, int offset, int limit) {
        known.out(dataset);
        Recipe recipe = AdjustDataset.current(catalogue, dataset);
        Map<FrameId, FrameEdit> edits = catalogue.read(rows -> rows.frameEdits().of(dataset));
        List<FrameProgress> wanted = catalogue.read(rows -> rows.frames().progress(dataset)).stream()
                .filter(frame -> filter.takes(frame, edits))
                .collect(Collectors.toCollection(ArrayList::new));
        wanted.sort(comparator(dataset, recipe, order, descending));
        List<FrameProgress> shown = wanted.stream().skip(offset).limit(limit).toList();
        return new Page(wanted.size(), listed(dataset, recipe, shown, edits));
    }

    /** @throws AbsentException if the dataset has no such frame */
    public Listed frame(String dataset, FrameId frame) {
        FrameProgress progress = known.frame(dataset, frame);
        return listed(
                        dataset,
                        AdjustDataset.current(catalogue, dataset),
                        List.of(progress),
                        catalogue.read(rows -> rows.frameEdits().of(dataset)))
                .get(0);
    }

    /**
     * The picture as it stands, or as it was extracted.
     *
     * @param extracted whether what was removed since is to be seen
     * @throws AbsentException if the dataset has no such frame, or the store does not have its picture any more
     */
    public Picture picture(String dataset, FrameId frame, boolean extracted) {
        known.frame(dataset, frame);
        ImageRef image = extracted
                ? catalogue
                        .read(rows -> rows.frames().of(dataset, List.of(frame)))
                        .get(0)
                        .image()
                : frame(dataset, frame).frame().image();
        try {
            return new Picture(image, store.get(image));
        } catch (MissingImageException e) {
            throw new AbsentException("frame '" + frame + "' has no picture in the frame store any more");
        }
    }

    private Comparator<FrameProgress> comparator(String dataset, Recipe recipe, Order order, boolean descending) {
        Comparator<FrameProgress> byTime =
                Comparator.comparing(FrameProgress::video).thenComparing(FrameProgress::frame);
        if (order == Order.TIME) {
            return descending ? byTime.reversed() : byTime;
        }
        StageName stage = order == Order.SHARPNESS ? StageName.BLUR : StageName.AESTHETIC;
        Map<FrameId, Measured> measured =
                catalogue.read(rows -> rows.annotations().of(dataset, stage, pipeline.fingerprint(stage, recipe)));
        ToDoubleFunction<FrameProgress> score = frame -> Optional.ofNullable(measured.get(frame.frame()))
                .map(found -> score(found.annotation()))
                .orElse(Double.NaN);
        Comparator<FrameProgress> byScore = Comparator.comparingDouble(score);
        return Comparator.comparing((FrameProgress frame) -> Double.isNaN(score.applyAsDouble(frame)))
                .thenComparing(descending ? byScore.reversed() : byScore)
                .thenComparing(byTime);
    }

    private static double score(Annotation annotation) {
        return annotation instanceof Sharpness sharpness
                ? sharpness.score()
                : annotation instanceof AestheticScore aesthetic ? aesthetic.score() : Double.NaN;
    }

    private List<Listed> listed(
            String dataset, Recipe recipe, Collection<FrameProgress> shown, Map<FrameId, FrameEdit> edits) {
        List<FrameId> ids = shown.stream().map(FrameProgress::frame).toList();
        Map<FrameId, Frame> frames = new HashMap<>();
        catalogue.read(rows -> rows.frames().of(dataset, ids)).forEach(frame -> frames.put(frame.id(), frame));
        for (Stage stage : pipeline.stages()) {
            catalogue
                    .read(rows ->
                            rows.annotations().find(stage.name(), pipeline.fingerprint(stage.name(), recipe), ids))
                    .forEach((id, found) -> frames.computeIfPresent(id, (key, frame) -> {
                        Frame annotated = frame.with(found.annotation());
                        return found.image().map(annotated::with).orElse(annotated);
                    }));
        }
        return shown.stream()
                .map(progress -> new Listed(
                        Objects.requireNonNull(frames.get(progress.frame())),
                        progress,
                        Optional.ofNullable(edits.get(progress.frame()))))
                .toList();
    }
}
