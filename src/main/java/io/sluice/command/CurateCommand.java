package io.sluice.command;

import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One shot: these videos become this dataset. */
@Command(
        name = "curate",
        mixinStandardHelpOptions = true,
        description =
                "Makes a dataset of videos. A second run over the same work folder goes on where the first stopped.",
        footer = {
            "",
            "Exit codes: 0 every video completed, 1 some video failed, 2 wrong usage or recipe, 3 internal error.",
            "",
            "Example: curate holiday.mp4 --dataset rex --set caption.trigger=rex --set extract.maxFps=1"
        })
final class CurateCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "VIDEO|FOLDER",
            arity = "1..*",
            description = "Videos, and folders that are searched for videos.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> inputs;

    @Option(names = "--recipe", paramLabel = "FILE", description = "What the dataset should be, YAML.")
    private @Nullable Path recipe;

    @Option(
            names = "--set",
            paramLabel = "key=value",
            description = "A setting of the recipe, as in blur.keepSharpest=0.8; wins over --recipe. May be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--dataset", paramLabel = "NAME", description = "Name of the dataset; wins over the recipe.")
    private @Nullable String dataset;

    @Option(names = "--report", paramLabel = "FILE", description = "Also writes the report, JSON, to this file.")
    private @Nullable Path report;

    @Option(
            names = "--contact-sheet",
            paramLabel = "FOLDER",
            description =
                    "Also writes contact-sheet.html and contact-sheet.png to this folder: kept frames with captions,"
                            + " others with reasons.")
    private @Nullable Path contactSheet;

    @Option(
            names = "--until",
            paramLabel = "select",
            description = "Rests after select, for you to look at what came through; go on with: continue DATASET.")
    private @Nullable Until until;

    @Mixin
    private final Folders folders = new Folders();

    /** Steps after which a run can rest. */
    enum Until {
        SELECT
    }

    @Override
    public Integer call() throws Exception {
        Recipe read = readRecipe();
        List<Path> videos = VideoFiles.find(inputs);
        return OneShot.run(
                folders,
                Map.of("sluice.rest-after-select", String.valueOf(until == Until.SELECT)),
                () -> Application.bean(DatasetRun.class).curate(read, videos, folders.out, report, contactSheet));
    }

    private Recipe readRecipe() throws IOException {
        String yaml = "";
        if (recipe != null) {
            if (!Files.isReadable(recipe)) {
                throw new UsageException("--recipe: file '" + recipe + "' cannot be read");
            }
            yaml = Files.readString(recipe);
        }
        Map<String, String> all = new LinkedHashMap<>(settings);
        if (dataset != null) {
            all.put("dataset", dataset);
        }
        Path folder = recipe == null ? null : recipe.toAbsolutePath().getParent();
        return RecipeReader.read(yaml, all, folder == null ? Path.of("") : folder);
    }
}
