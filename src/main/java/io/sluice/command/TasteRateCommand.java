package io.sluice.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes what was said of frames. */
@Command(
        name = "rate",
        mixinStandardHelpOptions = true,
        description =
                "Takes ratings and preferences from a file. A later rating of a frame by the same rater replaces the earlier one.",
        footer = {
            "",
            "CSV with a header (.csv), or an object a line (.jsonl, .ndjson), with frame and rating (1 to 10), or with better and",
            "worse; each with rater or without. A frame is named by its id or by its file in the dataset.",
            "",
            "Exit codes: 0 all was taken, 2 a line is wrong and nothing was taken, 3 internal error."
        })
final class TasteRateCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "DATASET", description = "Name of the dataset.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String dataset;

    @Parameters(index = "1", paramLabel = "FILE", description = "The opinions.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Option(
            names = "--rater",
            paramLabel = "NAME",
            defaultValue = "me",
            description = "Whose opinions they are where a line names nobody (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String rater;

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new UsageException("file '" + file + "' cannot be read");
        }
        String text = Files.readString(file);
        return OneShot.run(
                folders, Map.of(), () -> Application.bean(TasteRun.class).rate(dataset, file, text, rater));
    }
}
