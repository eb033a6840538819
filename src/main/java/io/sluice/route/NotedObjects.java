package io.sluice.route;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.ObjectStatus;
import io.sluice.catalogue.SeenObject;
import io.sluice.store.BucketObject;
import io.sluice.store.Scratch;
import io.sluice.video.VideoNames;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Notes objects of the bucket that videos come from, however it became known that they are there: each content of a key once.
 * What is no video is told of then, and never again. Thread-safe.
 */
public final class NotedObjects {
    private static final Logger LOG = Logger.getLogger(NotedObjects.class);

    private final Catalogue catalogue;
    private final BucketIngest ingest;
    private final Scratch scratch;
    private final MeterRegistry meters;

    public NotedObjects(Catalogue catalogue, BucketIngest ingest, Scratch scratch, MeterRegistry meters) {
        this.catalogue = catalogue;
        this.ingest = ingest;
        this.scratch = scratch;
        this.meters = meters;
    }

    /** Whether it is new. */
    boolean note(BucketObject object) {
        if (!object.key().startsWith(ingest.prefix())) {
            LOG.debugf("bucket=%s key=%s is outside of prefix '%s'", ingest.bucket(), object.key(), ingest.prefix());
            return false;
        }
        boolean known = catalogue
                .read(rows -> rows.objects().find(ingest.bucket(), object.key(), object.version()))
                .filter(row -> row.status() != ObjectStatus.REQUESTED)
                .isPresent();
        if (known) {
            return false;
        }
        SeenObject seen = seen(object);
        int reopened = catalogue.write(rows -> {
            if (!rows.objects().note(seen)) {
                return -1;
            }
            return seen.status() == ObjectStatus.RECIPE ? rows.objects().reopen(ingest.bucket(), seen.folder()) : 0;
        });
        if (reopened < 0) {
            return false;
        }
        if (seen.status() == ObjectStatus.PASSED_OVER) {
            LOG.warnf(
                    "bucket=%s key=%s passed over: %s",
                    seen.bucket(), seen.key(), seen.note().orElse(""));
        } else {
            LOG.infof("bucket=%s key=%s seen, %d bytes", seen.bucket(), seen.key(), seen.bytes());
        }
        if (reopened > 0) {
            LOG.infof("bucket=%s key=%s: %d refused objects are taken up again", seen.bucket(), seen.key(), reopened);
        }
        meters.counter("sluice.ingest.objects", "outcome", seen.status().word()).increment();
        return true;
    }

    private SeenObject seen(BucketObject object) {
        Optional<String> note = Optional.empty();
        ObjectStatus status = ObjectStatus.SEEN;
        if (object.key().equals(ingest.recipe(object.key()))) {
            status = ObjectStatus.RECIPE;
        } else {
            note = whyNot(object);
            if (note.isPresent()) {
                status = ObjectStatus.PASSED_OVER;
            }
        }
        return new SeenObject(
                ingest.bucket(),
                object.key(),
                object.version(),
                object.bytes(),
                status,
                note,
                ingest.folder(object.key()),
                Optional.empty(),
                0);
    }

    private Optional<String> whyNot(BucketObject object) {
        if (object.bytes() == 0) {
            return Optional.of("it is empty");
        }
        if (!VideoNames.isVideo(BucketIngest.name(object.key()))) {
            return Optional.of("its name is not that of a video; extensions looked for: "
                    + String.join(", ", VideoNames.EXTENSIONS));
        }
        if (object.bytes() > scratch.limit()) {
            return Optional.of("it has " + object.bytes() + " bytes, more than sluice.ingest.scratch-size, "
                    + scratch.limit() + ", has room for");
        }
        return Optional.empty();
    }
}
