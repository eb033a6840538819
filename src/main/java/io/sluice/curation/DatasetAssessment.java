package io.sluice.curation;

import io.sluice.assess.Assessment;
import io.sluice.assess.BorderSheet;
import io.sluice.assess.Difference;
import io.sluice.assess.Goal;
import io.sluice.assess.Outlook;
import io.sluice.assess.Replay;
import io.sluice.assess.Suggestion;
import io.sluice.assess.Suggestions;
import io.sluice.assess.WhatIf;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.FrameEdit;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.recipe.Recipe;
import io.sluice.route.AdjustDataset;
import io.sluice.route.KeptMeasurements;
import io.sluice.route.Pipeline;
import io.sluice.select.Edits;
import io.sluice.select.EmbeddingCosine;
import io.sluice.select.PerceptualHash;
import io.sluice.select.Selector;
import io.sluice.sheet.ContactSheet;
import io.sluice.store.FrameStore;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Tells how a dataset stands, and how it would at other thresholds. Changes nothing. */
@Singleton
public final class DatasetAssessment {
    private static final int ON_SHEET = 12;

    private final KnownDatasets known;
    private final Catalogue catalogue;
    private final KeptMeasurements measurements;
    private final Pipeline pipeline;
    private final FrameStore store;

    DatasetAssessment(
            KnownDatasets known,
            Catalogue catalogue,
            KeptMeasurements measurements,
            Pipeline pipeline,
            FrameStore store) {
        this.known = known;
        this.catalogue = catalogue;
        this.measurements = measurements;
        this.pipeline = pipeline;
        this.store = store;
    }

    /**
     * What was found.
     *
     * @param note how far the dataset is, where that is not to its end; else empty
     * @param whatIf empty where nothing was tried
     * @param suggestions empty where there was no goal
     */
    public record Found(
            Assessment assessment, String note, Optional<WhatIf> whatIf, Optional<List<Suggestion>> suggestions) {}

    /**
     * @param settings of the recipe that are tried, by dotted keys; empty for none
     * @throws AbsentException if there is no such dataset
     * @throws io.sluice.recipe.RecipeException if the settings are not allowed
     */
    public Found of(String dataset, Map<String, String> settings, Optional<Goal> goal) {
        known.out(dataset);
        Recipe recipe = AdjustDataset.current(catalogue, dataset);
        Replay replay = replay();
        Edits edits = edits(dataset);
        Assessment assessment =
                Assessment.of(recipe, measurements.of(dataset, recipe, recipe), edits, pipeline.stages(), replay);
        Optional<WhatIf> whatIf = settings.isEmpty()
                ? Optional.empty()
                : Optional.of(whatIf(dataset, recipe, settings, edits, replay, assessment.outlook()));
        Optional<List<Suggestion>> suggestions = goal.map(wanted -> Suggestions.of(assessment, replay, wanted));
        return new Found(assessment, note(dataset), whatIf, suggestions);
    }

    /** Frames around each border. */
    public ContactSheet sheet(Assessment assessment) {
        return new BorderSheet(store).of(assessment, ON_SHEET);
    }

    private WhatIf whatIf(
            String dataset, Recipe recipe, Map<String, String> settings, Edits edits, Replay replay, Outlook before) {
        Recipe other = AdjustDataset.changed(catalogue, dataset, settings);
        Outlook after = replay.of(other, measurements.of(dataset, other, recipe), edits);
        return new WhatIf(settings, after, Difference.between(before, after));
    }

    /** Select is asked many times: embeddings are read once. */
    private Replay replay() {
        Map<FrameId, Optional<Embedding>> embeddings = new HashMap<>();
        return new Replay(
                pipeline.stages(),
                new Selector(
                        new PerceptualHash(),
                        new EmbeddingCosine(frame -> embeddings.computeIfAbsent(frame.id(), id -> embedding(frame)))));
    }

    private Optional<Embedding> embedding(Frame frame) {
        return frame.annotation(AestheticScore.class)
                .map(AestheticScore::embedding)
                .filter(fingerprint -> !fingerprint.isEmpty())
                .flatMap(fingerprint -> store.embedding(frame.image(), new Fingerprint(fingerprint)));
    }

    private Edits edits(String dataset) {
        Map<FrameId, FrameEdit> edits = catalogue.read(rows -> rows.frameEdits().of(dataset));
        Map<FrameEdit, Set<FrameId>> byKind = edits.entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue, Collectors.mapping(Map.Entry::getKey, Collectors.toSet())));
        return new Edits(byKind.getOrDefault(FrameEdit.PIN, Set.of()), byKind.getOrDefault(FrameEdit.VETO, Set.of()));
    }

    private String note(String dataset) {
        Map<String, Long> statuses = catalogue.read(rows -> rows.videos().of(dataset)).stream()
                .collect(Collectors.groupingBy(
                        (DatasetVideo video) -> video.status().word(), TreeMap::new, Collectors.counting()));
        return statuses.keySet().equals(Set.of("completed"))
                ? ""
                : "videos: "
                        + statuses.entrySet().stream()
                                .map(entry -> entry.getValue() + " " + entry.getKey())
                                .collect(Collectors.joining(", "))
                        + (statuses.containsKey("arrived") || statuses.containsKey("extracting")
                                ? "; frames that are not there yet are not counted"
                                : "");
    }
}
