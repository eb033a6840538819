package io.sluice.route;

import io.sluice.model.Models;
import io.sluice.model.RecipeRequirements;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeException;
import io.sluice.recipe.RecipeReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The recipe that lies beside videos, in a folder of the inbox or of a bucket. The folder's name is the dataset's. */
final class FolderRecipe {
    private FolderRecipe() {}

    /**
     * @param yaml empty where there is no recipe
     * @param folder that names of example pictures are relative to
     * @throws RecipeException if it is not allowed, names another dataset, or asks for models that are not there
     */
    static Recipe read(String dataset, String yaml, Path folder, Models models) {
        Recipe recipe = RecipeReader.read(yaml, Map.of(), folder);
        if (!yaml.isBlank()
                && !recipe.dataset().equals(dataset)
                && !recipe.dataset().equals(TakeFromInbox.DEFAULT_DATASET)) {
            throw new RecipeException("recipe: dataset: '" + recipe.dataset() + "' is not allowed; allowed: " + dataset
                    + ", the name of the folder");
        }
        Recipe named = RecipeRequirements.fixed(RecipeReader.read(yaml, Map.of("dataset", dataset), folder), models);
        List<String> missing = RecipeRequirements.missing(named, models);
        if (!missing.isEmpty()) {
            throw new RecipeException("recipe: " + String.join("; ", missing));
        }
        return named;
    }
}
