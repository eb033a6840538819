package io.sluice.export;

import io.sluice.recipe.Recipe;
import io.sluice.store.FileTree;
import java.util.Optional;

/**
 * A finished dataset that goes into an export.
 *
 * @param files the dataset's own
 * @param recipe says its name, and what the subject of a picture is
 * @param masks what tells the subjects' pixels; empty for no masks
 */
public record ExportSource(FileTree files, Recipe recipe, Optional<SubjectMasks> masks) {
    String dataset() {
        return recipe.dataset();
    }
}
