package io.sluice.api;

import io.sluice.curation.ConflictException;
import io.sluice.curation.DatasetExport;
import io.sluice.curation.KnownDatasets;
import io.sluice.export.Export;
import io.sluice.export.ExportResult;
import io.sluice.export.Layout;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Exports that requests have asked for, one after the other in a thread of their own. What came of them is remembered while the process
 * lives; after that their folders tell whether they are complete. Thread-safe.
 */
@Singleton
public final class ExportRuns {
    private static final Logger LOG = Logger.getLogger(ExportRuns.class);

    private final KnownDatasets known;
    private final DatasetExport exports;
    private final Map<Key, Run> runs = new TreeMap<>();
    private final ExecutorService executor = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "exports");
        thread.setDaemon(true);
        return thread;
    });

    ExportRuns(KnownDatasets known, DatasetExport exports) {
        this.known = known;
        this.exports = exports;
    }

    private record Key(String dataset, String name) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byDataset = dataset.compareTo(other.dataset);
            return byDataset == 0 ? name.compareTo(other.name) : byDataset;
        }
    }

    /** How far an export is. */
    enum State {
        /** For those that were asked for before. */
        WAITING,
        RUNNING,
        /** Written and read back. */
        COMPLETE,
        /** What was read back is not what was written. */
        DIFFERENT,
        /** The reason is told. */
        FAILED,
        /** The process that wrote it has ended before. */
        INTERRUPTED
    }

    /**
     * An export.
     *
     * @param error why it has failed
     * @param exported what came of it, in this process
     */
    record Run(
            String dataset,
            String name,
            String layout,
            Path folder,
            State state,
            @Nullable String error,
            DatasetExport.@Nullable Exported exported) {

        Run now(State next) {
            return new Run(dataset, name, layout, folder, next, error, exported);
        }

        Optional<ExportResult> result() {
            return Optional.ofNullable(exported).map(DatasetExport.Exported::result);
        }
    }

    /**
     * Begins an export, or puts it behind the others.
     *
     * @throws ConflictException if one of this name is waiting or running, or the folder holds one in another layout
     */
    Run start(DatasetExport.Order order, String name) throws IOException {
        exports.check(order);
        Layout layout = order.layout();
        Key key = new Key(order.first(), name);
        Optional<Export.Mark> mark = Export.mark(order.to());
        if (mark.filter(there -> !there.layout().equals(layout.word())).isPresent()) {
            throw new ConflictException(
                    "export '" + name + "' of dataset '" + order.first() + "' is there in the layout '"
                            + mark.get().layout() + "'; another name is needed for '" + layout.word() + "'");
        }
        Run waiting = new Run(order.first(), name, layout.word(), order.to(), State.WAITING, null, null);
        synchronized (runs) {
            Run earlier = runs.get(key);
            if (earlier != null && (earlier.state() == State.WAITING || earlier.state() == State.RUNNING)) {
                throw new ConflictException("export '" + name + "' of dataset '" + order.first()
                        + "' is under way already; it can be asked for again when it has ended");
            }
            runs.put(key, waiting);
        }
        executor.execute(() -> run(key, waiting, order));
        return waiting;
    }

    private void run(Key key, Run run, DatasetExport.Order order) {
        note(key, run.now(State.RUNNING));
        try {
            Files.createDirectories(order.to());
            DatasetExport.Exported exported = exports.export(order);
            State state = exported.result().differences().isEmpty() ? State.COMPLETE : State.DIFFERENT;
            note(key, new Run(run.dataset(), run.name(), run.layout(), run.folder(), state, null, exported));
        } catch (IOException | RuntimeException e) {
            LOG.warnf(e, "export '%s' of dataset '%s' failed", run.name(), run.dataset());
            String error = e.getMessage() == null ? e.toString() : e.getMessage();
            note(key, new Run(run.dataset(), run.name(), run.layout(), run.folder(), State.FAILED, error, null));
        }
    }

    private void note(Key key, Run run) {
        synchronized (runs) {
            runs.put(key, run);
        }
    }

    /**
     * All exports of a dataset, by name.
     *
     * @param folder that those of all datasets lie in
     * @throws io.sluice.curation.AbsentException if there is no such dataset
     */
    SortedMap<String, Run> of(String dataset, Path folder) throws IOException {
        known.out(dataset);
        SortedMap<String, Run> found = new TreeMap<>();
        Path own = folder.resolve(dataset);
        if (Files.isDirectory(own)) {
            try (Stream<Path> names = Files.list(own)) {
                for (Path place : names.filter(Files::isDirectory).sorted().toList()) {
                    String name = String.valueOf(place.getFileName());
                    Export.mark(place)
                            .filter(mark -> mark.dataset().equals(dataset))
                            .ifPresent(mark -> found.put(
                                    name,
                                    new Run(
                                            dataset,
                                            name,
                                            mark.layout(),
                                            place,
                                            mark.complete() ? State.COMPLETE : State.INTERRUPTED,
                                            null,
                                            null)));
                }
            }
        }
        synchronized (runs) {
            runs.forEach((key, run) -> {
                if (key.dataset().equals(dataset)) {
                    found.put(key.name(), run);
                }
            });
        }
        return found;
    }

    @PreDestroy
    void close() {
        executor.shutdownNow();
    }
}
