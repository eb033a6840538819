package io.sluice.taste;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.frame.Embedding;
import io.sluice.model.EmbeddingSpace;
import io.sluice.model.Model;
import io.sluice.model.ModelFiles;
import io.sluice.model.ModelFolder;
import io.sluice.model.Models;
import io.sluice.model.RecipeRequirements;
import io.sluice.model.Role;
import io.sluice.model.embed.Embedders;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.Device;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.OnnxRuntime;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TasteHeadsTest {
    private static final EmbeddingSpace SPACE = new EmbeddingSpace(Optional.of("clip-vit-b-32"), 512);
    private static final Evidence EVIDENCE =
            new Evidence(40, 30, 2, 0, 3, "videos", 1, new Interval(0.5, 0.3, 0.7), 0.4, null, null, null, null, null);

    @TempDir
    Path folder;

    private final Raters raters = new Raters(512, 1.5, 1);
    private TasteHeads heads;

    @BeforeEach
    void open() {
        heads = heads(folder);
    }

    private static TasteHeads heads(Path folder) {
        return new TasteHeads(new ModelFolder(folder, Kinds.ALL), new OnnxRuntime(Device.CPU));
    }

    private LinearTaste taste(double constant) {
        float[] weights = new float[512];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) raters.taste[i];
        }
        return new LinearTaste(weights, (float) constant);
    }

    private String save(String name, LinearTaste taste) {
        return heads.save(name, taste, SPACE, EVIDENCE, List.of(raters.embedding(), raters.embedding()));
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void a_written_head_is_a_model_like_any_other_and_scores_as_it_was_trained() throws IOException {
        LinearTaste taste = taste(5.5);

        assertThat(save("rex", taste)).isEqualTo("taste-rex-1");

        assertThat(files(folder)).containsExactly("taste-rex-1.json", "taste-rex-1.onnx", "taste-rex-1.yaml");
        try (Models models = ModelFiles.open(folder)) {
            assertThat(models.manifest(Role.AESTHETIC))
                    .as("only where it is named")
                    .isEmpty();
            Model<Embedding, Double> head =
                    models.model(Role.AESTHETIC, "taste-rex-1").orElseThrow();
            for (int i = 0; i < 200; i++) {
                Embedding embedding = raters.embedding();
                assertThat(head.infer(List.of(embedding)).get(0)).isCloseTo(taste.score(embedding), within(1e-4));
            }
        }
        assertThat(heads.versions())
                .singleElement()
                .satisfies(version -> assertThat(version.evidence()).contains(EVIDENCE));
    }

    @Test
    void the_same_taste_gives_the_same_bytes() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        save("rex", taste(5.5));
        heads(other).save("rex", taste(5.5), SPACE, EVIDENCE, List.of(raters.embedding()));

        for (String file : files(other)) {
            assertThat(folder.resolve(file)).hasSameBinaryContentAs(other.resolve(file));
        }
    }

    @Test
    void a_version_is_never_written_again_and_the_newest_is_what_the_name_means() throws IOException {
        try (Models models = ModelFiles.open(folder)) {
            assertThat(fixed("taste-rex", models)).isEqualTo("taste-rex");
            for (int i = 1; i <= 9; i++) {
                save("rex", taste(i));
            }
            byte[] first = Files.readAllBytes(folder.resolve("taste-rex-1.onnx"));
            Files.writeString(folder.resolve("taste-rex-11.onnx"), "what a killed process has left");

            assertThat(save("rex", taste(12))).isEqualTo("taste-rex-12");

            assertThat(Files.readAllBytes(folder.resolve("taste-rex-1.onnx"))).isEqualTo(first);
            // The same Models as before the first version: nothing was started again.
            assertThat(fixed("taste-rex", models)).isEqualTo("taste-rex-12");
            assertThat(fixed("taste-rex-3", models)).isEqualTo("taste-rex-3");
            assertThat(fixed("auto", models)).isEqualTo("auto");
            Embedding any = raters.embedding();
            double third = models.model(Role.AESTHETIC, "taste-rex-3")
                    .orElseThrow()
                    .infer(List.of(any))
                    .get(0);
            double newest = models.model(Role.AESTHETIC, "taste-rex-12")
                    .orElseThrow()
                    .infer(List.of(any))
                    .get(0);
            assertThat(newest - third).isCloseTo(9, within(1e-4));
        }
    }

    private static String fixed(String method, Models models) {
        Recipe recipe = RecipeReader.read("", Map.of("aesthetic.method", method, "dataset", "rex"));
        Recipe fixed = RecipeRequirements.fixed(recipe, models);
        assertThat(fixed.dataset()).isEqualTo("rex");
        return fixed.aesthetic().method();
    }

    @Test
    void a_head_for_another_space_is_refused_and_both_are_named() throws IOException {
        Embedders.put(folder, "tiny-clip-image");
        save("rex", taste(5.5));
        try (Models models = ModelFiles.open(folder)) {
            Recipe recipe = RecipeReader.read("", Map.of("aesthetic.method", "taste-rex"));

            assertThat(RecipeRequirements.missing(RecipeRequirements.fixed(recipe, models), models))
                    .singleElement()
                    .asString()
                    .contains("aesthetic.method: 'taste-rex-1'", "clip-vit-b-32 (512 numbers)", "tiny (6 numbers)");
        }
    }

    @Test
    void a_file_that_would_not_score_as_trained_is_not_kept() throws IOException {
        LinearTaste broken = taste(Float.NaN);

        assertThatThrownBy(() -> save("rex", broken)).isInstanceOf(ModelException.class);

        assertThat(files(folder)).isEmpty();
    }

    @Test
    void names_that_would_pass_for_versions_are_refused() {
        for (String wrong : List.of("rex-3", "Rex", "", "a/b", "x".repeat(41))) {
            assertThatThrownBy(() -> TasteHeads.name(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + wrong + "'")
                    .hasMessageContaining("allowed");
        }
        assertThat(TasteHeads.name("rex-3d")).isEqualTo("rex-3d");
    }
}
