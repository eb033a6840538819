package io.sluice.catalogue;

import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.store.Place;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Datasets and recipes. */
public final class Datasets {
    private final Handle handle;

    Datasets(Handle handle) {
        this.handle = handle;
    }

    /** As below, for a folder. */
    public void put(Recipe recipe, Path folder) {
        put(recipe, Place.of(folder));
    }

    /**
     * Makes the dataset, or gives it this recipe and place.
     *
     * @param out where all datasets are made
     */
    public void put(Recipe recipe, Place out) {
        handle.createUpdate(
                        "INSERT INTO recipe (digest, canonical) VALUES (:digest, :canonical) ON CONFLICT DO NOTHING")
                .bind("digest", recipe.digest())
                .bind("canonical", recipe.canonical())
                .execute();
        handle.createUpdate(
                        "INSERT INTO dataset (name, recipe, folder, current) VALUES (:name, :recipe, :folder, false) "
                                + "ON CONFLICT (name) DO UPDATE SET recipe = excluded.recipe, folder = excluded.folder")
                .bind("name", recipe.dataset())
                .bind("recipe", recipe.digest())
                .bind("folder", out.toString())
                .execute();
    }

    /** All of them, in order. */
    public List<String> names() {
        return handle.createQuery("SELECT name FROM dataset ORDER BY name")
                .mapTo(String.class)
                .list();
    }

    /** Whether the files in the dataset's folder are those that the catalogue calls for. */
    public void setCurrent(String dataset, boolean current) {
        handle.createUpdate("UPDATE dataset SET current = :current WHERE name = :name AND current <> :current")
                .bind("current", current)
                .bind("name", dataset)
                .execute();
    }

    /** Datasets whose files are not those that the catalogue calls for, by name. */
    public List<String> outdated() {
        return handle.createQuery("SELECT name FROM dataset WHERE NOT current ORDER BY name")
                .mapTo(String.class)
                .list();
    }

    /** What follows the next select, where an adjustment has said so; empty for what recipe and process say. */
    public Optional<AfterSelect> afterSelect(String dataset) {
        return AfterSelect.of(handle.createQuery("SELECT after_select FROM dataset WHERE name = :name")
                .bind("name", dataset)
                .map((row, context) -> Optional.ofNullable(row.getString("after_select")))
                .findOne()
                .flatMap(word -> word)
                .orElse(null));
    }

    /** @param after empty for what recipe and process say */
    public void setAfterSelect(String dataset, Optional<AfterSelect> after) {
        handle.createUpdate("UPDATE dataset SET after_select = :after WHERE name = :name")
                .bind("after", after.map(AfterSelect::word).orElse(null))
                .bind("name", dataset)
                .execute();
    }

    public Optional<Recipe> recipeOf(String dataset) {
        return handle.createQuery(
                        "SELECT r.canonical FROM recipe r JOIN dataset d ON d.recipe = r.digest WHERE d.name = :name")
                .bind("name", dataset)
                .mapTo(String.class)
                .findOne()
                .map(canonical -> RecipeReader.read(canonical, Map.of()));
    }

    public Optional<Recipe> recipe(String digest) {
        return handle.createQuery("SELECT canonical FROM recipe WHERE digest = :digest")
                .bind("digest", digest)
                .mapTo(String.class)
                .findOne()
                .map(canonical -> RecipeReader.read(canonical, Map.of()));
    }

    /** Where all datasets are made, this one too. */
    public Optional<Place> place(String dataset) {
        return handle.createQuery("SELECT folder FROM dataset WHERE name = :name")
                .bind("name", dataset)
                .mapTo(String.class)
                .findOne()
                .map(Place::of);
    }
}
