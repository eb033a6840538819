package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.image.Image;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.ModelException;
import io.sluice.recipe.RecipeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsTest {
    @TempDir
    Path folder;

    static Image grey(int side, int level) {
        byte[] bgr = new byte[3 * side * side];
        Arrays.fill(bgr, (byte) level);
        return new Image(side, side, bgr);
    }

    private void brightness(String to, String... changes) throws IOException {
        Path place = Files.createDirectories(folder.resolve(to));
        String yaml = Files.readString(ModelFiles.resource("/models/brightness.yaml"));
        for (int i = 0; i < changes.length; i += 2) {
            yaml = yaml.replace(changes[i], changes[i + 1]);
        }
        Files.writeString(place.resolve("brightness.yaml"), yaml);
        Files.copy(
                ModelFiles.resource("/io/sluice/onnx/brightness-yolox.onnx"), place.resolve("brightness-yolox.onnx"));
    }

    @Test
    void without_models_every_role_is_empty() {
        try (Models models = ModelFiles.open(folder.resolve("none"))) {
            assertThat(models.model(Role.DETECT)).isEmpty();
            assertThat(models.model(Role.TEXT_DETECT)).isEmpty();
            assertThat(models.sha256(Role.DETECT)).isEmpty();
            models.warmUp();
            assertThat(models.loaded()).isEmpty();
        }
    }

    @Test
    void a_detector_answers_in_pixels_of_each_picture_of_the_batch() throws IOException {
        brightness("");
        try (Models models = ModelFiles.open(folder)) {
            List<List<Detection>> found =
                    models.model(Role.DETECT).orElseThrow().infer(List.of(grey(32, 0), grey(64, 255)));

            assertThat(found)
                    .containsExactly(
                            List.of(),
                            List.of(
                                    new Detection("dog", 0.9, new Box(16, 16, 48, 48)),
                                    new Detection("cat", 0.3, new Box(0, 0, 16, 16))));
        }
    }

    @Test
    void a_text_detector_answers_for_pictures_of_any_size() throws IOException {
        Files.copy(ModelFiles.resource("/models/blue-text.yaml"), folder.resolve("blue-text.yaml"));
        Files.copy(ModelFiles.resource("/io/sluice/onnx/blue-text.onnx"), folder.resolve("blue-text.onnx"));
        byte[] bgr = new byte[3 * 64 * 96];
        for (int y = 20; y < 30; y++) {
            for (int x = 10; x < 60; x++) {
                bgr[3 * (y * 64 + x)] = (byte) 255;
            }
        }
        try (Models models = ModelFiles.open(folder)) {
            Model<Image, List<TextRegion>> detector =
                    models.model(Role.TEXT_DETECT).orElseThrow();

            assertThat(detector.infer(List.of(grey(32, 0))).get(0)).isEmpty();
            List<TextRegion> found =
                    detector.infer(List.of(new Image(64, 96, bgr))).get(0);
            assertThat(found).hasSize(1);
            assertThat(found.get(0).bounds().iou(new Box(10 - 7, 20 - 7, 60 + 7, 30 + 7)))
                    .isGreaterThan(0.9);
        }
    }

    @Test
    void a_session_is_created_once_and_only_for_the_roles_that_are_asked_for() throws IOException {
        brightness("");
        try (Models models = ModelFiles.open(folder)) {
            String sha256 = models.sha256(Role.DETECT).orElseThrow();
            models.warmUp(List.of(Role.TEXT_DETECT));
            assertThat(models.loaded()).isEmpty();
            models.warmUp();

            assertThat(models.loaded()).containsExactly(new LoadedModel("detect", "brightness", sha256, "cpu"));
            assertThat(models.model(Role.DETECT).orElseThrow())
                    .isSameAs(models.model(Role.DETECT).orElseThrow());
            models.close();
            models.close();
        }
    }

    @Test
    void the_highest_priority_wins_then_the_first_id_and_a_model_without_its_file_does_not_count() throws IOException {
        brightness("b", "id: brightness", "id: b");
        brightness("a", "id: brightness", "id: a");
        assertThat(new ModelFolder(folder, Kinds.ALL)
                        .find(Role.DETECT)
                        .orElseThrow()
                        .id())
                .isEqualTo("a");

        brightness("z", "id: brightness", "id: z\npriority: 1");
        assertThat(new ModelFolder(folder, Kinds.ALL)
                        .find(Role.DETECT)
                        .orElseThrow()
                        .id())
                .isEqualTo("z");

        Files.delete(folder.resolve("z/brightness-yolox.onnx"));
        assertThat(new ModelFolder(folder, Kinds.ALL)
                        .find(Role.DETECT)
                        .orElseThrow()
                        .id())
                .isEqualTo("a");
    }

    @Test
    void two_manifests_with_one_id_are_an_error() throws IOException {
        brightness("a");
        brightness("b");
        assertThatThrownBy(() -> new ModelFolder(folder, Kinds.ALL).manifests())
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("have the same id 'brightness'");
    }

    @Test
    void a_file_with_another_digest_is_an_error_when_it_is_used() throws IOException {
        brightness("", "licence:", "sha256: " + "0f".repeat(32) + "\nlicence:");
        try (Models models = ModelFiles.open(folder)) {
            assertThatThrownBy(() -> models.model(Role.DETECT))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("brightness-yolox.onnx")
                    .hasMessageContaining("expected SHA-256 " + "0f".repeat(32) + ", found ");
        }
    }

    @Test
    void labels_that_do_not_fit_the_networks_classes_are_an_error_when_it_is_loaded() throws IOException {
        brightness("", "[dog, cat]", "[dog, cat, bird]");
        try (Models models = ModelFiles.open(folder)) {
            assertThatThrownBy(() -> models.model(Role.DETECT))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("output 'output': expected float32 [1,21,8], found float32 [1,21,7]");
        }
    }

    @Test
    void a_recipe_is_told_what_it_misses_and_how_to_get_it() throws IOException {
        var recipe = RecipeReader.read("{detect: {target: [dog]}, inpaint: {objects: [wolf], text: true}}", Map.of());
        try (Models models = ModelFiles.open(folder)) {
            assertThat(RecipeRequirements.missing(recipe, models))
                    .containsExactly(
                            "detect.target: 'dog' needs a model with the role detect, and there is none in '" + folder
                                    + "'; get one with: models pull detect, or add your own with: models add MANIFEST",
                            "inpaint.objects: 'wolf' needs a model with the role detect, and there is none in '"
                                    + folder
                                    + "'; get one with: models pull detect, or add your own with: models add MANIFEST",
                            "inpaint.text: 'true' needs a model with the role text-detect, and there is none in '"
                                    + folder
                                    + "'; get one with: models pull text-detect, or add your own with: models add MANIFEST");
            assertThat(RecipeRequirements.missing(RecipeReader.read("", Map.of()), models))
                    .isEmpty();
        }
        brightness("");
        try (Models models = ModelFiles.open(folder)) {
            assertThat(RecipeRequirements.missing(recipe, models))
                    .hasSize(2)
                    .first()
                    .asString()
                    .startsWith("inpaint.objects: 'wolf' is no label of model 'brightness'; allowed: dog, cat;");
        }
    }
}
