package io.sluice.export;

import java.util.List;

/**
 * What came of an export.
 *
 * @param pictures that were written, each with a caption
 * @param bytes of the pictures
 * @param concepts by name
 * @param masks that were written; 0 without {@code --masks}
 * @param whole masks that are all inside, because the picture shows no subject
 * @param boxed subjects in masks that only their box stands for
 * @param tables what becomes of the pictures at each resolution
 * @param warnings pictures that not every trainer takes as they are meant, each with its reason
 * @param differences between what was written and what the trainer's reader finds; an export without any is right
 */
public record ExportResult(
        int pictures,
        long bytes,
        List<Concept> concepts,
        int masks,
        int whole,
        int boxed,
        List<Table> tables,
        List<String> warnings,
        List<String> differences) {
    public ExportResult {
        concepts = List.copyOf(concepts);
        tables = List.copyOf(tables);
        warnings = List.copyOf(warnings);
        differences = List.copyOf(differences);
    }

    /**
     * A folder of pictures that are shown equally often.
     *
     * @param repeats how often each is shown in an epoch
     */
    public record Concept(String name, int pictures, int repeats) {}

    /** @param sizes how many buckets there are to choose from; others may be used where pictures are not enlarged */
    public record Table(BucketSettings settings, int sizes, List<Buckets.Row> rows) {
        public Table {
            rows = List.copyOf(rows);
        }
    }
}
