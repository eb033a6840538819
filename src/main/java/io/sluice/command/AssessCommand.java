package io.sluice.command;

import io.sluice.assess.Goal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the filters see of a dataset, and what they would make of it at other thresholds. */
@Command(
        name = "assess",
        mixinStandardHelpOptions = true,
        description =
                "Shows how the frames of a dataset are spread over each filter, what other thresholds would keep, and which"
                        + " thresholds lead to a number of frames. Changes nothing.",
        footer = {
            "",
            "Example: assess rex --set blur.threshold=0.4 --goal 200 --contact-sheet borders",
            "What you like is made so by: adjust rex --set blur.threshold=0.4"
        })
final class AssessCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DATASET", description = "Name of the dataset.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String dataset;

    @Option(
            names = "--set",
            paramLabel = "key=value",
            description = "What if this setting of the recipe were so? May be repeated: all of them together.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--goal", paramLabel = "FRAMES", description = "Which thresholds give about so many frames?")
    private @Nullable Integer goal;

    @Option(
            names = "--goal-per-video",
            paramLabel = "FRAMES",
            description = "Which thresholds give so many frames of each video, the best of it?")
    private @Nullable Integer goalPerVideo;

    @Option(
            names = "--contact-sheet",
            paramLabel = "FOLDER",
            description = "Writes contact-sheet.html and contact-sheet.png to this folder: frames around each border.")
    private @Nullable Path contactSheet;

    @Option(names = "--json", description = "Prints JSON, with the ids of the frames.")
    private boolean json;

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        Optional<Goal> wanted = wanted();
        return OneShot.look(
                folders,
                () -> Application.bean(AssessmentRun.class)
                        .show(dataset, settings, wanted, Optional.ofNullable(contactSheet), json));
    }

    private Optional<Goal> wanted() {
        if (goal != null && goalPerVideo != null) {
            throw new UsageException("--goal and --goal-per-video: one of them is allowed");
        }
        if (goal != null) {
            return Optional.of(Goal.ofAll(positive("--goal", goal)));
        }
        return goalPerVideo == null
                ? Optional.empty()
                : Optional.of(Goal.ofEachVideo(positive("--goal-per-video", goalPerVideo)));
    }

    private static int positive(String option, int frames) {
        if (frames < 1) {
            throw new UsageException(option + ": '" + frames + "' is not allowed; allowed: a whole number from 1");
        }
        return frames;
    }
}
