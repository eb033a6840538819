package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.Measured;
import io.sluice.catalogue.Transaction;
import io.sluice.catalogue.Verdict;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.InfrastructureException;
import io.sluice.frame.VideoId;
import io.sluice.model.LoadedModel;
import io.sluice.recipe.Recipe;
import io.sluice.stage.Measurement;
import io.sluice.stage.ModelUse;
import io.sluice.stage.Outcome;
import io.sluice.stage.Rejection;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Runs a stage on a batch of frames of one dataset, and records what came of it in the catalogue before anybody hears of it.
 *
 * <p>Frames that were measured under the same fingerprint before are judged from the kept measurement, and where the stage can tell
 * from one under another fingerprint what it would measure, it is not asked to measure. A batch that the stage
 * cannot measure is measured frame by frame, so that only the frame at fault fails. A frame that was begun twice without an end
 * has perhaps killed the process: the third time it is measured alone, and after that it fails. Before select, a frame that a
 * person has pinned is not rejected. Thread-safe.
 */
public final class StageRunner {
    private static final Logger LOG = Logger.getLogger(StageRunner.class);

    /** The attempt that is made alone, and the last one. */
    static final int LAST_ATTEMPT = 3;

    private final String run;
    private final Catalogue catalogue;
    private final Pipeline pipeline;
    private final StageMetrics metrics;
    private final Supplier<List<LoadedModel>> loaded;
    /** Models of which the catalogue knows where they run. */
    private final Set<LoadedModel> noted = ConcurrentHashMap.newKeySet();

    /**
     * @param run of this process, by which its attempts are known
     * @param loaded models that have sessions in this process
     */
    public StageRunner(
            String run,
            Catalogue catalogue,
            Pipeline pipeline,
            StageMetrics metrics,
            Supplier<List<LoadedModel>> loaded) {
        this.run = run;
        this.catalogue = catalogue;
        this.pipeline = pipeline;
        this.metrics = metrics;
        this.loaded = loaded;
    }

    /**
     * @param recipeDigest of the recipe that the messages name; if the video is worked on with another one now, they are stale
     * @return what came of each frame, in the order of the frames; stale frames, and those that a later stage has already
     *     decided on, are left out
     * @throws InfrastructureException if no frame is at fault; nothing is then recorded
     */
    @SuppressWarnings("try")
    public List<Outcome> run(StageName name, String dataset, String recipeDigest, Recipe recipe, List<Frame> frames) {
        Stage stage = pipeline.stage(name);
        Fingerprint fingerprint = pipeline.fingerprint(name, recipe);
        List<Frame> current = catalogue.read(rows -> current(rows, name, dataset, recipeDigest, frames));
        if (current.isEmpty()) {
            return List.of();
        }
        Map<FrameId, Measured> kept = catalogue.read(rows -> rows.annotations()
                .find(name, fingerprint, current.stream().map(Frame::id).toList()));
        List<Frame> unmeasured =
                current.stream().filter(frame -> !kept.containsKey(frame.id())).toList();

        Map<FrameId, Measurement> measurements = new HashMap<>();
        if (!unmeasured.isEmpty()) {
            long start = System.nanoTime();
            try (LogKeys keys = LogKeys.ofModels(models(stage, recipe))) {
                measurements.putAll(derive(stage, recipe, unmeasured));
                List<Frame> rest = unmeasured.stream()
                        .filter(frame -> !measurements.containsKey(frame.id()))
                        .toList();
                if (!rest.isEmpty()) {
                    measurements.putAll(measure(stage, dataset, recipe, rest));
                    noteDevices(stage, recipe);
                }
            }
            metrics.measured(name, unmeasured.size(), System.nanoTime() - start);
        }
        kept.forEach((id, measured) ->
                measurements.put(id, new Measurement.Measured(id, measured.annotation(), measured.image())));

        Set<FrameId> pinned = name.compareTo(StageName.SELECT) < 0
                ? catalogue.read(rows -> rows.frameEdits()
                        .pinned(dataset, current.stream().map(Frame::id).toList()))
                : Set.of();
        List<Outcome> outcomes = new ArrayList<>();
        for (Frame frame : current) {
            Measurement measurement = measurements.get(frame.id());
            if (measurement == null) {
                throw new IllegalStateException("frame '" + frame.id() + "' has no measurement of " + name.word());
            }
            outcomes.add(outcome(stage, recipe, frame, measurement, pinned.contains(frame.id())));
        }
        record(name, dataset, recipeDigest, fingerprint, unmeasured, measurements, outcomes);
        metrics.decided(name, outcomes);
        return outcomes;
    }

    private void noteDevices(Stage stage, Recipe recipe) {
        List<String> used = models(stage, recipe);
        List<LoadedModel> fresh = loaded.get().stream()
                .filter(model -> used.contains(model.id()) && !noted.contains(model))
                .toList();
        if (!fresh.isEmpty()) {
            catalogue.update(rows -> fresh.forEach(
                    model -> rows.devices().put(model.role(), model.id(), model.sha256(), model.device())));
            noted.addAll(fresh);
        }
    }

    private static List<String> models(Stage stage, Recipe recipe) {
        return stage.models(recipe).stream().map(ModelUse::id).distinct().toList();
    }

    @SuppressWarnings("try")
    private static List<Frame> current(
            Transaction rows, StageName stage, String dataset, String recipeDigest, List<Frame> frames) {
        Map<FrameId, Frame> distinct = new LinkedHashMap<>();
        frames.forEach(frame -> distinct.put(frame.id(), frame));
        Map<VideoId, Boolean> live = new HashMap<>();
        Map<FrameId, FrameProgress> progress = rows.frames().progress(dataset, distinct.keySet());
        List<Frame> current = new ArrayList<>();
        for (Frame frame : distinct.values()) {
            FrameProgress reached = progress.get(frame.id());
            boolean due = reached != null
                    && (reached.stage() == stage
                            || reached.stage().ordinal() == stage.ordinal() - 1 && reached.verdict() == Verdict.KEPT);
            if (due && live.computeIfAbsent(frame.video(), video -> isLive(rows, dataset, video, recipeDigest))) {
                current.add(frame);
            } else {
                try (LogKeys keys = LogKeys.of(frame)) {
                    LOG.debugf("stage=%s frameId=%s passed over: not due here", stage.word(), frame.id());
                }
            }
        }
        return current;
    }

    private static boolean isLive(Transaction rows, String dataset, VideoId video, String recipeDigest) {
        Optional<DatasetVideo> row = rows.videos().find(dataset, video);
        return row.isPresent()
                && row.get().recipe().equals(recipeDigest)
                && row.get().status() != VideoStatus.FAILED;
    }

    /** Measurements that kept ones under other fingerprints tell, without a look at the pictures. */
    private Map<FrameId, Measurement> derive(Stage stage, Recipe recipe, List<Frame> frames) {
        Map<FrameId, Measurement> derived = new HashMap<>();
        List<FrameId> ids = frames.stream().map(Frame::id).toList();
        for (Fingerprint kin : pipeline.kin(stage.name(), recipe)) {
            if (derived.size() == frames.size()) {
                break;
            }
            Map<FrameId, Measured> earlier =
                    catalogue.read(rows -> rows.annotations().find(stage.name(), kin, ids));
            for (Frame frame : frames) {
                Measured known = earlier.get(frame.id());
                if (known != null && !derived.containsKey(frame.id())) {
                    stage.derive(recipe, frame, known.annotation())
                            .ifPresent(annotation ->
                                    derived.put(frame.id(), new Measurement.Measured(frame.id(), annotation)));
                }
            }
        }
        return derived;
    }

    private Map<FrameId, Measurement> measure(Stage stage, String dataset, Recipe recipe, List<Frame> frames) {
        Map<FrameId, String> subjects = new LinkedHashMap<>();
        frames.forEach(frame -> subjects.put(frame.id(), dataset + "/" + frame.id()));
        Map<String, Integer> attempts = catalogue.write(rows -> rows.attempts()
                .begin(stage.name().word(), List.copyOf(subjects.values()), run, System.currentTimeMillis()));
        Map<FrameId, Measurement> measurements = new HashMap<>();
        List<Frame> together = new ArrayList<>();
        List<Frame> alone = new ArrayList<>();
        for (Frame frame : frames) {
            int attempt = attempts.getOrDefault(subjects.get(frame.id()), 1);
            if (attempt > LAST_ATTEMPT) {
                measurements.put(
                        frame.id(),
                        new Measurement.Unmeasurable(
                                frame.id(),
                                "the process ended " + LAST_ATTEMPT + " times while "
                                        + stage.name().word() + " worked on this frame"));
            } else if (attempt == LAST_ATTEMPT) {
                alone.add(frame);
            } else {
                together.add(frame);
            }
        }
        try {
            if (!together.isEmpty()) {
                measurements.putAll(measureOrIsolate(stage, recipe, together));
            }
            for (Frame frame : alone) {
                measurements.putAll(measureOrIsolate(stage, recipe, List.of(frame)));
            }
        } catch (InfrastructureException e) {
            catalogue.update(rows -> rows.attempts().end(stage.name().word(), subjects.values()));
            throw e;
        }
        return measurements;
    }

    @SuppressWarnings("try")
    private static Map<FrameId, Measurement> measureOrIsolate(Stage stage, Recipe recipe, List<Frame> frames) {
        try {
            return join(stage, frames, stage.measure(recipe, frames));
        } catch (InfrastructureException e) {
            throw e;
        } catch (RuntimeException e) {
            if (frames.size() == 1) {
                FrameId id = frames.get(0).id();
                try (LogKeys keys = LogKeys.of(frames.get(0)).error(e.getMessage())) {
                    LOG.warnf(e, "stage=%s frameId=%s error=%s", stage.name().word(), id, e.getMessage());
                }
                return Map.of(id, new Measurement.Unmeasurable(id, String.valueOf(e.getMessage())));
            }
            try (LogKeys keys = LogKeys.ofError(e.getMessage())) {
                LOG.warnf(
                        "stage=%s batch of %d frames failed, each is tried alone: error=%s",
                        stage.name().word(), frames.size(), e.getMessage());
            }
        }
        Map<FrameId, Measurement> measurements = new HashMap<>();
        for (Frame frame : frames) {
            measurements.putAll(measureOrIsolate(stage, recipe, List.of(frame)));
        }
        return measurements;
    }

    /** Joins answers to frames by id; an answer too many, too few or of another frame is an error of the whole batch. */
    private static Map<FrameId, Measurement> join(Stage stage, List<Frame> frames, List<Measurement> answers) {
        Map<FrameId, Measurement> joined = new HashMap<>();
        for (Measurement answer : answers) {
            if (joined.put(answer.frame(), answer) != null) {
                throw new IllegalStateException("stage '" + stage.name().word() + "' answered twice for frame '"
                        + answer.frame() + "': one answer for each frame is required");
            }
        }
        for (Frame frame : frames) {
            if (!joined.containsKey(frame.id())) {
                throw new IllegalStateException("stage '" + stage.name().word() + "' gave no answer for frame '"
                        + frame.id() + "': one answer for each frame is required");
            }
        }
        if (joined.size() != frames.size()) {
            throw new IllegalStateException("stage '" + stage.name().word() + "' answered for " + joined.size()
                    + " frames and was asked for " + frames.size());
        }
        return joined;
    }

    private static Outcome outcome(Stage stage, Recipe recipe, Frame frame, Measurement measurement, boolean pinned) {
        if (measurement instanceof Measurement.Unmeasurable unmeasurable) {
            return new Outcome.Failed(frame, unmeasurable.error());
        }
        Frame measured = ((Measurement.Measured) measurement).applyTo(frame);
        Optional<Rejection> rejection = pinned ? Optional.empty() : stage.judge(recipe, measured);
        return rejection.isPresent() ? new Outcome.Rejected(measured, rejection.get()) : new Outcome.Kept(measured);
    }

    private void record(
            StageName name,
            String dataset,
            String recipeDigest,
            Fingerprint fingerprint,
            List<Frame> unmeasured,
            Map<FrameId, Measurement> measurements,
            List<Outcome> outcomes) {
        Map<FrameId, Measured> fresh = new HashMap<>();
        for (Frame frame : unmeasured) {
            if (measurements.get(frame.id()) instanceof Measurement.Measured measured) {
                fresh.put(frame.id(), new Measured(measured.annotation(), measured.image()));
            }
        }
        List<FrameProgress> decisions =
                outcomes.stream().map(outcome -> progress(name, outcome)).toList();
        catalogue.update(rows -> {
            rows.annotations().put(name, fingerprint, fresh);
            rows.frames().decided(dataset, recipeDigest, decisions);
            rows.attempts()
                    .end(
                            name.word(),
                            unmeasured.stream()
                                    .map(frame -> dataset + "/" + frame.id())
                                    .toList());
        });
    }

    static FrameProgress progress(StageName stage, Outcome outcome) {
        Frame frame = outcome.frame();
        Verdict verdict = Verdict.KEPT;
        Optional<String> reason = Optional.empty();
        OptionalDouble score = OptionalDouble.empty();
        OptionalDouble threshold = OptionalDouble.empty();
        if (outcome instanceof Outcome.Rejected rejected) {
            verdict = Verdict.REJECTED;
            reason = Optional.of(rejected.rejection().reason());
            score = OptionalDouble.of(rejected.rejection().score());
            threshold = OptionalDouble.of(rejected.rejection().threshold());
        } else if (outcome instanceof Outcome.Failed failed) {
            verdict = Verdict.FAILED;
            reason = Optional.of(failed.error());
        }
        return new FrameProgress(frame.id(), frame.video(), frame.segment(), stage, verdict, reason, score, threshold);
    }
}
