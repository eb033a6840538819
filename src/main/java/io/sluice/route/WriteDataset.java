package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.Verdict;
import io.sluice.frame.Frame;
import io.sluice.recipe.Recipe;
import io.sluice.stage.Outcome;
import io.sluice.stage.StageName;
import io.sluice.store.FrameStore;
import io.sluice.store.MissingImageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;

/** Writes captioned frames into their dataset's folder. Files are written whole or not at all, and again if need be. */
public final class WriteDataset implements Processor {
    private static final Logger LOG = Logger.getLogger(WriteDataset.class);

    private final Catalogue catalogue;
    private final Recipes recipes;
    private final FrameStore store;
    private final DatasetFolders folders;
    private final StageMetrics metrics;
    private final FrameTraces traces;

    public WriteDataset(
            Catalogue catalogue,
            Recipes recipes,
            FrameStore store,
            DatasetFolders folders,
            StageMetrics metrics,
            FrameTraces traces) {
        this.catalogue = catalogue;
        this.recipes = recipes;
        this.store = store;
        this.folders = folders;
        this.metrics = metrics;
        this.traces = traces;
    }

    @Override
    @SuppressWarnings("try")
    public void process(Exchange exchange) {
        List<Exchange> out = new ArrayList<>();
        for (Exchange record : Batch.records(exchange)) {
            try (FrameTraces.Work work = traces.begin(StageName.DATASET)) {
                FrameMessage message = FrameMessage.parse(DeadLetters.text(record));
                work.add(message, record, 1);
                Optional<Outcome> outcome = write(message, recipes.get(message.recipe()));
                Optional<String> trace = outcome.flatMap(work::decided);
                if (outcome.isPresent() && outcome.get() instanceof Outcome.Failed) {
                    out.add(Publisher.exchange(
                            exchange.getContext(),
                            Publisher.Record.of(
                                            Topic.FRAMES_FAILED,
                                            StageName.DATASET.word(),
                                            message.after(StageName.DATASET, outcome.get()))
                                    .traced(trace)));
                }
            } catch (MessageException e) {
                try (LogKeys keys = LogKeys.of(record).error(e.getMessage())) {
                    LOG.errorf(
                            "stage=dataset record=%s is parked: error=%s",
                            DeadLetters.Place.of(record), e.getMessage());
                }
                out.add(DeadLetters.parked(exchange, record, StageName.DATASET.word(), e));
            }
        }
        Batch.publish(exchange, out);
    }

    private Optional<Outcome> write(FrameMessage message, Recipe recipe) {
        Frame frame = message.frame();
        FrameProgress progress = catalogue
                .read(rows -> rows.frames().progress(message.dataset(), List.of(frame.id())))
                .get(frame.id());
        if (progress == null || progress.stage() != StageName.CAPTION || progress.verdict() != Verdict.KEPT) {
            LOG.debugf("stage=dataset frameId=%s passed over: not due here", frame.id());
            return Optional.empty();
        }
        long start = System.nanoTime();
        Outcome outcome;
        try {
            folders.of(recipe).write(frame, store.get(frame.image()));
            outcome = new Outcome.Kept(frame);
        } catch (MissingImageException e) {
            outcome = new Outcome.Failed(frame, String.valueOf(e.getMessage()));
        }
        FailPoint.DATASET_WRITE.pass();
        FrameProgress decision = StageRunner.progress(StageName.DATASET, outcome);
        catalogue.update(rows -> {
            rows.frames().decided(message.dataset(), message.recipe(), List.of(decision));
            FrameProgress now = rows.frames()
                    .progress(message.dataset(), List.of(frame.id()))
                    .get(frame.id());
            if (now == null || now.stage() != StageName.DATASET) {
                // It has left the dataset while it was written: what lies there now is swept when the dataset is
                // finished.
                rows.datasets().setCurrent(message.dataset(), false);
            }
        });
        metrics.measured(StageName.DATASET, 1, System.nanoTime() - start);
        metrics.decided(StageName.DATASET, List.of(outcome));
        return Optional.of(outcome);
    }
}
