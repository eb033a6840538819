package io.sluice.catalogue;

import io.sluice.frame.FrameId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** What people have said of frames: each is pinned, vetoed or neither. */
public final class FrameEdits {
    private final Handle handle;

    FrameEdits(Handle handle) {
        this.handle = handle;
    }

    /** Takes the place of what was said of these frames before. */
    public void put(String dataset, FrameEdit edit, Collection<FrameId> frames) {
        if (frames.isEmpty()) {
            return;
        }
        var rows = handle.prepareBatch("INSERT INTO frame_edit (dataset, frame, edit, updated_at) VALUES "
                + "(:dataset, :frame, :edit, :now) ON CONFLICT (dataset, frame) "
                + "DO UPDATE SET edit = excluded.edit, updated_at = excluded.updated_at");
        frames.stream()
                .sorted()
                .distinct()
                .forEach(frame -> rows.bind("dataset", dataset)
                        .bind("frame", frame.value())
                        .bind("edit", edit.word())
                        .bind("now", System.currentTimeMillis())
                        .add());
        rows.execute();
    }

    /** Takes back what was said of these frames. How many of them were pinned or vetoed. */
    public int remove(String dataset, Collection<FrameId> frames) {
        return frames.isEmpty()
                ? 0
                : handle.createUpdate("DELETE FROM frame_edit WHERE dataset = :dataset AND frame IN (<frames>)")
                        .bind("dataset", dataset)
                        .bindList("frames", frames.stream().map(FrameId::value).toList())
                        .execute();
    }

    /** All of the dataset, by frame. */
    public Map<FrameId, FrameEdit> of(String dataset) {
        Map<FrameId, FrameEdit> edits = new TreeMap<>();
        handle.createQuery("SELECT frame, edit FROM frame_edit WHERE dataset = :dataset")
                .bind("dataset", dataset)
                .map((row, context) ->
                        Map.entry(new FrameId(row.getString("frame")), FrameEdit.of(row.getString("edit"))))
                .forEach(entry -> edits.put(entry.getKey(), entry.getValue()));
        return edits;
    }

    /** Those of these frames that are pinned. */
    public Set<FrameId> pinned(String dataset, Collection<FrameId> frames) {
        Set<FrameId> pinned = new HashSet<>();
        if (!frames.isEmpty()) {
            handle.createQuery("SELECT frame FROM frame_edit "
                            + "WHERE dataset = :dataset AND edit = 'pin' AND frame IN (<frames>)")
                    .bind("dataset", dataset)
                    .bindList("frames", frames.stream().map(FrameId::value).toList())
                    .mapTo(String.class)
                    .forEach(frame -> pinned.add(new FrameId(frame)));
        }
        return pinned;
    }
}
