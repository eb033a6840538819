package io.sluice.route;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.VideoId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Ends videos: records how, tells {@code videos.completed} or {@code videos.failed}, and moves files that came through the inbox
 * to {@code done/} or {@code failed/}. Files that a person or a request named stay where they are. An end that was recorded is told,
 * by the sweeper if the process ends in between. Thread-safe.
 */
public final class VideoOutcomes {
    private static final Logger LOG = Logger.getLogger(VideoOutcomes.class);

    private final Catalogue catalogue;
    private final Publisher publisher;
    private final InboxFolders inbox;

    public VideoOutcomes(Catalogue catalogue, Publisher publisher, InboxFolders inbox) {
        this.catalogue = catalogue;
        this.publisher = publisher;
        this.inbox = inbox;
    }

    /** @param reason for a person to read */
    @SuppressWarnings("try")
    public void fail(String dataset, VideoId video, String reason) {
        boolean failed = catalogue.write(rows -> {
            rows.datasets().setCurrent(dataset, false);
            return rows.videos()
                    .move(
                            dataset,
                            video,
                            VideoStatus.FAILED,
                            reason,
                            VideoStatus.ARRIVED,
                            VideoStatus.EXTRACTING,
                            VideoStatus.MEASURED,
                            VideoStatus.FINISHING);
        });
        if (failed) {
            try (LogKeys keys = LogKeys.of(video).error(reason)) {
                LOG.errorf("videoId=%s dataset=%s failed: error=%s", video, dataset, reason);
            }
            tell(dataset, video);
        }
    }

    /** The video's frames are all in the dataset's folder, or out. */
    @SuppressWarnings("try")
    public void complete(String dataset, VideoId video) {
        boolean completed = catalogue.write(
                rows -> rows.videos().move(dataset, video, VideoStatus.COMPLETED, null, VideoStatus.FINISHING));
        if (completed) {
            try (LogKeys keys = LogKeys.of(video)) {
                LOG.infof("videoId=%s dataset=%s completed", video, dataset);
            }
            tell(dataset, video);
        }
    }

    /**
     * Tells outcomes that were recorded before {@code time} and not told, because the process ended in between.
     *
     * @param time milliseconds since 1970
     * @return how many
     */
    int tellAgain(long time) {
        List<DatasetVideo> untold = catalogue.read(rows -> rows.videos().untoldBefore(time));
        untold.forEach(this::tell);
        return untold.size();
    }

    /** Tells how a video has ended, once more if need be; nothing if it has not. The event has the same id each time. */
    void tell(String dataset, VideoId video) {
        catalogue
                .read(rows -> rows.videos().find(dataset, video))
                .filter(row -> row.status() == VideoStatus.COMPLETED || row.status() == VideoStatus.FAILED)
                .ifPresent(this::tell);
    }

    private void tell(DatasetVideo video) {
        boolean failed = video.status() == VideoStatus.FAILED;
        Topic topic = failed ? Topic.VIDEOS_FAILED : Topic.VIDEOS_COMPLETED;
        ObjectNode json = MessageJson.envelope(video.dataset(), video.recipe());
        json.put("video", video.video().sha256());
        json.put("source", video.source());
        json.put("status", video.status().word());
        json.put("reason", video.reason().orElse(null));
        tidy(video, failed ? inbox.failed() : inbox.done());
        publisher.publish(List.of(new Publisher.Record(
                topic,
                video.video().sha256(),
                "progress",
                // A video that was retried ends again, and that is another event.
                video.dataset() + "/" + video.recipe() + "/" + video.video() + "/" + topic.word() + "/"
                        + video.changedAt(),
                video.video().sha256(),
                Instant.ofEpochMilli(video.changedAt()),
                json.toString())));
        catalogue.update(rows -> rows.videos().told(video.dataset(), video.video(), video.changedAt()));
    }

    /** Moves the file out of the work folder, when no other dataset still needs it there. Safe to repeat. */
    private void tidy(DatasetVideo video, Path folder) {
        Path file = video.location();
        if (!inbox.holds(file) || !Files.exists(file)) {
            return;
        }
        Path target = folder.resolve(video.dataset()).resolve(file.getFileName().toString());
        try {
            Files.createDirectories(target.getParent());
            Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
            if (video.reason().isPresent()) {
                Files.writeString(
                        target.resolveSibling(target.getFileName() + ".reason.txt"),
                        video.reason().get() + "\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot move '" + file + "' to '" + target + "'", e);
        }
        catalogue.update(rows -> rows.videos().moved(video.dataset(), video.video(), target));
    }
}
