package io.sluice.catalogue;

import io.sluice.frame.ImageRef;
import io.sluice.frame.VideoId;
import io.sluice.stage.StageName;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Videos in datasets, and their plans. */
public final class Videos {
    private final Handle handle;

    Videos(Handle handle) {
        this.handle = handle;
    }

    /** Adds the video to the dataset. Nothing happens if it is there already. Whether it was added. */
    public boolean arrive(String dataset, VideoId video, String source, Path location, String recipe) {
        return handle.createUpdate(
                                "INSERT INTO dataset_video (dataset, video, source, location, recipe, status, updated_at) VALUES "
                                        + "(:dataset, :video, :source, :location, :recipe, 'arrived', :now) ON CONFLICT DO NOTHING")
                        .bind("dataset", dataset)
                        .bind("video", video.sha256())
                        .bind("source", source)
                        .bind("location", location.toAbsolutePath().toString())
                        .bind("recipe", recipe)
                        .bind("now", System.currentTimeMillis())
                        .execute()
                == 1;
    }

    /** Says where the file is now. */
    public void moved(String dataset, VideoId video, Path location) {
        handle.createUpdate("UPDATE dataset_video SET location = :location WHERE dataset = :dataset AND video = :video")
                .bind("dataset", dataset)
                .bind("video", video.sha256())
                .bind("location", location.toAbsolutePath().toString())
                .execute();
    }

    /**
     * Starts the video over with a recipe: it counts as arrived, and how far its frames had come is forgotten. Kept
     * measurements stay, so only what differs is done again.
     */
    public void restart(String dataset, VideoId video, String recipe) {
        handle.createUpdate(
                        "UPDATE dataset_video SET recipe = :recipe, status = 'arrived', reason = NULL, extraction = NULL, "
                                + "told = false, updated_at = :now WHERE dataset = :dataset AND video = :video")
                .bind("dataset", dataset)
                .bind("video", video.sha256())
                .bind("recipe", recipe)
                .bind("now", System.currentTimeMillis())
                .execute();
        handle.createUpdate("DELETE FROM dataset_frame WHERE dataset = :dataset AND video = :video")
                .bind("dataset", dataset)
                .bind("video", video.sha256())
                .execute();
    }

    /**
     * Has the video go on from a state with a recipe that extracts the same frames. Where its frames stand is not touched; a
     * message that names another recipe is stale from now on.
     */
    public void adjust(String dataset, VideoId video, String recipe, VideoStatus status) {
        handle.createUpdate("UPDATE dataset_video SET recipe = :recipe, status = :status, updated_at = :now "
                        + "WHERE dataset = :dataset AND video = :video")
                .bind("dataset", dataset)
                .bind("video", video.sha256())
                .bind("recipe", recipe)
                .bind("status", status.word())
                .bind("now", System.currentTimeMillis())
                .execute();
    }

    /**
     * Records the plan of an extraction of the video, with its segments, and that this dataset's video follows it. From now on no
     * picture of the video goes.
     */
    public void plan(String dataset, VideoId video, String extraction, String plan, int segments) {
        Pictures pictures = new Pictures(handle);
        pictures.hold(video);
        pictures.spare(video);
        handle.createUpdate(
                        "INSERT INTO video_plan (video, extraction, body) VALUES (:video, :extraction, :body) ON CONFLICT DO NOTHING")
                .bind("video", video.sha256())
                .bind("extraction", extraction)
                .bind("body", plan)
                .execute();
        var batch =
                handle.prepareBatch("INSERT INTO segment (video, extraction, number, done, decoded, warnings) VALUES "
                        + "(:video, :extraction, :number, false, 0, '[]') ON CONFLICT DO NOTHING");
        for (int number = 0; number < segments; number++) {
            batch.bind("video", video.sha256())
                    .bind("extraction", extraction)
                    .bind("number", number)
                    .add();
        }
        if (segments > 0) {
            batch.execute();
        }
        handle.createUpdate(
                        "UPDATE dataset_video SET extraction = :extraction, status = 'extracting', updated_at = :now "
                                + "WHERE dataset = :dataset AND video = :video AND status = 'arrived'")
                .bind("dataset", dataset)
                .bind("video", video.sha256())
                .bind("extraction", extraction)
                .bind("now", System.currentTimeMillis())
                .execute();
    }

    /** The plan as it was recorded, JSON. */
    public Optional<String> planOf(VideoId video, String extraction) {
        return handle.createQuery("SELECT body FROM video_plan WHERE video = :video AND extraction = :extraction")
                .bind("video", video.sha256())
                .bind("extraction", extraction)
                .mapTo(String.class)
                .findOne();
    }

    /** Moves the video on, if its status is still one of {@code from}. Whether it was. */
    public boolean move(String dataset, VideoId video, VideoStatus to, @Nullable String reason, VideoStatus... from) {
        return handle.createUpdate(
                                "UPDATE dataset_video SET status = :to, reason = :reason, told = false, updated_at = :now "
                                        + "WHERE dataset = :dataset AND video = :video AND status IN (<from>)")
                        .bind("dataset", dataset)
                        .bind("video", video.sha256())
                        .bind("to", to.word())
                        .bind("reason", reason)
                        .bind("now", System.currentTimeMillis())
                        .bindList(
                                "from",
                                Arrays.stream(from).map(VideoStatus::word).toList())
                        .execute()
                == 1;
    }

    public Optional<DatasetVideo> find(String dataset, VideoId video) {
        return handle.createQuery("SELECT * FROM dataset_video WHERE dataset = :dataset AND video = :video")
                .bind("dataset", dataset)
                .bind("video", video.sha256())
                .map((row, context) -> video(row))
                .findOne();
    }

    /** By video digest. */
    public List<DatasetVideo> of(String dataset) {
        return handle.createQuery("SELECT * FROM dataset_video WHERE dataset = :dataset ORDER BY video")
                .bind("dataset", dataset)
                .map((row, context) -> video(row))
                .list();
    }

    /** How many videos there are, of all datasets; a status that none has is left out. */
    public Map<VideoStatus, Long> countByStatus() {
        Map<VideoStatus, Long> counts = new EnumMap<>(VideoStatus.class);
        handle.createQuery("SELECT status, COUNT(*) AS videos FROM dataset_video GROUP BY status")
                .map((row, context) -> Map.entry(VideoStatus.of(row.getString("status")), row.getLong("videos")))
                .forEach(count -> counts.put(count.getKey(), count.getValue()));
        return counts;
    }

    /** Videos of all datasets that are in one of these states, by dataset and digest. */
    public List<DatasetVideo> in(VideoStatus... statuses) {
        return handle.createQuery("SELECT * FROM dataset_video WHERE status IN (<statuses>) ORDER BY dataset, video")
                .bindList(
                        "statuses",
                        Arrays.stream(statuses).map(VideoStatus::word).toList())
                .map((row, context) -> video(row))
                .list();
    }

    /**
     * Videos that are still being extracted by their status, while in truth all their segments are, all their frames are in the
     * dataset, and each of these is out or has come to {@code last}; by dataset and digest. One statement, so that nothing
     * happens between its questions; the cheapest comes first, because this is asked twice a second.
     */
    public List<DatasetVideo> measured(StageName last) {
        return handle.createQuery("SELECT * FROM dataset_video v WHERE v.status = 'extracting' "
                        + "AND NOT EXISTS (SELECT 1 FROM dataset_frame f WHERE f.dataset = v.dataset "
                        + "  AND f.video = v.video AND f.verdict = 'kept' AND f.stage < :last) "
                        + "AND NOT EXISTS (SELECT 1 FROM segment s WHERE s.video = v.video "
                        + "  AND s.extraction = v.extraction AND NOT s.done) "
                        + "AND NOT EXISTS (SELECT 1 FROM extracted e WHERE e.video = v.video "
                        + "  AND e.extraction = v.extraction AND NOT EXISTS (SELECT 1 FROM dataset_frame d "
                        + "    WHERE d.dataset = v.dataset AND d.frame = e.frame)) ORDER BY v.dataset, v.video")
                .bind("last", last.ordinal())
                .map((row, context) -> video(row))
                .list();
    }

    /** Videos that have arrived and not moved on since before {@code time}, milliseconds since 1970. */
    public List<DatasetVideo> arrivedBefore(long time) {
        return handle.createQuery("SELECT * FROM dataset_video WHERE status = 'arrived' AND updated_at < :time")
                .bind("time", time)
                .map((row, context) -> video(row))
                .list();
    }

    /** Records that others have been told how the video ended, if it still stands as it did at {@code changedAt}. */
    public void told(String dataset, VideoId video, long changedAt) {
        handle.createUpdate("UPDATE dataset_video SET told = true "
                        + "WHERE dataset = :dataset AND video = :video AND updated_at = :time")
                .bind("dataset", dataset)
                .bind("video", video.sha256())
                .bind("time", changedAt)
                .execute();
    }

    /** Videos whose end nobody has been told of, since before {@code time}, milliseconds since 1970. */
    public List<DatasetVideo> untoldBefore(long time) {
        return handle.createQuery("SELECT * FROM dataset_video WHERE status IN ('completed', 'failed') AND NOT told "
                        + "AND updated_at < :time ORDER BY dataset, video")
                .bind("time", time)
                .map((row, context) -> video(row))
                .list();
    }

    /**
     * Forgets the video with everything that came of it, in all datasets.
     *
     * @return the stored pictures that nothing refers to any more
     */
    public List<ImageRef> forget(VideoId video) {
        String frames = "(SELECT id FROM frame WHERE video = :video)";
        List<ImageRef> pictures = handle
                .createQuery("SELECT image FROM frame WHERE video = :video "
                        + "UNION SELECT image FROM annotation WHERE image IS NOT NULL AND frame IN " + frames)
                .bind("video", video.sha256())
                .mapTo(String.class)
                .stream()
                .map(json -> Json.read(json, ImageRef.class))
                .toList();
        handle.createUpdate("UPDATE dataset SET current = false, changes = changes + 1 WHERE name IN "
                        + "(SELECT dataset FROM dataset_video WHERE video = :video)")
                .bind("video", video.sha256())
                .execute();
        // Without it, select may choose otherwise among the others.
        handle.createUpdate(
                        "UPDATE dataset_video SET status = 'measured', told = false WHERE status = 'completed' AND dataset IN "
                                + "(SELECT dataset FROM dataset_video WHERE video = :video)")
                .bind("video", video.sha256())
                .execute();
        for (String of : List.of(
                "annotation WHERE frame IN " + frames,
                "frame_edit WHERE frame IN " + frames,
                "rating WHERE frame IN " + frames,
                "preference WHERE better IN " + frames + " OR worse IN " + frames)) {
            handle.createUpdate("DELETE FROM " + of)
                    .bind("video", video.sha256())
                    .execute();
        }
        for (String table : List.of("dataset_frame", "extracted", "frame", "segment", "video_plan", "dataset_video")) {
            handle.createUpdate("DELETE FROM " + table + " WHERE video = :video")
                    .bind("video", video.sha256())
                    .execute();
        }
        return pictures;
    }

    /** Digests of known videos that begin with {@code prefix}, or that arrived under this name. */
    public List<VideoId> named(String prefixOrSource) {
        return handle.createQuery("SELECT DISTINCT video FROM dataset_video "
                        + "WHERE source = :name OR substr(video, 1, :length) = :name ORDER BY video")
                .bind("name", prefixOrSource)
                .bind("length", prefixOrSource.length())
                .mapTo(String.class)
                .map(VideoId::new)
                .list();
    }

    /** Whether the video's status or place has changed since {@code time}, milliseconds since 1970. */
    public boolean changedSince(String dataset, VideoId video, long time) {
        return handle.createQuery("SELECT COUNT(*) FROM dataset_video "
                                + "WHERE dataset = :dataset AND video = :video AND updated_at >= :time")
                        .bind("dataset", dataset)
                        .bind("video", video.sha256())
                        .bind("time", time)
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    private static DatasetVideo video(ResultSet row) throws SQLException {
        return new DatasetVideo(
                row.getString("dataset"),
                new VideoId(row.getString("video")),
                row.getString("source"),
                Path.of(row.getString("location")),
                row.getString("recipe"),
                Optional.ofNullable(row.getString("extraction")),
                VideoStatus.of(row.getString("status")),
                Optional.ofNullable(row.getString("reason")),
                row.getLong("updated_at"));
    }
}
