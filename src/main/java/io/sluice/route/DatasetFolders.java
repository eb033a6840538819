package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.dataset.DatasetFolder;
import io.sluice.recipe.Recipe;
import io.sluice.store.FileTree;
import io.sluice.store.ObjectStorage;
import io.sluice.store.Place;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The open dataset folders, one writer for each dataset. Thread-safe. */
public final class DatasetFolders {
    private final Catalogue catalogue;
    private final ObjectStorage storage;
    private final Map<String, Open> open = new ConcurrentHashMap<>();

    public DatasetFolders(Catalogue catalogue, ObjectStorage storage) {
        this.catalogue = catalogue;
        this.storage = storage;
    }

    /** @throws IllegalStateException if the dataset is not in the catalogue */
    public DatasetFolder of(Recipe recipe) {
        Place out = catalogue
                .read(rows -> rows.datasets().place(recipe.dataset()))
                .orElseThrow(() -> new IllegalStateException("dataset '" + recipe.dataset() + "' has no folder"));
        Open current = open.compute(
                recipe.dataset(),
                (name, known) -> known != null && known.serves(recipe, out)
                        ? known
                        : new Open(
                                recipe.digest(),
                                out,
                                new DatasetFolder(FileTree.of(out.resolve(recipe.dataset()), storage), recipe)));
        return current.folder();
    }

    private record Open(String recipe, Place out, DatasetFolder folder) {
        boolean serves(Recipe wanted, Place wantedOut) {
            return recipe.equals(wanted.digest()) && out.equals(wantedOut);
        }
    }
}
