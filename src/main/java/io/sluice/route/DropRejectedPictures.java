package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.Pictures;
import io.sluice.frame.ImageRef;
import io.sluice.frame.VideoId;
import io.sluice.store.FrameStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;

/**
 * Deletes pictures of frames that are out in every dataset, with their embeddings, when their videos have been at rest for long
 * enough. What was measured of the frames stays.
 *
 * <p>The catalogue says that a picture is not there before its file is deleted, so a process that ends in between leaves a file
 * that nobody counts on, and the next one deletes it. A video that is run again after that has its segments extracted again. Works
 * segment by segment, so that no transaction is long; a video is not gone through again before it changes. One thread at a time.
 */
public final class DropRejectedPictures implements Processor {
    private static final Logger LOG = Logger.getLogger(DropRejectedPictures.class);

    /** Videos asked for at once. */
    private static final int VIDEOS = 64;

    /** Files deleted in one transaction: a bucket takes tens of milliseconds for each. */
    private static final int FILES = 32;

    private final Catalogue catalogue;
    private final FrameStore store;
    private final Function<Supplier<OptionalInt>, OptionalInt> undisturbed;
    private final BooleanSupplier lease;
    private final StageMetrics metrics;
    private final Optional<Duration> age;
    private final Clock clock;

    /**
     * @param undisturbed runs work while no dataset is selected or adjusted
     * @param lease whether it is still for this process to do
     * @param age for which a video must have been at rest; empty to drop nothing, but for what was begun
     */
    public DropRejectedPictures(
            Catalogue catalogue,
            FrameStore store,
            Function<Supplier<OptionalInt>, OptionalInt> undisturbed,
            BooleanSupplier lease,
            StageMetrics metrics,
            Optional<Duration> age,
            Clock clock) {
        this.catalogue = catalogue;
        this.store = store;
        this.undisturbed = undisturbed;
        this.lease = lease;
        this.metrics = metrics;
        this.age = age;
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        drop(() -> lease.getAsBoolean() && !exchange.getContext().isStopping());
    }

    /**
     * @param goesOn asked between transactions
     * @return how many pictures were deleted
     */
    int drop(BooleanSupplier goesOn) {
        int deleted = delete(goesOn);
        if (age.isEmpty()) {
            return deleted;
        }
        long before = clock.millis() - age.get().toMillis();
        while (goesOn.getAsBoolean()) {
            List<VideoId> due = catalogue.read(rows -> rows.pictures().due(before, VIDEOS));
            if (due.isEmpty()) {
                break;
            }
            for (VideoId video : due) {
                deleted += drop(video, before, goesOn);
            }
        }
        return deleted;
    }

    @SuppressWarnings("try")
    private int drop(VideoId video, long before, BooleanSupplier goesOn) {
        int deleted = 0;
        for (Pictures.Part part : catalogue.read(rows -> rows.pictures().parts(video))) {
            if (!goesOn.getAsBoolean()) {
                return deleted;
            }
            OptionalInt dropped = undisturbed.apply(() -> catalogue.write(rows -> {
                rows.pictures().hold(video);
                return rows.pictures().isAtRest(video, before)
                        ? OptionalInt.of(rows.pictures().drop(video, part))
                        : OptionalInt.empty();
            }));
            if (dropped.isEmpty()) {
                return deleted;
            }
            FailPoint.PICTURES_DROPPED.pass();
            if (dropped.getAsInt() > 0) {
                deleted += delete(goesOn);
            }
        }
        catalogue.update(rows -> rows.pictures().goneThrough(video, before));
        if (deleted > 0) {
            try (LogKeys keys = LogKeys.of(video)) {
                LOG.infof("videoId=%s retention: pictures of %d rejected frames deleted", video, deleted);
            }
        }
        return deleted;
    }

    /** Deletes the files of pictures that were dropped, by this process or by one that has ended since. */
    private int delete(BooleanSupplier goesOn) {
        int deleted = 0;
        while (goesOn.getAsBoolean()) {
            int files = catalogue.write(rows -> {
                List<ImageRef> pictures = rows.pictures().takeDropped(FILES);
                pictures.forEach(store::delete);
                return pictures.size();
            });
            metrics.deletedPictures(files);
            deleted += files;
            if (files < FILES) {
                break;
            }
        }
        return deleted;
    }
}
