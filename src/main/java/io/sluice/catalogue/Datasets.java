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
        handle.createUpdate("UPDATE dataset SET current = :current, changes = changes + :change WHERE name = :name")
                .bind("current", current)
                .bind("change", current ? 0 : 1)
                .bind("name", dataset)
                .execute();
    }

    /** How often the dataset's files have become outdated. */
    public long changes(String dataset) {
        return handle.createQuery("SELECT changes FROM dataset WHERE name = :name")
                .bind("name", dataset)
                .mapTo(Long.class)
                .one();
    }

    /**
     * Begins to write the dataset's files: until {@link #endWriting} they are outdated.
     *
     * @param changes as they were when it was read what to write
     * @return whether they still are; then their number is one more now
     */
    public boolean beginWriting(String dataset, long changes) {
        return handle.createUpdate("UPDATE dataset SET current = false, changes = changes + 1 "
                                + "WHERE name = :name AND changes = :changes")
                        .bind("name", dataset)
                        .bind("changes", changes)
                        .execute()
                == 1;
    }

    /**
     * Records that the files are current, if nothing has changed since they were read for; else that they are outdated, whoever
     * has written them meanwhile.
     *
     * @return whether they are current
     */
    public boolean endWriting(String dataset, long changes) {
        boolean current =
                handle.createUpdate("UPDATE dataset SET current = true WHERE name = :name AND changes = :changes")
                                .bind("name", dataset)
                                .bind("changes", changes)
                                .execute()
                        == 1;
        if (!current) {
            setCurrent(dataset, false);
        }
        return current;
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
