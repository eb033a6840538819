package io.sluice.curation;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.FrameProgress;
import io.sluice.frame.FrameId;
import io.sluice.store.Place;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The datasets of the catalogue, by name. */
@Singleton
public final class KnownDatasets {
    private final Catalogue catalogue;

    KnownDatasets(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** In order. */
    public List<String> names() {
        return catalogue.read(rows -> rows.datasets().names());
    }

    /**
     * Where all datasets are made, this one too.
     *
     * @throws AbsentException if there is no such dataset
     */
    public Place out(String dataset) {
        return catalogue
                .read(rows -> rows.datasets().place(dataset))
                .orElseThrow(() -> new AbsentException("dataset '" + dataset + "' is not in this work folder"));
    }

    /** Whether the files in the dataset's folder are those that the catalogue calls for. */
    public boolean isFinished(String dataset) {
        return !catalogue.read(rows -> rows.datasets().outdated()).contains(dataset);
    }

    /**
     * The dataset's own place.
     *
     * @throws AbsentException if there is no such dataset
     * @throws ConflictException if its files are not those that the catalogue calls for
     */
    public Place finished(String dataset) {
        Place place = out(dataset).resolve(dataset);
        if (!isFinished(dataset)) {
            throw new ConflictException(
                    "dataset '" + dataset + "' is not finished; run curate, or continue " + dataset);
        }
        return place;
    }

    /**
     * How far a frame has come.
     *
     * @throws AbsentException if the dataset has no such frame, or there is no such dataset
     */
    public FrameProgress frame(String dataset, FrameId frame) {
        requireFrames(dataset, List.of(frame));
        return catalogue
                .read(rows -> rows.frames().progress(dataset, List.of(frame)))
                .values()
                .iterator()
                .next();
    }

    /** @throws AbsentException if the dataset does not have them all, or there is no such dataset */
    public void requireFrames(String dataset, Collection<FrameId> frames) {
        out(dataset);
        Set<FrameId> unknown = new TreeSet<>(frames);
        unknown.removeAll(
                catalogue.read(rows -> rows.frames().progress(dataset, frames)).keySet());
        if (!unknown.isEmpty()) {
            throw new AbsentException("dataset '" + dataset + "' has no frame "
                    + unknown.stream().map(FrameId::value).collect(Collectors.joining(", ")));
        }
    }
}
