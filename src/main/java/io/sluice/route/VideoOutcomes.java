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
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Ends videos: records how, tells {@code videos.completed} or {@code videos.failed}, and moves files that came through the inbox
 * to {@code done/} or {@code failed/}. Files that a person named on the command line stay where they are. Thread-safe.
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
            end(dataset, video, Topic.VIDEOS_FAILED, inbox.failed(), reason);
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
            end(dataset, video, Topic.VIDEOS_COMPLETED, inbox.done(), null);
        }
    }

    private void end(String dataset, VideoId video, Topic topic, Path folder, @Nullable String reason) {
        Optional<DatasetVideo> row = catalogue.read(rows -> rows.videos().find(dataset, video));
        if (row.isEmpty()) {
            return;
        }
        ObjectNode json = MessageJson.envelope(dataset, row.get().recipe());
        json.put("video", video.sha256());
        json.put("source", row.get().source());
        json.put("status", row.get().status().word());
        json.put("reason", reason);
        publisher.publish(List.of(new Publisher.Record(
                topic, video.sha256(), "progress", dataset + "/" + video + "/" + topic.word(), json.toString())));
        tidy(row.get(), folder, reason);
    }

    /** Moves the file out of the work folder, when no other dataset still needs it there. Safe to repeat. */
    private void tidy(DatasetVideo video, Path folder, @Nullable String reason) {
        Path file = video.location();
        if (!inbox.holds(file) || !Files.exists(file)) {
            return;
        }
        Path target = folder.resolve(video.dataset()).resolve(file.getFileName().toString());
        try {
            Files.createDirectories(target.getParent());
            Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
            if (reason != null) {
                Files.writeString(target.resolveSibling(target.getFileName() + ".reason.txt"), reason + "\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot move '" + file + "' to '" + target + "'", e);
        }
        catalogue.update(rows -> rows.videos().moved(video.dataset(), video.video(), target));
    }
}
