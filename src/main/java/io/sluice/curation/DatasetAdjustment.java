package io.sluice.curation;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.FrameEdit;
import io.sluice.frame.FrameId;
import io.sluice.model.Models;
import io.sluice.model.RecipeRequirements;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeException;
import io.sluice.recipe.RecipeReader;
import io.sluice.route.AdjustDataset;
import io.sluice.route.Adjustment;
import io.sluice.route.AdvanceDatasets;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Changes what a dataset consists of. When a method returns, the change is recorded; the stages then bring the dataset there. */
@Singleton
public final class DatasetAdjustment {
    private final KnownDatasets known;
    private final Catalogue catalogue;
    private final Models models;
    private final AdjustDataset adjustDataset;
    private final AdvanceDatasets datasets;

    DatasetAdjustment(
            KnownDatasets known,
            Catalogue catalogue,
            Models models,
            AdjustDataset adjustDataset,
            AdvanceDatasets datasets) {
        this.known = known;
        this.catalogue = catalogue;
        this.models = models;
        this.adjustDataset = adjustDataset;
        this.datasets = datasets;
    }

    /**
     * Gives the dataset other thresholds.
     *
     * @param settings of the recipe, by dotted keys
     * @throws RecipeException if they are not allowed, or need a model that is not there
     * @throws AbsentException if there is no such dataset
     */
    public Adjustment adjust(String dataset, Map<String, String> settings) {
        known.out(dataset);
        Recipe next = RecipeRequirements.fixed(AdjustDataset.changed(catalogue, dataset, settings), models);
        List<String> missing = RecipeRequirements.missing(next, models);
        if (!missing.isEmpty()) {
            throw new RecipeException("recipe: " + String.join("\nrecipe: ", missing));
        }
        return adjustDataset.adjust(next);
    }

    /**
     * Pins or vetoes frames, or takes it back.
     *
     * @param edit empty to take back what was said
     * @throws AbsentException if the dataset does not have them all, or there is no such dataset; then nothing is done
     */
    public Adjustment edit(String dataset, Optional<FrameEdit> edit, Collection<FrameId> frames) {
        known.requireFrames(dataset, frames);
        return adjustDataset.edit(dataset, edit, frames);
    }

    /**
     * Lets a dataset that rests for review go on.
     *
     * @return how many videos did
     * @throws AbsentException if there is no such dataset
     * @throws ConflictException if it does not rest
     */
    public int goOn(String dataset) throws Exception {
        known.out(dataset);
        int videos = datasets.goOn(dataset);
        if (videos == 0) {
            throw new ConflictException("dataset '" + dataset + "' does not rest for review");
        }
        return videos;
    }

    /**
     * Settings of somebody who must not read this machine's files.
     *
     * @throws RecipeException if one of them names a file
     */
    public static Map<String, String> foreign(Map<String, String> settings) {
        Map<String, String> ofDetect = new TreeMap<>(settings);
        ofDetect.keySet().removeIf(key -> !key.strip().startsWith("detect"));
        RecipeReader.readForeign("", ofDetect);
        return settings;
    }
}
