package io.sluice.command;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** After review: the dataset goes on. */
@Command(
        name = "continue",
        mixinStandardHelpOptions = true,
        description = "Lets a dataset that rests for review go on: cleans, captions and writes the selected frames.")
final class ContinueCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DATASET", description = "Name of the dataset.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String dataset;

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        return OneShot.run(
                folders, Map.of(), () -> Application.bean(DatasetRun.class).goOn(dataset));
    }
}
