package io.sluice.route;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.ObjectStatus;
import io.sluice.catalogue.SeenObject;
import io.sluice.frame.InfrastructureException;
import io.sluice.frame.VideoId;
import io.sluice.model.Models;
import io.sluice.onnx.ModelException;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeException;
import io.sluice.store.Bucket;
import io.sluice.store.BucketObject;
import io.sluice.store.ObjectGoneException;
import io.sluice.store.Place;
import io.sluice.store.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes videos from a bucket, one after the other: claims one that was noted, downloads it into scratch space, enters it into its
 * dataset. As long as scratch space is full of videos that are still to be read, none is taken. Several processes share the work
 * by their claims; what a killed one had claimed is taken by another when the lease has run out. Nothing is deleted from the
 * bucket unless that is configured. One thread at a time.
 */
public final class TakeFromBucket implements Processor {
    private static final Logger LOG = Logger.getLogger(TakeFromBucket.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private final Catalogue catalogue;
    private final Arrivals arrivals;
    private final Originals originals;
    private final Models models;
    private final BucketIngest ingest;
    private final Bucket bucket;
    private final Place out;
    private final MeterRegistry meters;
    /** Of this process in this run: after a restart, its own claims are those of somebody else. */
    private final String claimant;

    /**
     * @param out where datasets are made
     * @param instance name of the process, for people
     */
    public TakeFromBucket(
            Catalogue catalogue,
            Arrivals arrivals,
            Originals originals,
            Models models,
            BucketIngest ingest,
            Bucket bucket,
            Place out,
            MeterRegistry meters,
            String instance) {
        this.catalogue = catalogue;
        this.arrivals = arrivals;
        this.originals = originals;
        this.models = models;
        this.ingest = ingest;
        this.bucket = bucket;
        this.out = out;
        this.meters = meters;
        this.claimant = instance + "/" + UUID.randomUUID();
    }

    @Override
    public synchronized void process(Exchange exchange) {
        boolean more = true;
        while (more && !exchange.getContext().isStopping()) {
            more = takeOne();
        }
        if (ingest.removeCompleted()) {
            removeCompleted();
        }
    }

    /** Whether there may be more to take now. */
    boolean takeOne() {
        Optional<SeenObject> claimed = catalogue.write(rows -> rows.objects()
                .claim(
                        ingest.bucket(),
                        claimant,
                        System.currentTimeMillis(),
                        ingest.lease().toMillis()));
        if (claimed.isEmpty()) {
            return false;
        }
        SeenObject object = claimed.get();
        FailPoint.OBJECT_CLAIMED.pass();
        try {
            return take(object);
        } catch (LeaseLostException e) {
            LOG.warnf("bucket=%s key=%s: the claim ran out, another may have it", object.bucket(), object.key());
            return true;
        } catch (ObjectGoneException e) {
            settle(object, ObjectStatus.GONE, e.getMessage(), null);
            return true;
        } catch (InfrastructureException | IOException e) {
            long pause = pause(object.attempts()).toMillis();
            LOG.warnf(
                    "bucket=%s key=%s is tried again in %d s: error=%s",
                    object.bucket(), object.key(), pause / 1000, e.getMessage());
            meters.counter("sluice.ingest.objects", "outcome", "tried-again").increment();
            release(object, System.currentTimeMillis() + pause, e.getMessage(), true);
            // What ails one ails others, most likely: the next one in the next round.
            return false;
        }
    }

    private boolean take(SeenObject object) throws ObjectGoneException, IOException {
        Renewal renewal = new Renewal(object);
        Optional<Scratch.Use> file = originals.fetch(object, unneeded(), renewal);
        if (file.isEmpty()) {
            LOG.debugf("bucket=%s key=%s waits for room in scratch space", object.bucket(), object.key());
            release(object, 0, "waits for room in scratch space", false);
            return false;
        }
        try (Scratch.Use use = file.get()) {
            return enter(object, use.path(), renewal);
        }
    }

    private boolean enter(SeenObject object, Path file, Renewal renewal) throws IOException {
        Recipe recipe;
        String recipeKey = ingest.recipe(object.key());
        try {
            String yaml = bucket.get(recipeKey)
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                    .orElse("");
            recipe = FolderRecipe.read(object.folder(), yaml, Path.of(""), models);
        } catch (RecipeException | ModelException e) {
            settle(object, ObjectStatus.REFUSED, recipeKey + ": " + e.getMessage(), null);
            return true;
        }
        VideoId video = Arrivals.identify(file);
        renewal.renew();
        arrivals.open(recipe, out);
        arrivals.arrive(recipe, video, BucketIngest.name(object.key()), file);
        FailPoint.OBJECT_ENTERED.pass();
        settle(object, ObjectStatus.TAKEN, null, video);
        return true;
    }

    /** Files in scratch space whose videos need not be read any more. */
    private Predicate<String> unneeded() {
        Set<String> waiting = catalogue.read(rows -> rows.objects().waiting()).stream()
                .map(BucketIngest::scratchName)
                .collect(Collectors.toSet());
        return name -> !waiting.contains(name);
    }

    private void settle(SeenObject object, ObjectStatus status, @Nullable String note, @Nullable VideoId video) {
        boolean held = catalogue.write(rows -> rows.objects().settle(object, claimant, status, note, video));
        if (!held) {
            LOG.warnf("bucket=%s key=%s: the claim ran out, another settles it", object.bucket(), object.key());
            return;
        }
        meters.counter("sluice.ingest.objects", "outcome", status.word()).increment();
        if (note == null) {
            LOG.infof(
                    "bucket=%s key=%s %s: videoId=%s dataset=%s",
                    object.bucket(), object.key(), status.word(), video, object.folder());
        } else {
            LOG.errorf("bucket=%s key=%s %s: error=%s", object.bucket(), object.key(), status.word(), note);
        }
    }

    private void release(SeenObject object, long from, @Nullable String note, boolean counted) {
        catalogue.update(rows -> rows.objects().release(object, claimant, from, note, counted));
    }

    /** Two seconds, and twice as long after each failure. */
    private static Duration pause(int failures) {
        Duration pause = Duration.ofSeconds(2L << Math.min(failures, 20));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private void removeCompleted() {
        for (SeenObject object : catalogue.read(rows -> rows.objects().completed(ingest.bucket()))) {
            // Another content that came under the same key meanwhile is somebody's new video.
            boolean same = bucket.find(object.key())
                    .map(BucketObject::version)
                    .filter(object.version()::equals)
                    .isPresent();
            if (same) {
                bucket.delete(List.of(object.key()));
                LOG.infof("bucket=%s key=%s removed: its video is completed", object.bucket(), object.key());
            }
            catalogue.update(rows -> rows.objects().left(object, same ? ObjectStatus.REMOVED : ObjectStatus.GONE));
        }
    }

    /** Keeps a claim alive while a download goes on. */
    private final class Renewal implements Runnable {
        private final SeenObject object;
        private long renewedAt = System.nanoTime();

        Renewal(SeenObject object) {
            this.object = object;
        }

        @Override
        public void run() {
            if (System.nanoTime() - renewedAt > ingest.lease().toNanos() / 3) {
                renew();
            }
        }

        void renew() {
            long until = System.currentTimeMillis() + ingest.lease().toMillis();
            if (!catalogue.write(rows -> rows.objects().renew(object, claimant, until))) {
                throw new LeaseLostException();
            }
            renewedAt = System.nanoTime();
        }
    }

    private static final class LeaseLostException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
