package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.dataset.DatasetFolder;
import io.sluice.recipe.Recipe;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The open dataset folders, one writer for each dataset. Thread-safe. */
public final class DatasetFolders {
    private final Catalogue catalogue;
    private final Map<String, Open> open = new ConcurrentHashMap<>();

    public DatasetFolders(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** @throws IllegalStateException if the dataset is not in the catalogue */
    public DatasetFolder of(Recipe recipe) {
        Path out = catalogue
                .read(rows -> rows.datasets().folder(recipe.dataset()))
                .orElseThrow(() -> new IllegalStateException("dataset '" + recipe.dataset() + "' has no folder"));
        Open current = open.compute(
                recipe.dataset(),
                (name, known) -> known != null && known.serves(recipe, out)
                        ? known
                        : new Open(recipe.digest(), out, new DatasetFolder(out, recipe)));
        return current.folder();
    }

    private record Open(String recipe, Path out, DatasetFolder folder) {
        boolean serves(Recipe wanted, Path wantedOut) {
            return recipe.equals(wanted.digest()) && out.equals(wantedOut);
        }
    }
}
