package io.sluice.command;

import java.util.HashMap;
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
        Map<String, String> configuration = new HashMap<>(folders.settings());
        configuration.putAll(Quiet.settings(folders.work));
        configuration.put("sluice.select-when", "run");
        configuration.put("sluice.sweep-period", "2s");
        return Application.run(
                configuration, () -> Application.bean(DatasetRun.class).goOn(dataset));
    }
}
