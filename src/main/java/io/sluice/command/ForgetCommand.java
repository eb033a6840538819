package io.sluice.command;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A video never was. */
@Command(
        name = "forget",
        mixinStandardHelpOptions = true,
        description =
                "Forgets a video with everything that came of it, in every dataset: stored frames, measurements, dataset files.")
final class ForgetCommand implements Callable<Integer> {
    @Parameters(paramLabel = "VIDEO", description = "The file, its name as in the report, or the beginning of its id.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String video;

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        Map<String, String> configuration = new HashMap<>(folders.settings());
        configuration.putAll(Quiet.settings(folders.work));
        configuration.put("sluice.select-when", "run");
        configuration.put("sluice.sweep-period", "2s");
        return Application.run(
                configuration, () -> Application.bean(DatasetRun.class).forget(video));
    }
}
