package io.sluice.catalogue;

import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.VideoId;
import io.sluice.stage.StageName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Frames, and how far they have come in datasets. */
public final class Frames {
    private final Handle handle;

    Frames(Handle handle) {
        this.handle = handle;
    }

    /** Records frames that lie in the store now, as part of an extraction of their video. */
    public void extracted(String extraction, String rendition, List<Frame> frames) {
        if (frames.isEmpty()) {
            return;
        }
        var pictures = handle.prepareBatch("INSERT INTO frame (id, rendition, video, time_micros, image) VALUES "
                + "(:id, :rendition, :video, :time, :image) ON CONFLICT (id, rendition) "
                + "DO UPDATE SET image = excluded.image, picture = 'stored'");
        var members = handle.prepareBatch("INSERT INTO extracted (video, extraction, segment, frame) VALUES "
                + "(:video, :extraction, :segment, :frame) ON CONFLICT DO NOTHING");
        for (Frame frame : frames) {
            pictures.bind("id", frame.id().value())
                    .bind("rendition", rendition)
                    .bind("video", frame.video().sha256())
                    .bind("time", frame.timeMicros())
                    .bind("image", Json.write(frame.image()))
                    .add();
            members.bind("video", frame.video().sha256())
                    .bind("extraction", extraction)
                    .bind("segment", frame.segment())
                    .bind("frame", frame.id().value())
                    .add();
        }
        pictures.execute();
        members.execute();
    }

    /** Takes extracted frames into a dataset, where they are not in it yet. */
    public void enrol(String dataset, String rendition, List<Frame> frames) {
        if (frames.isEmpty()) {
            return;
        }
        var rows = handle.prepareBatch("INSERT INTO dataset_frame "
                + "(dataset, frame, video, segment, rendition, stage, verdict, updated_at) VALUES "
                + "(:dataset, :frame, :video, :segment, :rendition, :stage, 'kept', :now) ON CONFLICT DO NOTHING");
        for (Frame frame : frames) {
            rows.bind("dataset", dataset)
                    .bind("frame", frame.id().value())
                    .bind("video", frame.video().sha256())
                    .bind("segment", frame.segment())
                    .bind("rendition", rendition)
                    .bind("stage", StageName.EXTRACT.ordinal())
                    .bind("now", System.currentTimeMillis())
                    .add();
        }
        rows.execute();
    }

    /** Frames that an extraction gave for a segment, as extracted, by id. */
    public List<Frame> ofSegment(VideoId video, String extraction, int segment, String rendition) {
        return handle.createQuery("SELECT f.*, e.segment FROM extracted e JOIN frame f ON f.id = e.frame "
                        + "WHERE e.video = :video AND e.extraction = :extraction AND e.segment = :segment "
                        + "AND f.rendition = :rendition ORDER BY f.id")
                .bind("video", video.sha256())
                .bind("extraction", extraction)
                .bind("segment", segment)
                .bind("rendition", rendition)
                .map((row, context) -> frame(row))
                .list();
    }

    /** Numbers of the segments whose frames are not all extracted and in the dataset. */
    public List<Integer> unfinishedSegments(String dataset, VideoId video, String extraction) {
        // The video is named in each part: where it is only compared, PostgreSQL reads the frames of all videos.
        return handle.createQuery(
                        "SELECT s.number FROM segment s "
                                + "WHERE s.video = :video AND s.extraction = :extraction "
                                + "AND (NOT s.done OR EXISTS (SELECT 1 FROM extracted e "
                                + "  WHERE e.video = :video AND e.extraction = :extraction AND e.segment = s.number "
                                + "  AND NOT EXISTS (SELECT 1 FROM dataset_frame d "
                                + "    WHERE d.dataset = :dataset AND d.video = :video AND d.frame = e.frame))) ORDER BY s.number")
                .bind("dataset", dataset)
                .bind("video", video.sha256())
                .bind("extraction", extraction)
                .mapTo(Integer.class)
                .list();
    }

    /** How far these frames have come; frames that are not in the dataset are left out. */
    public Map<FrameId, FrameProgress> progress(String dataset, Collection<FrameId> frames) {
        Map<FrameId, FrameProgress> found = new HashMap<>();
        if (frames.isEmpty()) {
            return found;
        }
        handle.createQuery("SELECT * FROM dataset_frame WHERE dataset = :dataset AND frame IN (<frames>)")
                .bind("dataset", dataset)
                .bindList("frames", frames.stream().map(FrameId::value).toList())
                .map((row, context) -> progress(row))
                .forEach(progress -> found.put(progress.frame(), progress));
        return found;
    }

    /** How far all frames of the dataset have come, by video and id. */
    public List<FrameProgress> progress(String dataset) {
        return handle.createQuery("SELECT * FROM dataset_frame WHERE dataset = :dataset ORDER BY video, frame")
                .bind("dataset", dataset)
                .map((row, context) -> progress(row))
                .list();
    }

    /** Records what a stage has decided. A frame that has come further already stays where it is. */
    public void decided(String dataset, Collection<FrameProgress> decisions) {
        update(dataset, decisions, " AND stage <= :stage", null);
    }

    /**
     * As {@link #decided(String, Collection)}, on frames that are still due to the stage under this recipe: an adjustment, or
     * another select, may have come between the work and its end.
     *
     * @param recipe digest of the recipe that the work was done with
     */
    public void decided(String dataset, String recipe, Collection<FrameProgress> decisions) {
        update(
                dataset,
                decisions,
                " AND (stage = :stage OR stage = :stage - 1 AND verdict = 'kept') AND EXISTS (SELECT 1 FROM "
                        + "dataset_video v WHERE v.dataset = :dataset AND v.video = dataset_frame.video "
                        + "AND v.recipe = :recipe)",
                recipe);
    }

    /** Records what select has decided, also on frames that had come further or had been rejected by an earlier select. */
    public void reselected(String dataset, Collection<FrameProgress> decisions) {
        update(dataset, decisions, "", null);
    }

    private void update(
            String dataset, Collection<FrameProgress> decisions, String condition, @Nullable String recipe) {
        if (decisions.isEmpty()) {
            return;
        }
        var rows = handle.prepareBatch("UPDATE dataset_frame SET stage = :stage, verdict = :verdict, reason = :reason, "
                + "score = :score, threshold = :threshold, updated_at = :now "
                + "WHERE dataset = :dataset AND frame = :frame" + condition);
        // in one order, as measurements are put
        List<FrameProgress> ordered = decisions.stream()
                .sorted(Comparator.comparing(FrameProgress::frame))
                .toList();
        for (FrameProgress decision : ordered) {
            if (recipe != null) {
                rows.bind("recipe", recipe);
            }
            rows.bind("dataset", dataset)
                    .bind("frame", decision.frame().value())
                    .bind("stage", decision.stage().ordinal())
                    .bind("verdict", decision.verdict().word())
                    .bind("reason", decision.reason().orElse(null))
                    .bind(
                            "score",
                            decision.score().isPresent() ? decision.score().getAsDouble() : null)
                    .bind(
                            "threshold",
                            decision.threshold().isPresent()
                                    ? decision.threshold().getAsDouble()
                                    : null)
                    .bind("now", System.currentTimeMillis())
                    .add();
        }
        rows.execute();
    }

    /** All frames of the dataset. */
    public long count(String dataset) {
        return handle.createQuery("SELECT COUNT(*) FROM dataset_frame WHERE dataset = :dataset")
                .bind("dataset", dataset)
                .mapTo(Long.class)
                .one();
    }

    /** Frames that are in the dataset: the last stage has kept them. */
    public long countKept(String dataset) {
        return handle.createQuery("SELECT COUNT(*) FROM dataset_frame WHERE dataset = :dataset "
                        + "AND verdict = 'kept' AND stage = :last")
                .bind("dataset", dataset)
                .bind("last", StageName.DATASET.ordinal())
                .mapTo(Long.class)
                .one();
    }

    /** Frames of the video that are kept so far and whose last stage lies in {@code from} to before {@code to}. */
    public long countUnfinished(String dataset, VideoId video, StageName from, StageName to) {
        return handle.createQuery("SELECT COUNT(*) FROM dataset_frame WHERE dataset = :dataset AND video = :video "
                        + "AND verdict = 'kept' AND stage >= :from AND stage < :to")
                .bind("dataset", dataset)
                .bind("video", video.sha256())
                .bind("from", from.ordinal())
                .bind("to", to.ordinal())
                .mapTo(Long.class)
                .one();
    }

    /** Frames of all datasets that were extracted and not measured to the end, in videos that are still worked on. */
    public long countWaitingForFilters() {
        return handle.createQuery("SELECT COUNT(*) FROM dataset_video v JOIN dataset_frame f "
                        + "ON f.dataset = v.dataset AND f.video = v.video "
                        + "WHERE v.status = 'extracting' AND f.verdict = 'kept' AND f.stage < :measured")
                .bind("measured", StageName.AESTHETIC.ordinal())
                .mapTo(Long.class)
                .one();
    }

    /**
     * Frames of all datasets that are kept and have stages before them, by the last stage that has kept them, in videos that are worked
     * on; a stage after which none waits is left out.
     */
    public Map<StageName, Long> countWaiting() {
        Map<StageName, Long> counts = new EnumMap<>(StageName.class);
        handle.createQuery("SELECT f.stage, COUNT(*) AS frames FROM dataset_video v JOIN dataset_frame f "
                        + "ON f.dataset = v.dataset AND f.video = v.video WHERE f.verdict = 'kept' "
                        + "AND (v.status IN ('extracting', 'measured') AND f.stage < :selected "
                        + "OR v.status IN ('finishing', 'completed') AND f.stage >= :selected AND f.stage < :last) "
                        + "GROUP BY f.stage")
                .bind("selected", StageName.SELECT.ordinal())
                .bind("last", StageName.DATASET.ordinal())
                .map((row, context) -> Map.entry(StageName.values()[row.getInt("stage")], row.getLong("frames")))
                .forEach(count -> counts.put(count.getKey(), count.getValue()));
        return counts;
    }

    /**
     * Frames whose last stage is {@code stage}, which kept them before {@code time} (milliseconds since 1970), in videos of
     * the given state: they wait for the next stage, or their message was lost.
     */
    public List<FrameProgress> waiting(String dataset, VideoId video, StageName stage, long time, int limit) {
        return handle.createQuery("SELECT * FROM dataset_frame WHERE dataset = :dataset AND video = :video "
                        + "AND verdict = 'kept' AND stage = :stage AND updated_at < :time ORDER BY frame LIMIT :limit")
                .bind("dataset", dataset)
                .bind("video", video.sha256())
                .bind("stage", stage.ordinal())
                .bind("time", time)
                .bind("limit", limit)
                .map((row, context) -> progress(row))
                .list();
    }

    /** Frames of the dataset as extracted, without annotations, by id. */
    public List<Frame> of(String dataset) {
        return handle.createQuery("SELECT f.*, d.segment FROM dataset_frame d JOIN frame f "
                        + "ON f.id = d.frame AND f.rendition = d.rendition WHERE d.dataset = :dataset ORDER BY f.id")
                .bind("dataset", dataset)
                .map((row, context) -> frame(row))
                .list();
    }

    /** These frames of the dataset as extracted, without annotations, by id. */
    public List<Frame> of(String dataset, Collection<FrameId> frames) {
        if (frames.isEmpty()) {
            return List.of();
        }
        return handle.createQuery("SELECT f.*, d.segment FROM dataset_frame d JOIN frame f "
                        + "ON f.id = d.frame AND f.rendition = d.rendition "
                        + "WHERE d.dataset = :dataset AND d.frame IN (<frames>) ORDER BY f.id")
                .bind("dataset", dataset)
                .bindList("frames", frames.stream().map(FrameId::value).toList())
                .map((row, context) -> frame(row))
                .list();
    }

    private static Frame frame(ResultSet row) throws SQLException {
        return new Frame(
                new FrameId(row.getString("id")),
                new VideoId(row.getString("video")),
                row.getInt("segment"),
                row.getLong("time_micros"),
                Json.read(row.getString("image"), ImageRef.class),
                List.of());
    }

    private static FrameProgress progress(ResultSet row) throws SQLException {
        return new FrameProgress(
                new FrameId(row.getString("frame")),
                new VideoId(row.getString("video")),
                row.getInt("segment"),
                StageName.values()[row.getInt("stage")],
                Verdict.of(row.getString("verdict")),
                Optional.ofNullable(row.getString("reason")),
                number(row, "score"),
                number(row, "threshold"));
    }

    private static OptionalDouble number(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
