package io.sluice.export;

import java.util.List;

/**
 * How an export is to be.
 *
 * @param buckets one for each resolution that is trained at; one at least
 * @param shardBytes of a WebDataset shard's content at most, unless one example alone has more
 * @param balanced whether repeats are such that all concepts are shown equally often, instead of what the datasets say
 * @param root folder of the export as the trainer sees it, without {@code /} at its end; for paths in kohya's TOML
 */
public record ExportOptions(
        Layout layout, List<BucketSettings> buckets, long shardBytes, boolean balanced, String root) {
    public ExportOptions {
        buckets = List.copyOf(buckets);
        if (buckets.isEmpty()) {
            throw new ExportException("--resolution: one at least is required");
        }
        if (balanced && layout == Layout.IMAGEFOLDER) {
            throw new ExportException("--balance: repeats have no place in the layout " + layout.word()
                    + "; allowed: with any other layout");
        }
    }
}
