package io.sluice.command;

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
        return OneShot.run(
                folders, Map.of(), () -> Application.bean(DatasetRun.class).forget(video));
    }
}
