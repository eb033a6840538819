package io.sluice.route;

import io.sluice.assess.MeasuredFrame;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.Measured;
import io.sluice.catalogue.Verdict;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.Removal;
import io.sluice.frame.VideoId;
import io.sluice.recipe.Recipe;
import io.sluice.stage.StageName;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what the catalogue keeps of the frames of a dataset, as a recipe would find it. Thread-safe. */
public final class KeptMeasurements {
    private final Catalogue catalogue;
    private final Pipeline pipeline;
    private final DatasetReport report;

    public KeptMeasurements(Catalogue catalogue, Pipeline pipeline, DatasetReport report) {
        this.catalogue = catalogue;
        this.pipeline = pipeline;
        this.report = report;
    }

    /**
     * The frames of the dataset's videos that have not failed, by id.
     *
     * @param recipe under which measurements are looked for; another fingerprint finds none
     * @param current the dataset's recipe: a stage that failed on a frame fails again where both have one fingerprint for it
     */
    public List<MeasuredFrame> of(String dataset, Recipe recipe, Recipe current) {
        Set<VideoId> concerned = catalogue.read(rows -> rows.videos().of(dataset)).stream()
                .filter(video -> video.status() != VideoStatus.FAILED)
                .map(DatasetVideo::video)
                .collect(Collectors.toSet());
        Map<FrameId, Measured> removals = catalogue.read(rows ->
                rows.annotations().of(dataset, StageName.INPAINT, pipeline.fingerprint(StageName.INPAINT, recipe)));
        Map<StageName, Boolean> same = new EnumMap<>(StageName.class);
        Map<FrameId, StageName> failed = new HashMap<>();
        for (FrameProgress frame : catalogue.read(rows -> rows.frames().progress(dataset))) {
            if (frame.verdict() == Verdict.FAILED
                    && same.computeIfAbsent(frame.stage(), stage -> isSame(stage, recipe, current))) {
                failed.put(frame.frame(), frame.stage());
            }
        }
        return report.frames(dataset, recipe, StageName.AESTHETIC).stream()
                .filter(frame -> concerned.contains(frame.video()))
                .map(frame ->
                        new MeasuredFrame(frame, removal(removals, frame), Optional.ofNullable(failed.get(frame.id()))))
                .toList();
    }

    private static Optional<Removal> removal(Map<FrameId, Measured> removals, Frame frame) {
        return Optional.ofNullable(removals.get(frame.id()))
                .map(Measured::annotation)
                .filter(Removal.class::isInstance)
                .map(Removal.class::cast);
    }

    /** Whether the stage gives the same under both. */
    boolean isSame(StageName stage, Recipe recipe, Recipe other) {
        boolean measures = pipeline.stages().stream().anyMatch(known -> known.name() == stage);
        return !measures || Objects.equals(pipeline.fingerprint(stage, recipe), pipeline.fingerprint(stage, other));
    }
}
