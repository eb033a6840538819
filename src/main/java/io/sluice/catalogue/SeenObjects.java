package io.sluice.catalogue;

import io.sluice.frame.VideoId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * Objects of buckets, and who works on them. Work is claimed by a lease: it holds while the claimant renews it, and whoever comes
 * after its end may claim anew. Times are those of the processes' clocks, which must differ by much less than a lease.
 */
public final class SeenObjects {
    private static final String THIS = " WHERE bucket = :bucket AND object_key = :key AND version = :version";

    private static final String NOT_THERE = "('gone', 'removed')";

    /** Of an object {@code o}: its video is still to be read for some dataset. */
    private static final String UNREAD = "EXISTS (SELECT 1 FROM dataset_video w WHERE w.video = o.video "
            + "AND w.status IN ('arrived', 'extracting'))";

    private final Handle handle;

    SeenObjects(Handle handle) {
        this.handle = handle;
    }

    /**
     * Notes an object. Nothing happens if this content of it was noted before, except by a request.
     *
     * @return whether it is new
     */
    public boolean note(SeenObject object) {
        return bind(
                                handle.createUpdate(
                                        "INSERT INTO bucket_object (bucket, object_key, version, size_bytes, status, note, folder, "
                                                + "lease_until, attempts, seen_at, updated_at) VALUES "
                                                + "(:bucket, :key, :version, :bytes, :status, :note, :folder, 0, 0, :now, :now) "
                                                + "ON CONFLICT (bucket, object_key, version) DO UPDATE SET status = excluded.status, "
                                                + "note = excluded.note, folder = excluded.folder, updated_at = excluded.updated_at "
                                                + "WHERE bucket_object.status = 'requested'"),
                                object)
                        .bind("bytes", object.bytes())
                        .bind("status", object.status().word())
                        .bind("note", object.note().orElse(null))
                        .bind("folder", object.folder())
                        .bind("now", System.currentTimeMillis())
                        .execute()
                == 1;
    }

    /**
     * Notes which video an object turned out to be that a request has named. What else is known of this content of it stays, so that
     * whoever is to take it still does.
     */
    public void requested(SeenObject object, String dataset, VideoId video) {
        bind(
                        handle.createUpdate(
                                "INSERT INTO bucket_object (bucket, object_key, version, size_bytes, status, folder, video, "
                                        + "lease_until, attempts, seen_at, updated_at) VALUES "
                                        + "(:bucket, :key, :version, :bytes, 'requested', :folder, :video, 0, 0, :now, :now) "
                                        + "ON CONFLICT (bucket, object_key, version) DO UPDATE SET video = excluded.video, "
                                        + "updated_at = excluded.updated_at, status = CASE WHEN bucket_object.status IN "
                                        + NOT_THERE
                                        + " THEN 'requested' ELSE bucket_object.status END"),
                        object)
                .bind("bytes", object.bytes())
                .bind("folder", dataset)
                .bind("video", video.sha256())
                .bind("now", System.currentTimeMillis())
                .execute();
    }

    public Optional<SeenObject> find(String bucket, String key, String version) {
        return handle.createQuery("SELECT * FROM bucket_object" + THIS)
                .bind("bucket", bucket)
                .bind("key", key)
                .bind("version", version)
                .map((row, context) -> object(row))
                .findOne();
    }

    /** All of a bucket, by key and version. */
    public List<SeenObject> of(String bucket) {
        return handle.createQuery("SELECT * FROM bucket_object WHERE bucket = :bucket ORDER BY object_key, version")
                .bind("bucket", bucket)
                .map((row, context) -> object(row))
                .list();
    }

    /**
     * Claims the object that has waited longest among those that nobody works on.
     *
     * @param now milliseconds since 1970
     * @param leaseMillis how long the claim holds
     * @return empty if there is none to be had
     */
    public Optional<SeenObject> claim(String bucket, String claimant, long now, long leaseMillis) {
        List<SeenObject> due = handle.createQuery(
                        "SELECT * FROM bucket_object WHERE bucket = :bucket AND status = 'seen' "
                                + "AND lease_until <= :now ORDER BY seen_at, object_key, version LIMIT 16")
                .bind("bucket", bucket)
                .bind("now", now)
                .map((row, context) -> object(row))
                .list();
        for (SeenObject object : due) {
            // Asked again with the change, for another may have come between.
            int claimed = bind(
                            handle.createUpdate("UPDATE bucket_object SET claimant = :claimant, lease_until = :until, "
                                    + "attempts = attempts + 1, updated_at = :now" + THIS
                                    + " AND status = 'seen' AND lease_until <= :now"),
                            object)
                    .bind("claimant", claimant)
                    .bind("until", now + leaseMillis)
                    .bind("now", now)
                    .execute();
            if (claimed == 1) {
                return Optional.of(object);
            }
        }
        return Optional.empty();
    }

    /** Prolongs a claim. Whether it still held. */
    public boolean renew(SeenObject object, String claimant, long until) {
        return bind(
                                handle.createUpdate("UPDATE bucket_object SET lease_until = :until, updated_at = :now"
                                        + THIS + " AND claimant = :claimant AND status = 'seen'"),
                                object)
                        .bind("claimant", claimant)
                        .bind("until", until)
                        .bind("now", System.currentTimeMillis())
                        .execute()
                == 1;
    }

    /**
     * Gives a claim back without result.
     *
     * @param from when others may claim it, milliseconds since 1970
     * @param note what went wrong
     * @param counted whether it was an attempt, as opposed to one put off
     */
    public void release(SeenObject object, String claimant, long from, @Nullable String note, boolean counted) {
        bind(
                        handle.createUpdate(
                                "UPDATE bucket_object SET lease_until = :from, claimant = NULL, note = :note, "
                                        + "attempts = attempts - :uncounted, updated_at = :now" + THIS
                                        + " AND claimant = :claimant AND status = 'seen'"),
                        object)
                .bind("claimant", claimant)
                .bind("from", from)
                .bind("uncounted", counted ? 0 : 1)
                .bind("note", note)
                .bind("now", System.currentTimeMillis())
                .execute();
    }

    /** Says what came of a claimed object. Whether the claim still held; nothing happens if not. */
    public boolean settle(
            SeenObject object, String claimant, ObjectStatus status, @Nullable String note, @Nullable VideoId video) {
        return bind(
                                handle.createUpdate(
                                        "UPDATE bucket_object SET status = :status, note = :note, video = :video, "
                                                + "claimant = NULL, updated_at = :now" + THIS
                                                + " AND claimant = :claimant AND status = 'seen'"),
                                object)
                        .bind("claimant", claimant)
                        .bind("status", status.word())
                        .bind("note", note)
                        .bind("video", video == null ? null : video.sha256())
                        .bind("now", System.currentTimeMillis())
                        .execute()
                == 1;
    }

    /** Lets what was refused for the folder's recipe be taken again. How many. */
    public int reopen(String bucket, String folder) {
        return handle.createUpdate("UPDATE bucket_object SET status = 'seen', lease_until = 0, updated_at = :now "
                        + "WHERE bucket = :bucket AND folder = :folder AND status = 'refused'")
                .bind("bucket", bucket)
                .bind("folder", folder)
                .bind("now", System.currentTimeMillis())
                .execute();
    }

    /** Objects that are this video, the latest first: more than one if it was put under several keys. */
    public List<SeenObject> ofVideo(VideoId video) {
        return handle.createQuery("SELECT * FROM bucket_object WHERE video = :video AND status NOT IN " + NOT_THERE
                        + " ORDER BY seen_at DESC, bucket, object_key")
                .bind("video", video.sha256())
                .map((row, context) -> object(row))
                .list();
    }

    /** Objects whose videos are still to be read. */
    public List<SeenObject> waiting() {
        return handle.createQuery(
                        "SELECT o.* FROM bucket_object o WHERE o.status NOT IN " + NOT_THERE + " AND " + UNREAD)
                .map((row, context) -> object(row))
                .list();
    }

    /**
     * Objects that were taken from a bucket and whose videos are completed in the datasets that they are for, and not to be read for
     * another one; by key, no more than a few at a time.
     */
    public List<SeenObject> completed(String bucket) {
        return handle.createQuery("SELECT o.* FROM bucket_object o JOIN dataset_video v ON v.dataset = o.folder "
                        + "AND v.video = o.video WHERE o.bucket = :bucket AND o.status = 'taken' "
                        + "AND v.status = 'completed' AND NOT " + UNREAD + " ORDER BY o.object_key LIMIT 100")
                .bind("bucket", bucket)
                .map((row, context) -> object(row))
                .list();
    }

    /** Says that an object of which the video is known is not in the bucket any more. */
    public void left(SeenObject object, ObjectStatus status) {
        bind(
                        handle.createUpdate("UPDATE bucket_object SET status = :status, updated_at = :now" + THIS
                                + " AND video IS NOT NULL"),
                        object)
                .bind("status", status.word())
                .bind("now", System.currentTimeMillis())
                .execute();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, SeenObject object) {
        return statement
                .bind("bucket", object.bucket())
                .bind("key", object.key())
                .bind("version", object.version());
    }

    private static SeenObject object(ResultSet row) throws SQLException {
        return new SeenObject(
                row.getString("bucket"),
                row.getString("object_key"),
                row.getString("version"),
                row.getLong("size_bytes"),
                ObjectStatus.of(row.getString("status")),
                Optional.ofNullable(row.getString("note")),
                row.getString("folder"),
                Optional.ofNullable(row.getString("video")).map(VideoId::new),
                row.getInt("attempts"));
    }
}
