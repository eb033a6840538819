package io.sluice.command;

import io.sluice.taste.TasteHeads;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a head of what was said. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description =
                "Trains a head on the ratings and preferences of a dataset, says how well it foretells those that it has not seen,"
                        + " and writes it to the models folder as the next version.",
        footer = {
            "",
            "Exit codes: 0 a version was written, 1 too few ratings yet and nothing was written, 2 wrong usage, 3 internal error."
        })
final class TasteTrainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DATASET", description = "Name of the dataset.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String dataset;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What the taste is called (default: the dataset's name in lower case).")
    private @Nullable String name;

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        String called;
        try {
            called = TasteHeads.name(name == null ? dataset.toLowerCase(Locale.ROOT) : name);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--name: " + e.getMessage());
        }
        return OneShot.run(
                folders, Map.of(), () -> Application.bean(TasteRun.class).train(dataset, called));
    }
}
