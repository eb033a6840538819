package io.sluice.command;

import io.sluice.curation.DatasetExport;
import io.sluice.export.BucketSettings;
import io.sluice.export.Buckets;
import io.sluice.export.ExportResult;
import io.sluice.export.SubjectMasks;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Exports a dataset and tells what came of it. */
@ApplicationScoped
public class ExportRun {
    private static final int WARNINGS_SHOWN = 10;
    private static final double MEGABYTE = 1e6;

    private final DatasetExport exports;
    private final PrintStream out = System.out;

    ExportRun(DatasetExport exports) {
        this.exports = exports;
    }

    /** @return the exit code */
    int export(DatasetExport.Order order) throws IOException {
        DatasetExport.Exported exported = exports.export(order);
        ExportResult result = exported.result();
        double seconds = exported.seconds();
        out.println(String.format(
                Locale.ROOT,
                "Exported: %d pictures, %.1f MB, as %s into %s in %.2f s (%.0f pictures/s, %.0f MB/s, reading back included)",
                result.pictures(),
                result.bytes() / MEGABYTE,
                order.layout().word(),
                order.to(),
                seconds,
                result.pictures() / seconds,
                result.bytes() / MEGABYTE / seconds));
        if (result.concepts().size() > 1) {
            result.concepts()
                    .forEach(concept -> out.println(String.format(
                            Locale.ROOT,
                            "  %-30s %5d pictures, each %d times in an epoch",
                            concept.name(),
                            concept.pictures(),
                            concept.repeats())));
        }
        exported.masksBy()
                .ifPresent(source -> out.println("Masks: " + result.masks() + " by " + source
                        + (result.boxed() > 0 && !source.equals(SubjectMasks.BOXES)
                                ? ", " + result.boxed() + " subjects by their box"
                                : "")
                        + (result.whole() > 0
                                ? ", " + result.whole() + " all inside, as nothing of the target is there"
                                : "")));
        result.tables().forEach(this::print);
        print(result.warnings());
        if (!result.differences().isEmpty()) {
            out.println("Read back, what a trainer finds DIFFERS from what was written:");
            result.differences().forEach(difference -> out.println("  " + difference));
            return ExitCode.SOME_FAILED;
        }
        out.println("Read back by the rules of " + order.layout().word() + "'s reader: " + result.pictures()
                + " pictures with captions" + (order.masks() ? " and masks" : "") + ", all as in the dataset.");
        return ExitCode.COMPLETED;
    }

    private void print(ExportResult.Table table) {
        BucketSettings settings = table.settings();
        out.println("Buckets at " + settings.width() + "x" + settings.height() + " (sides from " + settings.min()
                + " to "
                + settings.max() + " in steps of " + settings.step() + (settings.upscales() ? "" : ", nothing enlarged")
                + "): " + table.rows().size() + " used" + (settings.upscales() ? " of " + table.sizes() : ""));
        for (Buckets.Row row : table.rows()) {
            out.println(String.format(
                    Locale.ROOT,
                    "  %-10s %5d pictures; cropped: %.1f %% (mean), %.1f %% (most)%s%s",
                    row.bucket(),
                    row.pictures(),
                    100 * row.meanCropped(),
                    100 * row.mostCropped(),
                    row.enlarged() > 0
                            ? String.format(
                                    Locale.ROOT, "; %d enlarged, by %.2f at most", row.enlarged(), row.mostEnlarged())
                            : "",
                    row.bucket().width() == 0 || row.bucket().height() == 0
                            ? "; TOO SMALL: the trainer fails on a side of 0"
                            : ""));
        }
    }

    private void print(List<String> warnings) {
        warnings.stream().limit(WARNINGS_SHOWN).forEach(warning -> out.println("Note: " + warning));
        if (warnings.size() > WARNINGS_SHOWN) {
            out.println("Note: and " + (warnings.size() - WARNINGS_SHOWN) + " more of these");
        }
    }
}
