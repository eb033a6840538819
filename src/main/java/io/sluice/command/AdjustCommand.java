package io.sluice.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A dataset gets other thresholds. */
@Command(
        name = "adjust",
        mixinStandardHelpOptions = true,
        description =
                "Changes settings of a dataset's recipe and brings the dataset there: frames that come in go through the stages"
                        + " that they have not passed, frames that leave are removed, and nothing else is done again.",
        footer = {
            "",
            "Example: adjust rex --set blur.threshold=0.4 --set select.goal=200",
            "What would come of it is told by: assess rex --set blur.threshold=0.4 --set select.goal=200"
        })
final class AdjustCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DATASET", description = "Name of the dataset.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String dataset;

    @Option(
            names = "--set",
            paramLabel = "key=value",
            required = true,
            description = "A setting of the recipe, as in blur.keepSharpest=0.8. May be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        return OneShot.run(
                folders, Map.of(), () -> Application.bean(DatasetRun.class).adjust(dataset, settings));
    }
}
