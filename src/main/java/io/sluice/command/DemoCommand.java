package io.sluice.command;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.world.DemoScript;
import io.sluice.world.FrameTruth;
import io.sluice.world.RenderedVideo;
import io.sluice.world.World;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The whole pipeline on a video that is rendered first, with models that come with the program. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Shows everything at work, without a network: renders a video of 24 seconds and makes a dataset of it,"
                        + " every stage with a starter model. The video, its truth and the recipe stay in WORK/demo; the dataset and a"
                        + " contact sheet are in OUT/demo.")
final class DemoCommand implements Callable<Integer> {
    private static final String RECIPE = "demo-recipe.yaml";
    private static final String NAME = "demo";

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        CompilerDirectives.apply();
        PrintStream out = System.out;
        Path place = Files.createDirectories(folders.work.resolve(NAME));
        String yaml = recipe();
        Files.writeString(place.resolve("recipe.yaml"), yaml);
        Path video = place.resolve("demo.mp4");
        if (!Files.exists(video)) {
            out.println("Rendering a video: " + video);
            render(video, place);
        }
        out.println("Making a dataset of it, by " + place.resolve("recipe.yaml"));
        Recipe recipe = RecipeReader.read(yaml, Map.of());
        return OneShot.run(
                folders,
                Map.of(),
                () -> Application.bean(DatasetRun.class)
                        .curate(recipe, List.of(video), folders.out, null, sheetFolder(recipe)));
    }

    /** Beside the pictures, or where the demo's video is if the pictures are in a bucket. */
    private Path sheetFolder(Recipe recipe) {
        return folders.out.bucket().isPresent()
                ? folders.work.resolve(NAME)
                : Path.of(folders.out.path()).resolve(recipe.dataset());
    }

    /** The recipe as the demo comes with it. */
    static String recipe() throws IOException {
        try (InputStream in = Objects.requireNonNull(DemoCommand.class.getResourceAsStream(RECIPE), RECIPE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The video gets its name when it is whole, after its truth. */
    private static void render(Path video, Path place) throws IOException {
        Path partial = place.resolve("demo.partial.mp4");
        RenderedVideo rendered = World.film(DemoScript.script(), DemoScript.WIDTH, DemoScript.HEIGHT, partial);
        JsonMapper json = JsonMapper.builder().build();
        StringBuilder lines = new StringBuilder();
        for (FrameTruth frame : rendered.truth()) {
            lines.append(json.writeValueAsString(frame)).append('\n');
        }
        Files.writeString(place.resolve("truth.jsonl"), lines);
        Files.move(partial, video, StandardCopyOption.ATOMIC_MOVE);
    }
}
