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

    private final Handle handle;

    SeenObjects(Handle handle) {
        this.handle = handle;
    }

    /** Notes an object. Nothing happens if this content of it was noted before. Whether it is new. */
    public boolean note(SeenObject object) {
        return bind(
                                handle.createUpdate(
                                        "INSERT INTO bucket_object (bucket, object_key, version, size_bytes, status, note, folder, "
                                                + "lease_until, attempts, seen_at, updated_at) VALUES "
                                                + "(:bucket, :key, :version, :bytes, :status, :note, :folder, 0, 0, :now, :now) "
                                                + "ON CONFLICT DO NOTHING"),
                                object)
                        .bind("bytes", object.bytes())
                        .bind("status", object.status().word())
                        .bind("note", object.note().orElse(null))
                        .bind("folder", object.folder())
                        .bind("now", System.currentTimeMillis())
                        .execute()
                == 1;
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

    /** Objects that are this video of the dataset, the latest first: more than one if it was put under several keys. */
    public List<SeenObject> ofVideo(String dataset, VideoId video) {
        return handle.createQuery("SELECT * FROM bucket_object WHERE folder = :folder AND video = :video "
                        + "AND status = 'taken' ORDER BY seen_at DESC, object_key")
                .bind("folder", dataset)
                .bind("video", video.sha256())
                .map((row, context) -> object(row))
                .list();
    }

    /** Objects whose videos are still to be read. */
    public List<SeenObject> waiting() {
        return handle.createQuery("SELECT o.* FROM bucket_object o JOIN dataset_video v ON v.dataset = o.folder "
                        + "AND v.video = o.video WHERE o.status = 'taken' AND v.status IN ('arrived', 'extracting')")
                .map((row, context) -> object(row))
                .list();
    }

    /** Objects of a bucket whose videos are completed, by key: no more than a few at a time. */
    public List<SeenObject> completed(String bucket) {
        return handle.createQuery("SELECT o.* FROM bucket_object o JOIN dataset_video v ON v.dataset = o.folder "
                        + "AND v.video = o.video WHERE o.bucket = :bucket AND o.status = 'taken' "
                        + "AND v.status = 'completed' ORDER BY o.object_key LIMIT 100")
                .bind("bucket", bucket)
                .map((row, context) -> object(row))
                .list();
    }

    /** Says that a taken object is not in the bucket any more. */
    public void left(SeenObject object, ObjectStatus status) {
        bind(
                        handle.createUpdate("UPDATE bucket_object SET status = :status, updated_at = :now" + THIS
                                + " AND status = 'taken'"),
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
