package io.sluice.command;

import io.sluice.catalogue.FrameEdit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Frames that a person wants. */
@Command(
        name = "pin",
        mixinStandardHelpOptions = true,
        description =
                "Keeps frames in a dataset, whatever the rules say, also when the recipe changes; take it back with: unpin.")
final class PinCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "DATASET", description = "Name of the dataset.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String dataset;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "FRAME",
            description = "Ids of frames, as in frames.jsonl and in assess --json.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<String> frames;

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        return OneShot.run(
                folders,
                Map.of(),
                () -> Application.bean(DatasetRun.class).edit(dataset, Optional.of(FrameEdit.PIN), frames));
    }
}
