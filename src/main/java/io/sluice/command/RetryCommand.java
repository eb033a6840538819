package io.sluice.command;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What failed is tried again. */
@Command(
        name = "retry",
        mixinStandardHelpOptions = true,
        description = "Tries the failed videos and frames of a dataset again.")
final class RetryCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DATASET", description = "Name of the dataset.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String dataset;

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        return OneShot.run(
                folders, Map.of(), () -> Application.bean(DatasetRun.class).retry(dataset));
    }
}
