package io.sluice.route;

import io.sluice.catalogue.Measured;
import io.sluice.catalogue.Transaction;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.recipe.Recipe;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import io.sluice.video.ExtractionFingerprint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The stages there are, in their order, and the fingerprints of what they give under a recipe. Thread-safe. */
public final class Pipeline {
    private final Map<StageName, Stage> stages = new EnumMap<>(StageName.class);

    public Pipeline(Collection<Stage> stages) {
        stages.forEach(stage -> this.stages.put(stage.name(), stage));
    }

    /** @throws IllegalArgumentException if there is no stage of this name */
    public Stage stage(StageName name) {
        Stage stage = stages.get(name);
        if (stage == null) {
            throw new IllegalArgumentException("stage '" + name.word() + "' is not here; here are "
                    + stages.keySet().stream().map(StageName::word).toList());
        }
        return stage;
    }

    /** Stages that measure, in their order. */
    public List<Stage> stages() {
        return List.copyOf(stages.values());
    }

    /**
     * Identity of what a stage's measurement is made of: its own fingerprint, that of the stored picture, and those of the
     * measurements that it builds on.
     */
    public Fingerprint fingerprint(StageName name, Recipe recipe) {
        Stage stage = stage(name);
        return fingerprint(stage, recipe, stage.fingerprint(recipe));
    }

    /** Identities of kept measurements that the stage may {@linkplain Stage#derive derive} others from. */
    List<Fingerprint> kin(StageName name, Recipe recipe) {
        Stage stage = stage(name);
        return stage.kin(recipe).stream()
                .map(own -> fingerprint(stage, recipe, own))
                .toList();
    }

    private Fingerprint fingerprint(Stage stage, Recipe recipe, Fingerprint own) {
        List<Object> parts = new ArrayList<>();
        parts.add(stage.name().word());
        parts.add(ExtractionFingerprint.rendition(recipe));
        parts.add(own);
        stage.buildsOn().stream().sorted().forEach(on -> parts.add(fingerprint(on, recipe)));
        return Fingerprint.of(parts.toArray());
    }

    /** Frames with all measurements up to and including {@code last} that the catalogue keeps for the recipe. */
    public List<Frame> assemble(Transaction catalogue, Recipe recipe, List<Frame> frames, StageName last) {
        List<FrameId> ids = frames.stream().map(Frame::id).toList();
        Map<FrameId, Frame> assembled = frames.stream().collect(Collectors.toMap(Frame::id, f -> f));
        for (Stage stage : stages()) {
            if (stage.name().compareTo(last) > 0) {
                break;
            }
            catalogue
                    .annotations()
                    .find(stage.name(), fingerprint(stage.name(), recipe), ids)
                    .forEach((id, measured) -> assembled.computeIfPresent(id, (key, frame) -> apply(frame, measured)));
        }
        return ids.stream().map(assembled::get).toList();
    }

    private static Frame apply(Frame frame, Measured measured) {
        Frame annotated = frame.with(measured.annotation());
        return measured.image().map(annotated::with).orElse(annotated);
    }
}
