package io.sluice.catalogue;

import io.sluice.frame.Annotation;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.stage.StageName;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** What stages measured, once for each fingerprint. */
public final class Annotations {
    private final Handle handle;

    Annotations(Handle handle) {
        this.handle = handle;
    }

    public void put(StageName stage, Fingerprint fingerprint, Map<FrameId, Measured> measured) {
        if (measured.isEmpty()) {
            return;
        }
        var batch = handle.prepareBatch("INSERT INTO annotation (frame, stage, fingerprint, body, image) VALUES "
                + "(:frame, :stage, :fingerprint, :body, :image) ON CONFLICT (frame, stage, fingerprint) "
                + "DO UPDATE SET body = excluded.body, image = excluded.image");
        // in one order, so that two transactions with the same frames wait for each other and do not lock each other
        // out
        new TreeMap<>(measured)
                .forEach((frame, measurement) -> batch.bind("frame", frame.value())
                        .bind("stage", stage.word())
                        .bind("fingerprint", fingerprint.value())
                        .bind("body", Json.write(measurement.annotation()))
                        .bind("image", measurement.image().map(Json::write).orElse(null))
                        .add());
        batch.execute();
    }

    /** The measurements that are there, by frame. */
    public Map<FrameId, Measured> find(StageName stage, Fingerprint fingerprint, Collection<FrameId> frames) {
        Map<FrameId, Measured> found = new HashMap<>();
        if (frames.isEmpty()) {
            return found;
        }
        handle.createQuery("SELECT frame, body, image FROM annotation "
                        + "WHERE stage = :stage AND fingerprint = :fingerprint AND frame IN (<frames>)")
                .bind("stage", stage.word())
                .bind("fingerprint", fingerprint.value())
                .bindList("frames", frames.stream().map(FrameId::value).toList())
                .map((row, context) -> Map.entry(
                        new FrameId(row.getString("frame")),
                        new Measured(
                                Json.read(row.getString("body"), Annotation.class),
                                Optional.ofNullable(row.getString("image"))
                                        .map(json -> Json.read(json, ImageRef.class)))))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    /** All measurements of a stage under a fingerprint on the frames of a dataset. */
    public Map<FrameId, Measured> of(String dataset, StageName stage, Fingerprint fingerprint) {
        Map<FrameId, Measured> found = new HashMap<>();
        handle.createQuery(
                        "SELECT a.frame, a.body, a.image FROM annotation a JOIN dataset_frame d ON d.frame = a.frame "
                                + "WHERE d.dataset = :dataset AND a.stage = :stage AND a.fingerprint = :fingerprint")
                .bind("dataset", dataset)
                .bind("stage", stage.word())
                .bind("fingerprint", fingerprint.value())
                .map((row, context) -> Map.entry(
                        new FrameId(row.getString("frame")),
                        new Measured(
                                Json.read(row.getString("body"), Annotation.class),
                                Optional.ofNullable(row.getString("image"))
                                        .map(json -> Json.read(json, ImageRef.class)))))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }
}
