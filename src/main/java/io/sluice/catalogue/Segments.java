package io.sluice.catalogue;

import io.sluice.frame.VideoId;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Segments of the extractions of videos. */
public final class Segments {
    private final Handle handle;

    Segments(Handle handle) {
        this.handle = handle;
    }

    /** By number. */
    public List<SegmentState> of(VideoId video, String extraction) {
        return handle.createQuery("SELECT number, done, decoded, warnings FROM segment "
                        + "WHERE video = :video AND extraction = :extraction ORDER BY number")
                .bind("video", video.sha256())
                .bind("extraction", extraction)
                .map((row, context) -> new SegmentState(
                        row.getInt("number"),
                        row.getBoolean("done"),
                        row.getLong("decoded"),
                        List.of(Json.read(row.getString("warnings"), String[].class))))
                .list();
    }

    public boolean isDone(VideoId video, String extraction, int number) {
        return handle.createQuery(
                        "SELECT done FROM segment WHERE video = :video AND extraction = :extraction AND number = :number")
                .bind("video", video.sha256())
                .bind("extraction", extraction)
                .bind("number", number)
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }

    public void done(VideoId video, String extraction, int number, long decodedFrames, List<String> warnings) {
        handle.createUpdate("UPDATE segment SET done = true, decoded = :decoded, warnings = :warnings "
                        + "WHERE video = :video AND extraction = :extraction AND number = :number")
                .bind("video", video.sha256())
                .bind("extraction", extraction)
                .bind("number", number)
                .bind("decoded", decodedFrames)
                .bind("warnings", Json.write(warnings))
                .execute();
    }
}
