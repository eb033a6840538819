package io.sluice.command;

import java.util.HashMap;
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
        Map<String, String> configuration = new HashMap<>(folders.settings());
        configuration.putAll(Quiet.settings(folders.work));
        configuration.put("sluice.select-when", "run");
        configuration.put("sluice.sweep-period", "2s");
        return Application.run(
                configuration, () -> Application.bean(DatasetRun.class).retry(dataset));
    }
}
