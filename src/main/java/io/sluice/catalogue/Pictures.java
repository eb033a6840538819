package io.sluice.catalogue;

import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.VideoId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Pictures of frames as they were extracted: whether the store has them, and which of them nobody needs any more.
 *
 * <p>A picture goes in two steps. It is dropped, after which nobody counts on it; then, in a second transaction, its file is
 * deleted and the picture counts as gone. A run of the video that begins in between takes it out of the second step, so that no
 * file is deleted that a run has stored.
 */
public final class Pictures {
    /** Parameters that a statement of either database takes, and to spare. */
    private static final int CHUNK = 1000;

    /** Datasets in which a video is not at rest, as {@code o}. */
    private static final String RESTLESS = "SELECT 1 FROM dataset_video o JOIN dataset s ON s.name = o.dataset "
            + "WHERE o.video = %s AND (o.status NOT IN ('completed', 'failed') OR o.updated_at >= :before OR NOT s.current)";

    private final Handle handle;

    Pictures(Handle handle) {
        this.handle = handle;
    }

    /** A segment of one of the extractions of a video. */
    public record Part(String extraction, int segment) {}

    /**
     * Videos that are {@linkplain #isAtRest at rest} and were not gone through since they last changed, by digest.
     *
     * @param before milliseconds since 1970
     */
    public List<VideoId> due(long before, int limit) {
        return handle.createQuery("SELECT DISTINCT v.video FROM dataset_video v WHERE v.gone_through != v.updated_at "
                        + "AND v.status IN ('completed', 'failed') AND v.updated_at < :before "
                        + "AND NOT EXISTS (" + String.format(RESTLESS, "v.video") + ") ORDER BY v.video LIMIT :limit")
                .bind("before", before)
                .bind("limit", limit)
                .mapTo(String.class)
                .map(VideoId::new)
                .list();
    }

    /**
     * Whether the video has ended, one way or the other, in every dataset that has it, has not changed there since, and the files
     * of these datasets are current.
     *
     * @param before milliseconds since 1970
     */
    public boolean isAtRest(VideoId video, long before) {
        return handle.createQuery(String.format(RESTLESS, ":video") + " LIMIT 1")
                .bind("video", video.sha256())
                .bind("before", before)
                .mapTo(Integer.class)
                .findOne()
                .isEmpty();
    }

    /** In order. */
    public List<Part> parts(VideoId video) {
        return handle.createQuery(
                        "SELECT extraction, number FROM segment WHERE video = :video ORDER BY extraction, number")
                .bind("video", video.sha256())
                .map((row, context) -> new Part(row.getString("extraction"), row.getInt("number")))
                .list();
    }

    /**
     * Keeps runs of the video from being planned until the transaction ends, and waits for one that is being planned. What is asked
     * after this holds until then.
     */
    public void hold(VideoId video) {
        handle.createUpdate("UPDATE video_plan SET body = body WHERE video = :video")
                .bind("video", video.sha256())
                .execute();
    }

    /**
     * Keeps the pictures of these frames of the dataset from being dropped until the transaction ends.
     *
     * @return false if some are not in the store any more
     */
    public boolean keep(String dataset, Collection<Frame> frames) {
        // In one order, so that two processes do not wait for each other.
        frames.stream()
                .map(Frame::video)
                .distinct()
                .sorted(Comparator.comparing(VideoId::sha256))
                .forEach(this::hold);
        return missing(dataset, frames.stream().map(Frame::id).toList()).isEmpty();
    }

    /**
     * Drops the pictures of a segment's frames that are out in every dataset of the video, or in none of them, and that nobody has
     * pinned or judged: taste is trained on frames that people have judged, be they out or not.
     *
     * @return how many
     */
    public int drop(VideoId video, Part part) {
        String here = "SELECT 1 FROM dataset_video v JOIN ";
        return handle.createUpdate(
                        "UPDATE frame SET picture = 'dropped' WHERE picture = 'stored' AND id IN (SELECT e.frame FROM extracted e "
                                + "WHERE e.video = :video AND e.extraction = :extraction AND e.segment = :segment "
                                + "AND NOT EXISTS (" + here
                                + "dataset_frame d ON d.dataset = v.dataset AND d.frame = e.frame "
                                + "  WHERE v.video = :video AND d.verdict = 'kept') "
                                + "AND NOT EXISTS (" + here
                                + "frame_edit p ON p.dataset = v.dataset AND p.frame = e.frame "
                                + "  WHERE v.video = :video AND p.edit = 'pin') "
                                + "AND NOT EXISTS (" + here + "rating r ON r.dataset = v.dataset AND r.frame = e.frame "
                                + "  WHERE v.video = :video) "
                                + "AND NOT EXISTS (" + here
                                + "preference b ON b.dataset = v.dataset AND b.better = e.frame "
                                + "  WHERE v.video = :video) "
                                + "AND NOT EXISTS (" + here
                                + "preference w ON w.dataset = v.dataset AND w.worse = e.frame "
                                + "  WHERE v.video = :video))")
                .bind("video", video.sha256())
                .bind("extraction", part.extraction())
                .bind("segment", part.segment())
                .execute();
    }

    /**
     * Records that the video was gone through, in the datasets in which it has not changed since.
     *
     * @param before milliseconds since 1970
     */
    public void goneThrough(VideoId video, long before) {
        handle.createUpdate(
                        "UPDATE dataset_video SET gone_through = updated_at WHERE video = :video AND updated_at < :before")
                .bind("video", video.sha256())
                .bind("before", before)
                .execute();
    }

    /**
     * Takes dropped pictures to be gone. Their files are to be deleted within this transaction: where that fails, or the process
     * ends, they are dropped still and asked for again.
     */
    public List<ImageRef> takeDropped(int limit) {
        return handle.createQuery("UPDATE frame SET picture = 'gone' WHERE picture = 'dropped' AND (id, rendition) IN "
                        + "(SELECT id, rendition FROM frame WHERE picture = 'dropped' ORDER BY video, id, rendition LIMIT :limit) "
                        + "RETURNING image")
                .bind("limit", limit)
                .mapTo(String.class)
                .map(json -> Json.read(json, ImageRef.class))
                .list();
    }

    /** Sees to it that no file of the video's pictures is deleted any more, for they are about to be stored again. */
    public void spare(VideoId video) {
        handle.createUpdate("UPDATE frame SET picture = 'gone' WHERE video = :video AND picture = 'dropped'")
                .bind("video", video.sha256())
                .execute();
    }

    /** Frames of a segment whose pictures are not in the store. */
    public Set<FrameId> missing(VideoId video, Part part, String rendition) {
        Set<FrameId> missing = new HashSet<>();
        handle.createQuery("SELECT f.id FROM extracted e JOIN frame f ON f.id = e.frame "
                        + "WHERE e.video = :video AND e.extraction = :extraction AND e.segment = :segment "
                        + "AND f.rendition = :rendition AND f.picture != 'stored'")
                .bind("video", video.sha256())
                .bind("extraction", part.extraction())
                .bind("segment", part.segment())
                .bind("rendition", rendition)
                .mapTo(String.class)
                .forEach(frame -> missing.add(new FrameId(frame)));
        return missing;
    }

    /** Those of these frames of the dataset whose pictures are not in the store. */
    public Set<FrameId> missing(String dataset, Collection<FrameId> frames) {
        Set<FrameId> missing = new HashSet<>();
        for (List<String> chunk : chunks(frames)) {
            handle.createQuery("SELECT f.id FROM dataset_frame d JOIN frame f ON f.id = d.frame "
                            + "AND f.rendition = d.rendition WHERE d.dataset = :dataset AND d.frame IN (<frames>) "
                            + "AND f.picture != 'stored'")
                    .bind("dataset", dataset)
                    .bindList("frames", chunk)
                    .mapTo(String.class)
                    .forEach(frame -> missing.add(new FrameId(frame)));
        }
        return missing;
    }

    /** Records that the store was found not to have the pictures of these frames of the dataset. */
    public void notFound(String dataset, Collection<FrameId> frames) {
        for (List<String> chunk : chunks(frames)) {
            handle.createUpdate("UPDATE frame SET picture = 'gone' WHERE picture = 'stored' AND (id, rendition) IN "
                            + "(SELECT d.frame, d.rendition FROM dataset_frame d "
                            + "WHERE d.dataset = :dataset AND d.frame IN (<frames>))")
                    .bind("dataset", dataset)
                    .bindList("frames", chunk)
                    .execute();
        }
    }

    private static List<List<String>> chunks(Collection<FrameId> frames) {
        List<String> ids = frames.stream().map(FrameId::value).sorted().toList();
        List<List<String>> chunks = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += CHUNK) {
            chunks.add(ids.subList(from, Math.min(ids.size(), from + CHUNK)));
        }
        return chunks;
    }
}
