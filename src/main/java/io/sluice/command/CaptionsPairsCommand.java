package io.sluice.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What people made of captions. */
@Command(
        name = "pairs",
        mixinStandardHelpOptions = true,
        description =
                "Writes each picture whose caption a person has changed, with the machine's and the person's, to fine-tune a captioner.")
final class CaptionsPairsCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "DATASET", description = "Name of the dataset.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String dataset;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FILE",
            description = "An object a line: frame, image, machine, human.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path to;

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        return OneShot.look(folders, () -> Application.bean(CaptionsRun.class).pairs(dataset, to));
    }
}
