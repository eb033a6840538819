package io.sluice.command;

import io.sluice.curation.DatasetExport;
import io.sluice.export.BucketSettings;
import io.sluice.export.Layout;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A finished dataset in the layout of another trainer. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description =
                "Writes finished datasets into another folder in the layout of a trainer, reads it back as that trainer would,"
                        + " and tells how its pictures fall into buckets. The datasets are not changed.",
        footer = {
            "",
            "Exit codes: 0 written and read back, 1 what was read back differs, 2 wrong usage, 3 internal error.",
            "",
            "Examples: export rex --layout kohya --to train/rex --masks --resolution 1024",
            "          export rex tom --layout kohya --to train/both --balance"
        })
final class ExportCommand implements Callable<Integer> {
    private static final long MEGABYTE = 1_000_000;

    @Parameters(
            paramLabel = "DATASET",
            arity = "1..*",
            description =
                    "Name of the dataset. Several make one export: with kohya and onetrainer they may share frames.")
    private List<String> datasets = List.of();

    @Option(
            names = "--layout",
            required = true,
            paramLabel = "LAYOUT",
            description = "One of: ${COMPLETION-CANDIDATES}; case does not matter.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Layout layout;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR",
            description =
                    "Folder for this export alone; one that holds an earlier export of the dataset is brought up to date.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path to;

    @Option(
            names = "--masks",
            description =
                    "Also masks of the subject, for masked loss: by the recipe's segmenting model, else by boxes.")
    private boolean masks;

    @Option(
            names = "--resolution",
            paramLabel = "SIDE|WxH",
            description =
                    "Of training, in pixels (default: 1024). May be repeated: a table, and a set in kohya's TOML, for each.")
    private List<String> resolutions = List.of("1024");

    @Option(
            names = "--min-bucket",
            paramLabel = "SIDE",
            defaultValue = "256",
            description = "Shortest side of a bucket (default: ${DEFAULT-VALUE}).")
    private int minBucket;

    @Option(
            names = "--max-bucket",
            paramLabel = "SIDE",
            description = "Longest side of a bucket (default: 1024, and twice the resolution from 1024 on).")
    private @Nullable Integer maxBucket;

    @Option(
            names = "--bucket-step",
            paramLabel = "PIXELS",
            defaultValue = "64",
            description = "Sides of buckets are multiples of it (default: ${DEFAULT-VALUE}).")
    private int step;

    @Option(names = "--no-upscale", description = "Pictures are not enlarged to fill a bucket.")
    private boolean noUpscale;

    @Option(
            names = "--balance",
            description =
                    "Repeats are such that the pictures of all concepts are shown equally often, context left alone"
                            + " (default: the repeats of the datasets).")
    private boolean balance;

    @Option(
            names = "--shard-size",
            paramLabel = "MB",
            defaultValue = "256",
            description = "Content of a WebDataset shard at most (default: ${DEFAULT-VALUE}).")
    private long shard;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "Where the trainer will find the folder, for kohya's TOML (default: where it is now).")
    private @Nullable String root;

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        List<BucketSettings> buckets = resolutions.stream()
                .map(resolution -> BucketSettings.of(resolution, minBucket, maxBucket, step, !noUpscale))
                .toList();
        if (shard < 1 || shard > 100_000) {
            throw new UsageException("--shard-size: '" + shard + "' is not allowed; allowed: 1 to 100000");
        }
        Path folder = to.toAbsolutePath().normalize();
        String seen = root == null ? folder.toString().replace('\\', '/') : root.replaceFirst("/+$", "");
        return OneShot.look(
                folders,
                () -> Application.bean(ExportRun.class)
                        .export(new DatasetExport.Order(
                                datasets, layout, folder, masks, buckets, shard * MEGABYTE, balance, seen)));
    }
}
