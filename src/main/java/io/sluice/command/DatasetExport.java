package io.sluice.command;

import io.sluice.catalogue.Catalogue;
import io.sluice.export.BucketSettings;
import io.sluice.export.Buckets;
import io.sluice.export.Export;
import io.sluice.export.ExportOptions;
import io.sluice.export.ExportResult;
import io.sluice.export.ExportSource;
import io.sluice.export.Layout;
import io.sluice.export.SubjectMasks;
import io.sluice.model.Models;
import io.sluice.model.RecipeRequirements;
import io.sluice.model.Role;
import io.sluice.recipe.Recipe;
import io.sluice.route.AdjustDataset;
import io.sluice.store.FileTree;
import io.sluice.store.ObjectStorage;
import io.sluice.store.Place;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Exports a dataset and tells what came of it. */
@ApplicationScoped
public class DatasetExport {
    private static final int WARNINGS_SHOWN = 10;
    private static final double NANOS = 1e9;
    private static final double MEGABYTE = 1e6;

    private final Catalogue catalogue;
    private final ObjectStorage storage;
    private final Models models;
    private final PrintStream out = System.out;

    DatasetExport(Catalogue catalogue, ObjectStorage storage, Models models) {
        this.catalogue = catalogue;
        this.storage = storage;
        this.models = models;
    }

    /** @return the exit code */
    int export(
            String dataset,
            Layout layout,
            Path to,
            boolean masks,
            List<BucketSettings> buckets,
            long shardBytes,
            String root)
            throws IOException {
        Place place = catalogue
                .read(rows -> rows.datasets().place(dataset))
                .orElseThrow(() -> new UsageException("dataset '" + dataset + "' is not in this work folder"))
                .resolve(dataset);
        if (catalogue.read(rows -> rows.datasets().outdated()).contains(dataset)) {
            throw new UsageException("dataset '" + dataset + "' is not finished; run curate, or continue " + dataset);
        }
        if (place.bucket().isEmpty()
                && (to.startsWith(place.path()) || Path.of(place.path()).startsWith(to))) {
            throw new UsageException("--to: folder '" + to
                    + "' is not allowed; allowed: one outside of the dataset's, '" + place.path() + "'");
        }
        Recipe recipe = AdjustDataset.current(catalogue, dataset);
        Optional<SubjectMasks> drawn = masks ? Optional.of(masks(recipe)) : Optional.empty();
        ExportOptions options = new ExportOptions(layout, buckets, shardBytes, false, root);
        long start = System.nanoTime();
        ExportResult result =
                new Export(List.of(new ExportSource(FileTree.of(place, storage), recipe, drawn)), to, options).run();
        double seconds = (System.nanoTime() - start) / NANOS;
        out.println(String.format(
                Locale.ROOT,
                "Exported: %d pictures, %.1f MB, as %s into %s in %.2f s (%.0f pictures/s, %.0f MB/s, reading back included)",
                result.pictures(),
                result.bytes() / MEGABYTE,
                layout.word(),
                to,
                seconds,
                result.pictures() / seconds,
                result.bytes() / MEGABYTE / seconds));
        drawn.ifPresent(subjects -> out.println("Masks: " + result.masks() + " by " + subjects.source()
                + (result.boxed() > 0 && !subjects.source().equals(SubjectMasks.BOXES)
                        ? ", " + result.boxed() + " subjects by their box"
                        : "")
                + (result.whole() > 0
                        ? ", " + result.whole() + " all inside, as nothing of the target is there"
                        : "")));
        result.tables().forEach(this::print);
        print(result.warnings());
        if (!result.differences().isEmpty()) {
            out.println("Read back, what a trainer finds DIFFERS from what was written:");
            result.differences().forEach(difference -> out.println("  " + difference));
            return ExitCode.SOME_FAILED;
        }
        out.println("Read back by the rules of " + layout.word() + "'s reader: " + result.pictures()
                + " pictures with captions" + (masks ? " and masks" : "") + ", all as in the dataset.");
        return ExitCode.COMPLETED;
    }

    private SubjectMasks masks(Recipe recipe) {
        if (recipe.detect().target().isEmpty()) {
            throw new UsageException("--masks: dataset '" + recipe.dataset()
                    + "' has no subject; allowed: where the recipe has detect.target");
        }
        String outline = recipe.inpaint().outline();
        return new SubjectMasks(
                outline.equals(RecipeRequirements.BOX) ? Optional.empty() : models.model(Role.SEGMENT, outline));
    }

    private void print(ExportResult.Table table) {
        BucketSettings settings = table.settings();
        out.println("Buckets at " + settings.width() + "x" + settings.height() + " (sides from " + settings.min()
                + " to "
                + settings.max() + " in steps of " + settings.step() + (settings.upscales() ? "" : ", nothing enlarged")
                + "): " + table.rows().size() + " used" + (settings.upscales() ? " of " + table.sizes() : ""));
        for (Buckets.Row row : table.rows()) {
            out.println(String.format(
                    Locale.ROOT,
                    "  %-10s %5d pictures; cropped: %.1f %% (mean), %.1f %% (most)%s%s",
                    row.bucket(),
                    row.pictures(),
                    100 * row.meanCropped(),
                    100 * row.mostCropped(),
                    row.enlarged() > 0
                            ? String.format(
                                    Locale.ROOT, "; %d enlarged, by %.2f at most", row.enlarged(), row.mostEnlarged())
                            : "",
                    row.bucket().width() == 0 || row.bucket().height() == 0
                            ? "; TOO SMALL: the trainer fails on a side of 0"
                            : ""));
        }
    }

    private void print(List<String> warnings) {
        warnings.stream().limit(WARNINGS_SHOWN).forEach(warning -> out.println("Note: " + warning));
        if (warnings.size() > WARNINGS_SHOWN) {
            out.println("Note: and " + (warnings.size() - WARNINGS_SHOWN) + " more of these");
        }
    }
}
