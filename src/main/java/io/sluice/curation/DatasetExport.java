package io.sluice.curation;

import io.sluice.catalogue.Catalogue;
import io.sluice.export.BucketSettings;
import io.sluice.export.Export;
import io.sluice.export.ExportException;
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
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
     * @param datasets one at least, each once
     * @param to absolute and normalized; for this export alone
     * @param masks whether masks of the subject are written
     * @param buckets one for each resolution that is trained at
     * @param shardBytes of a WebDataset shard's content at most
     * @param balanced whether repeats are such that all concepts are shown equally often
     * @param root folder of the export as the trainer sees it
     */
    public record Order(
            List<String> datasets,
            Layout layout,
            Path to,
            boolean masks,
            List<BucketSettings> buckets,
            long shardBytes,
            boolean balanced,
            String root) {
        public Order {
            datasets = List.copyOf(datasets);
            buckets = List.copyOf(buckets);
            if (datasets.isEmpty() || Set.copyOf(datasets).size() < datasets.size()) {
                throw new ExportException("datasets: '" + String.join(", ", datasets)
                        + "' is not allowed; allowed: one at least, each once");
            }
        }

        /** The dataset that names the export where one has to. */
        public String first() {
            return datasets.get(0);
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
        order.datasets().forEach(dataset -> check(order, dataset));
    }

    private void check(Order order, String dataset) {
        Place place = known.finished(dataset);
        if (place.bucket().isEmpty()
                && (order.to().startsWith(place.path()) || Path.of(place.path()).startsWith(order.to()))) {
            throw new ExportException("--to: folder '" + order.to()
                    + "' is not allowed; allowed: one outside of the dataset's, '" + place.path() + "'");
        }
        if (order.masks()
                && AdjustDataset.current(catalogue, dataset).detect().target().isEmpty()) {
            throw new ExportException(
                    "--masks: dataset '" + dataset + "' has no subject; allowed: where the recipe has detect.target");
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
        List<ExportSource> sources =
                order.datasets().stream().map(dataset -> source(order, dataset)).toList();
        ExportOptions options =
                new ExportOptions(order.layout(), order.buckets(), order.shardBytes(), order.balanced(), order.root());
        long start = System.nanoTime();
        ExportResult result = new Export(sources, order.to(), options).run();
        Optional<String> masksBy = sources.stream()
                .flatMap(source -> source.masks().stream())
                .map(SubjectMasks::source)
                .distinct()
                .reduce((first, second) -> first + ", " + second);
        return new Exported(result, masksBy, (System.nanoTime() - start) / NANOS);
    }

    private ExportSource source(Order order, String dataset) {
        Recipe recipe = AdjustDataset.current(catalogue, dataset);
        return new ExportSource(
                FileTree.of(known.finished(dataset), storage),
                recipe,
                order.masks() ? Optional.of(masks(recipe)) : Optional.empty());
    }

    private SubjectMasks masks(Recipe recipe) {
        String outline = recipe.inpaint().outline();
        return new SubjectMasks(
                outline.equals(RecipeRequirements.BOX) ? Optional.empty() : models.model(Role.SEGMENT, outline));
    }
}
