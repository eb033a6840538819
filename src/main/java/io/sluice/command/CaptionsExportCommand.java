package io.sluice.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Captions out to a file. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes the captions of a finished dataset to a file, to be looked through or changed there.")
final class CaptionsExportCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "DATASET", description = "Name of the dataset.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String dataset;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FILE",
            description = "CSV (.csv), or an object a line (.jsonl, .ndjson).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path to;

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        return OneShot.look(folders, () -> Application.bean(CaptionsRun.class).export(dataset, to));
    }
}
