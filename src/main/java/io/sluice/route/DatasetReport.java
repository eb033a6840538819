package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.Measured;
import io.sluice.catalogue.SegmentState;
import io.sluice.catalogue.Verdict;
import io.sluice.dataset.Rejections;
import io.sluice.dataset.Report;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.recipe.Recipe;
import io.sluice.stage.ModelUse;
import io.sluice.stage.Rejection;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import io.sluice.video.VideoPlan;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads from the catalogue what came of a dataset. Thread-safe. */
public final class DatasetReport {
    private final Catalogue catalogue;
    private final Pipeline pipeline;
    private final StageMetrics metrics;
    private final Supplier<List<String>> warnings;

    /** @param warnings what was odd about the process itself */
    public DatasetReport(
            Catalogue catalogue, Pipeline pipeline, StageMetrics metrics, Supplier<List<String>> warnings) {
        this.catalogue = catalogue;
        this.pipeline = pipeline;
        this.metrics = metrics;
        this.warnings = warnings;
    }

    /** All frames of the dataset, by id, with the kept measurements up to and including {@code last}. */
    public List<Frame> frames(String dataset, Recipe recipe, StageName last) {
        Map<FrameId, Frame> frames = new LinkedHashMap<>();
        catalogue.read(rows -> rows.frames().of(dataset)).forEach(frame -> frames.put(frame.id(), frame));
        for (Stage stage : pipeline.stages()) {
            if (stage.name().compareTo(last) > 0) {
                break;
            }
            Map<FrameId, Measured> measured = catalogue.read(
                    rows -> rows.annotations().of(dataset, stage.name(), pipeline.fingerprint(stage.name(), recipe)));
            measured.forEach((id, measurement) -> frames.computeIfPresent(id, (key, frame) -> {
                Frame annotated = frame.with(measurement.annotation());
                return measurement.image().map(annotated::with).orElse(annotated);
            }));
        }
        return List.copyOf(frames.values());
    }

    /** @throws IllegalArgumentException if there is no such dataset */
    public Report of(String dataset) {
        Recipe recipe = catalogue
                .read(rows -> rows.datasets().recipeOf(dataset))
                .orElseThrow(() -> new IllegalArgumentException("dataset '" + dataset + "' does not exist"));
        List<FrameProgress> progress = catalogue.read(rows -> rows.frames().progress(dataset));
        List<Frame> frames = frames(dataset, recipe, StageName.CAPTION);
        List<Report.Stage> stages = new ArrayList<>();
        for (StageName name : StageName.values()) {
            stages.add(stage(name, recipe, progress, frames));
        }
        int kept = stages.get(StageName.DATASET.ordinal()).kept();
        return new Report(
                dataset,
                round(ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0),
                kept,
                videos(dataset, progress),
                stages,
                pipeline.stages().stream()
                        .flatMap(stage -> stage.models(recipe).stream())
                        .map(this::model)
                        .toList(),
                warnings.get());
    }

    /** With the device on which it ran, in this process or in another. */
    private Report.Model model(ModelUse use) {
        String device = catalogue
                .read(rows -> rows.devices().find(use.role(), use.id(), use.sha256()))
                .orElse(use.device());
        return new Report.Model(use.role(), use.id(), use.sha256(), device);
    }

    /** Rejected frames by stage and reason, with the frame that came closest to being kept. */
    public List<Rejections> rejections(String dataset) {
        Map<StageName, List<Rejection>> byStage = new TreeMap<>();
        for (FrameProgress frame : catalogue.read(rows -> rows.frames().progress(dataset))) {
            if (frame.verdict() == Verdict.REJECTED) {
                byStage.computeIfAbsent(frame.stage(), stage -> new ArrayList<>())
                        .add(new Rejection(
                                frame.reason().orElse("unknown"),
                                frame.score().orElse(Double.NaN),
                                frame.threshold().orElse(Double.NaN)));
            }
        }
        return byStage.entrySet().stream()
                .flatMap(entry -> Rejections.of(entry.getKey().word(), entry.getValue()).stream())
                .toList();
    }

    private Report.Stage stage(StageName name, Recipe recipe, List<FrameProgress> progress, List<Frame> frames) {
        int kept = 0;
        int rejected = 0;
        int failed = 0;
        Map<String, Integer> reasons = new TreeMap<>();
        for (FrameProgress frame : progress) {
            if (frame.stage().compareTo(name) > 0 || frame.stage() == name && frame.verdict() == Verdict.KEPT) {
                kept++;
            } else if (frame.stage() == name && frame.verdict() == Verdict.REJECTED) {
                rejected++;
                reasons.merge(frame.reason().orElse("unknown"), 1, Integer::sum);
            } else if (frame.stage() == name) {
                failed++;
            }
        }
        Optional<Stage> stage =
                pipeline.stages().stream().filter(s -> s.name() == name).findFirst();
        @Nullable Double threshold = null;
        Report.@Nullable Scores scores = null;
        if (stage.isPresent()) {
            OptionalDouble applied = stage.get().threshold(recipe);
            threshold = applied.isPresent() ? applied.getAsDouble() : null;
            scores = Report.Scores.of(frames.stream()
                    .map(stage.get()::score)
                    .filter(OptionalDouble::isPresent)
                    .mapToDouble(OptionalDouble::getAsDouble)
                    .toArray());
        }
        return new Report.Stage(
                name.word(),
                kept + rejected + failed,
                kept,
                rejected,
                failed,
                reasons,
                threshold,
                scores,
                round(metrics.seconds(name)));
    }

    private List<Report.Video> videos(String dataset, List<FrameProgress> progress) {
        Map<String, Long> frames = progress.stream()
                .collect(Collectors.groupingBy(frame -> frame.video().sha256(), HashMap::new, Collectors.counting()));
        List<Report.Video> videos = new ArrayList<>();
        List<DatasetVideo> rows = catalogue.read(r -> r.videos().of(dataset)).stream()
                .sorted(Comparator.comparing(DatasetVideo::source).thenComparing(DatasetVideo::video))
                .toList();
        for (DatasetVideo video : rows) {
            List<String> warnings = new ArrayList<>();
            long decoded = 0;
            @Nullable Double duration = null;
            String extraction = video.extraction().orElse("");
            Optional<String> plan = catalogue.read(r -> r.videos().planOf(video.video(), extraction));
            if (plan.isPresent()) {
                VideoPlan read = PlanVideo.read(plan.get());
                warnings.addAll(read.warnings());
                duration = read.durationMicros() > 0 ? round(read.durationMicros() / 1e6) : null;
            }
            for (SegmentState segment : catalogue.read(r -> r.segments().of(video.video(), extraction))) {
                decoded += segment.decodedFrames();
                warnings.addAll(segment.warnings());
            }
            videos.add(new Report.Video(
                    video.source(),
                    video.video().sha256(),
                    video.status().word(),
                    video.reason().orElse(null),
                    warnings,
                    duration,
                    decoded,
                    frames.getOrDefault(video.video().sha256(), 0L).intValue()));
        }
        return videos;
    }

    private static double round(double seconds) {
        return Math.round(seconds * 1000) / 1000.0;
    }
}
