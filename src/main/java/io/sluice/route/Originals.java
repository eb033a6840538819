package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.ObjectStatus;
import io.sluice.catalogue.SeenObject;
import io.sluice.frame.InfrastructureException;
import io.sluice.store.BucketObject;
import io.sluice.store.ObjectGoneException;
import io.sluice.store.ObjectStorage;
import io.sluice.store.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Files of videos, where a decoder can read them. A video from a bucket is brought into scratch space when it is not there: it was
 * removed for others, or another process has taken it. Thread-safe.
 */
public final class Originals {
    private static final Logger LOG = Logger.getLogger(Originals.class);
    private static final long LOOK_AGAIN_MILLIS = 1000;

    private final Catalogue catalogue;
    private final ObjectStorage storage;
    private final Scratch scratch;
    private final Duration patience;

    /** @param patience longest wait for room in scratch space */
    public Originals(Catalogue catalogue, ObjectStorage storage, Scratch scratch, Duration patience) {
        this.catalogue = catalogue;
        this.storage = storage;
        this.scratch = scratch;
        this.patience = patience;
    }

    /**
     * The video's file, which stays until it is closed. It may be missing: then it is neither where it was nor in a bucket.
     *
     * @throws InfrastructureException if the bucket cannot be read, or scratch space stays full
     */
    public Original open(DatasetVideo video) {
        Path location = video.location();
        if (!scratch.holds(location) && Files.isReadable(location)) {
            return new Original(location, Optional.empty());
        }
        for (SeenObject object : catalogue.read(rows -> rows.objects().ofVideo(video.video()))) {
            try {
                Scratch.Use use = bring(object);
                return new Original(use.path(), Optional.of(use));
            } catch (ObjectGoneException e) {
                LOG.warnf("videoId=%s: %s", video.video(), e.getMessage());
                catalogue.update(rows -> rows.objects().left(object, ObjectStatus.GONE));
            }
        }
        return new Original(location, Optional.empty());
    }

    /**
     * The object's file in scratch space, downloaded if it is not there. Waits for room.
     *
     * @throws InfrastructureException if the bucket cannot be read, or scratch space stays full
     */
    Scratch.Use bring(SeenObject object) throws ObjectGoneException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            Optional<Scratch.Use> here = fetch(object, name -> true, () -> {});
            if (here.isPresent()) {
                return here.get();
            }
            if (System.nanoTime() > end) {
                throw new InfrastructureException(
                        "scratch: no room for the " + object.bytes() + " bytes of '" + object.key() + "' in bucket '"
                                + object.bucket() + "' after " + patience.toSeconds() + " s: files in use fill "
                                + scratch.used() + " of " + scratch.limit()
                                + " bytes; raise sluice.ingest.scratch-size",
                        null);
            }
            try {
                scratch.awaitChange(LOOK_AGAIN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InfrastructureException("scratch: the wait for room was interrupted", e);
            }
        }
    }

    /**
     * The object's file in scratch space, downloaded if it is not there.
     *
     * @param mayGo files that may be removed for it, of those that nobody uses
     * @param progress is run now and then during the download; what it throws ends it
     * @return empty if there is no room, or somebody else downloads it
     */
    Optional<Scratch.Use> fetch(SeenObject object, Predicate<String> mayGo, Runnable progress)
            throws ObjectGoneException {
        String name = BucketIngest.scratchName(object);
        Optional<Scratch.Use> here = scratch.use(name);
        if (here.isPresent()) {
            return here;
        }
        Optional<Scratch.Reservation> room = scratch.reserve(name, object.bytes(), mayGo);
        if (room.isEmpty()) {
            return Optional.empty();
        }
        try (Scratch.Reservation reserved = room.get()) {
            storage.bucket(object.bucket())
                    .fetch(new BucketObject(object.key(), object.version(), object.bytes()), reserved.file(), progress);
            return Optional.of(reserved.complete());
        }
    }

    /** A file that is in use. */
    public static final class Original implements AutoCloseable {
        private final Path path;
        private final Optional<Scratch.Use> use;

        private Original(Path path, Optional<Scratch.Use> use) {
            this.path = path;
            this.use = use;
        }

        public Path path() {
            return path;
        }

        @Override
        public void close() {
            use.ifPresent(Scratch.Use::close);
        }
    }
}
