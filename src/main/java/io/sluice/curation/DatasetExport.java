package io.sluice.curation;

import io.sluice.catalogue.Catalogue;
import io.sluice.export.BucketSettings;
import io.sluice.export.Export;
import io.sluice.export.ExportException;
import io.sluice.export.ExportOptions;
import io.sluice.export.ExportResult;
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
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Exports finished datasets into folders. */
@Singleton
public final class DatasetExport {
    private static final double NANOS = 1e9;

    private final KnownDatasets known;
    private final Catalogue catalogue;
    private final ObjectStorage storage;
    private final Models models;

    DatasetExport(KnownDatasets known, Catalogue catalogue, ObjectStorage storage, Models models) {
        this.known = known;
        this.catalogue = catalogue;
        this.storage = storage;
        this.models = models;
    }

    /**
     * What is wanted.
     *
     * @param to absolute and normalized; for this export alone
     * @param masks whether masks of the subject are written
     * @param buckets one for each resolution that is trained at
     * @param shardBytes of a WebDataset shard's content at most
     * @param root folder of the export as the trainer sees it
     */
    public record Order(
            String dataset,
            Layout layout,
            Path to,
            boolean masks,
            List<BucketSettings> buckets,
            long shardBytes,
            String root) {
        public Order {
            buckets = List.copyOf(buckets);
        }
    }

    /**
     * What came of it.
     *
     * @param masksBy what has told the subjects' pixels; empty without masks
     * @param seconds it took, reading back included
     */
    public record Exported(ExportResult result, Optional<String> masksBy, double seconds) {}

    /**
     * Looks whether it can be begun.
     *
     * @throws AbsentException if there is no such dataset
     * @throws ConflictException if it is not finished
     * @throws ExportException if the folder is the dataset's, or masks are wanted of no subject
     */
    public void check(Order order) {
        Place place = known.finished(order.dataset());
        if (place.bucket().isEmpty()
                && (order.to().startsWith(place.path()) || Path.of(place.path()).startsWith(order.to()))) {
            throw new ExportException("--to: folder '" + order.to()
                    + "' is not allowed; allowed: one outside of the dataset's, '" + place.path() + "'");
        }
        if (order.masks()
                && AdjustDataset.current(catalogue, order.dataset())
                        .detect()
                        .target()
                        .isEmpty()) {
            throw new ExportException("--masks: dataset '" + order.dataset()
                    + "' has no subject; allowed: where the recipe has detect.target");
        }
    }

    /**
     * Writes it and reads it back.
     *
     * @throws IOException if a file cannot be read or written; the export can be repeated
     * @throws ExportException as {@link #check} does, and if a file of the dataset cannot be used or the folder is another's
     */
    public Exported export(Order order) throws IOException {
        check(order);
        Recipe recipe = AdjustDataset.current(catalogue, order.dataset());
        Optional<SubjectMasks> masks = order.masks() ? Optional.of(masks(recipe)) : Optional.empty();
        ExportOptions options =
                new ExportOptions(order.layout(), order.buckets(), masks, order.shardBytes(), order.root());
        long start = System.nanoTime();
        ExportResult result =
                new Export(FileTree.of(known.finished(order.dataset()), storage), order.to(), recipe, options).run();
        return new Exported(result, masks.map(SubjectMasks::source), (System.nanoTime() - start) / NANOS);
    }

    private SubjectMasks masks(Recipe recipe) {
        String outline = recipe.inpaint().outline();
        return new SubjectMasks(
                outline.equals(RecipeRequirements.BOX) ? Optional.empty() : models.model(Role.SEGMENT, outline));
    }
}
