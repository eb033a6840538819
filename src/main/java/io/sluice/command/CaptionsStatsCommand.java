package io.sluice.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What captions have in common. */
@Command(
        name = "stats",
        mixinStandardHelpOptions = true,
        description =
                "Counts words and tags, and shows captions that are the same or nearly so, or have forbidden words.")
final class CaptionsStatsCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "DATASET", description = "Name of the dataset.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String dataset;

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        return OneShot.look(folders, () -> Application.bean(CaptionsRun.class).stats(dataset));
    }
}
