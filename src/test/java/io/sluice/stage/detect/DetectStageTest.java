package io.sluice.stage.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.VideoId;
import io.sluice.model.ModelFiles;
import io.sluice.model.Models;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.stage.Measurement;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.Measurement.Unmeasurable;
import io.sluice.stage.Rejection;
import io.sluice.stage.StageName;
import io.sluice.store.FolderFrameStore;
import io.sluice.store.FrameImages;
import io.sluice.store.FrameStore;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectStageTest {
    private static final VideoId VIDEO = new VideoId("ab".repeat(32));

    @TempDir
    Path folder;

    private FrameStore store;
    private Models models;
    private DetectStage stage;

    @BeforeEach
    void a_detector_that_sees_a_dog_and_a_cat_in_white_pictures() throws IOException {
        Path models = Files.createDirectory(folder.resolve("models"));
        Files.copy(ModelFiles.resource("/models/brightness.yaml"), models.resolve("brightness.yaml"));
        Files.copy(
                ModelFiles.resource("/io/sluice/onnx/brightness-yolox.onnx"), models.resolve("brightness-yolox.onnx"));
        this.store = new FolderFrameStore(folder.resolve("frames"));
        this.models = ModelFiles.open(models);
        this.stage = new DetectStage(this.models, new FrameImages(store, 0));
    }

    @AfterEach
    void close() {
        models.close();
    }

    private Frame frame(long ticks, Color colour) throws IOException {
        BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        var pen = image.createGraphics();
        pen.setColor(colour);
        pen.fillRect(0, 0, 32, 32);
        pen.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        FrameId id = FrameId.of(VIDEO, 0, ticks, 0);
        return new Frame(
                id, VIDEO, 0, ticks, store.put(id, "test", png.toByteArray(), ImageRef.PNG, 32, 32), List.of());
    }

    private static Recipe recipe(String yaml) {
        return RecipeReader.read(yaml, Map.of());
    }

    @Test
    void every_frame_gets_its_own_detections() throws IOException {
        Frame black = frame(1, Color.BLACK);
        Frame white = frame(2, Color.WHITE);

        List<Measurement> measured = stage.measure(recipe("detect: {target: [dog]}"), List.of(black, white));

        assertThat(stage.name()).isEqualTo(StageName.DETECT);
        assertThat(measured)
                .containsExactly(
                        new Measured(black.id(), new Detections("brightness", List.of())),
                        new Measured(
                                white.id(),
                                new Detections(
                                        "brightness",
                                        List.of(
                                                new Detection("dog", 0.9, new Box(8, 8, 24, 24)),
                                                new Detection("cat", 0.3, new Box(0, 0, 8, 8))))));
    }

    @Test
    void the_model_does_not_look_unless_the_recipe_asks() throws IOException {
        Frame white = frame(1, Color.WHITE);

        assertThat(stage.measure(recipe(""), List.of(white)))
                .containsExactly(new Measured(white.id(), new Detections("none", List.of())));
        assertThat(models.loaded()).isEmpty();
        assertThat(stage.measure(recipe("inpaint: {objects: [cat]}"), List.of(white)))
                .first()
                .isInstanceOfSatisfying(
                        Measured.class,
                        it -> assertThat(it.annotation())
                                .extracting(annotation -> ((Detections) annotation).model())
                                .isEqualTo("brightness"));
    }

    @Test
    void a_picture_that_is_gone_costs_its_own_frame_alone() throws IOException {
        Frame gone = frame(1, Color.WHITE);
        Frame there = frame(2, Color.BLACK);
        store.delete(gone.image());

        List<Measurement> measured = stage.measure(recipe("detect: {target: [dog]}"), List.of(gone, there));

        assertThat(measured.get(0)).isInstanceOfSatisfying(Unmeasurable.class, it -> {
            assertThat(it.frame()).isEqualTo(gone.id());
            assertThat(it.error()).contains("not in the frame store");
        });
        assertThat(measured.get(1)).isInstanceOf(Measured.class);
    }

    @Test
    void the_fingerprint_names_the_model_only_where_it_looks_and_no_threshold() {
        var without = stage.fingerprint(recipe(""));
        var with = stage.fingerprint(recipe("detect: {target: [dog]}"));

        assertThat(with).isNotEqualTo(without);
        assertThat(stage.fingerprint(recipe("detect: {target: [cat], minConfidence: 0.9, contextShare: 0.5}")))
                .isEqualTo(with);
        try (Models none = ModelFiles.open(folder.resolve("none"))) {
            DetectStage blind = new DetectStage(none, new FrameImages(store, 0));
            assertThat(blind.fingerprint(recipe("detect: {target: [dog]}"))).isEqualTo(without);
        }
    }

    private static Frame withObjects(Detection... objects) {
        return new Frame(
                        FrameId.of(VIDEO, 0, 7, 0),
                        VIDEO,
                        0,
                        0,
                        new ImageRef("k", 100, 100, ImageRef.PNG, 1, "00"),
                        List.of())
                .with(new Detections("brightness", List.of(objects)));
    }

    @Test
    void a_frame_without_the_target_is_rejected_with_its_best_confidence() {
        Recipe recipe = recipe("detect: {target: [dog], minConfidence: 0.4, minArea: 0.01}");
        Detection cat = new Detection("cat", 0.95, new Box(0, 0, 50, 50));

        assertThat(stage.judge(recipe, withObjects(cat))).contains(new Rejection("no-target", 0, 0.4));
        assertThat(stage.judge(
                        recipe,
                        withObjects(
                                cat,
                                new Detection("dog", 0.2, new Box(0, 0, 50, 50)),
                                new Detection("dog", 0.35, new Box(0, 0, 50, 50)))))
                .contains(new Rejection("no-target", 0.35, 0.4));
        assertThat(stage.judge(recipe, withObjects(new Detection("dog", 0.4, new Box(0, 0, 10, 10)))))
                .isEmpty();
        assertThat(stage.judge(recipe(""), withObjects())).isEmpty();
    }

    @Test
    void a_confident_target_that_is_too_small_is_rejected_by_its_share_of_the_picture() {
        Recipe recipe = recipe("detect: {target: [dog], minConfidence: 0.4, minArea: 0.01}");

        assertThat(stage.judge(recipe, withObjects(new Detection("dog", 0.9, new Box(0, 0, 5, 10)))))
                .contains(new Rejection("small-target", 0.005, 0.01));
    }

    @Test
    void a_share_of_frames_without_the_target_is_kept_as_context() {
        assertThat(stage.judge(recipe("detect: {target: [dog], contextShare: 1}"), withObjects()))
                .isEmpty();
    }
}
