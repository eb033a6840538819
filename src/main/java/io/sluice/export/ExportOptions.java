package io.sluice.export;

import java.util.List;
import java.util.Optional;

/**
 * How an export is to be.
 *
 * @param buckets one for each resolution that is trained at; one at least
 * @param masks what tells the subjects' pixels; empty for no masks
 * @param shardBytes of a WebDataset shard's content at most, unless one example alone has more
 * @param root folder of the export as the trainer sees it, without {@code /} at its end; for paths in kohya's TOML
 */
public record ExportOptions(
        Layout layout, List<BucketSettings> buckets, Optional<SubjectMasks> masks, long shardBytes, String root) {
    public ExportOptions {
        buckets = List.copyOf(buckets);
        if (buckets.isEmpty()) {
            throw new ExportException("--resolution: one at least is required");
        }
    }
}
