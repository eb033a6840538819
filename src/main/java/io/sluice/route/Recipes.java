package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.recipe.Recipe;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Recipes by digest, read once each. Thread-safe. */
public final class Recipes {
    private final Catalogue catalogue;
    private final Map<String, Recipe> known = new ConcurrentHashMap<>();

    public Recipes(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** @throws MessageException if the catalogue has no recipe of this digest */
    public Recipe get(String digest) throws MessageException {
        Recipe recipe = known.get(digest);
        if (recipe == null) {
            recipe = catalogue
                    .read(rows -> rows.datasets().recipe(digest))
                    .orElseThrow(() -> new MessageException(
                            "message names recipe '" + digest + "', which the catalogue does not have"));
            known.put(digest, recipe);
        }
        return recipe;
    }
}
