package io.sluice.stage.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Embedding;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Likeness;
import io.sluice.frame.VideoId;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.model.Model;
import io.sluice.model.ModelFiles;
import io.sluice.model.Models;
import io.sluice.model.RecipeRequirements;
import io.sluice.model.Role;
import io.sluice.model.embed.Embedders;
import io.sluice.onnx.ModelException;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeException;
import io.sluice.recipe.RecipeReader;
import io.sluice.recipe.Target;
import io.sluice.stage.FrameEmbeddings;
import io.sluice.stage.Measurement;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.Measurement.Unmeasurable;
import io.sluice.stage.ModelUse;
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
import java.util.Arrays;
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
        this.stage = stage(this.models);
    }

    private DetectStage stage(Models models) {
        FrameImages images = new FrameImages(store, 0);
        return new DetectStage(models, images, new FrameEmbeddings(models, store, images));
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
            DetectStage blind = stage(none);
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

    private Path embedders() throws IOException {
        Path embedders = folder.resolve("embedders");
        for (String name : Embedders.ALL) {
            Embedders.put(embedders, name);
        }
        return embedders;
    }

    private Frame frame(long ticks, Image image) {
        FrameId id = FrameId.of(VIDEO, 0, ticks, 0);
        ImageRef ref = store.put(id, "test", ImageCodec.png(image), ImageRef.PNG, image.width(), image.height());
        return new Frame(id, VIDEO, 0, ticks, ref, List.of());
    }

    private static List<Likeness> likenesses(Measurement measurement) {
        return ((Detections) ((Measured) measurement).annotation()).likenesses();
    }

    @Test
    void words_are_weighed_against_words_that_fit_every_picture() throws IOException {
        Frame frame = frame(1, Embedders.pattern(45, 23));
        Recipe recipe = recipe("detect: {like: [a red car, red dog]}");
        try (Models embedders = ModelFiles.open(embedders())) {
            Model<String, Embedding> reader = embedders.model(Role.TEXT_EMBED).orElseThrow();
            Embedding picture = embedders
                    .model(Role.IMAGE_EMBED)
                    .orElseThrow()
                    .infer(List.of(Embedders.pattern(45, 23)))
                    .get(0);

            List<Likeness> found =
                    likenesses(stage(embedders).measure(recipe, List.of(frame)).get(0));

            assertThat(found).extracting(Likeness::target).containsExactly("a red car", "red dog");
            for (Likeness likeness : found) {
                double own = Math.exp(100
                        * picture.cosine(
                                reader.infer(List.of(likeness.target())).get(0)));
                double neutral = reader.infer(Likenesses.NEUTRAL).stream()
                        .mapToDouble(word -> Math.exp(100 * picture.cosine(word)))
                        .sum();
                assertThat(likeness.score()).isCloseTo(own / (own + neutral), within(1e-4));
            }
        }
        assertThat(Likenesses.NEUTRAL).doesNotHaveDuplicates().hasSize(8);
    }

    @Test
    void words_that_fit_as_well_as_all_neutral_ones_together_have_a_likeness_of_a_half() {
        Embedding picture = Embedding.of(1, 0);
        // exp(100 * (0.9 - 0.9)) over itself and one other of the same cosine.
        float rest = (float) Math.sqrt(1 - 0.81);
        Likenesses even = new Likenesses(
                List.of(new Likenesses.Target("it", false, Embedding.of(0.9f, rest))),
                List.of(Embedding.of(0.9f, -rest)));
        assertThat(even.of(picture)).containsExactly(new Likeness("it", false, 0.5));
        // A cosine that is 0.01 higher is e times as much.
        float more = 0.91f;
        Likenesses better = new Likenesses(
                List.of(new Likenesses.Target("it", false, Embedding.of(more, (float) Math.sqrt(1 - more * more)))),
                List.of(Embedding.of(0.9f, -rest)));
        assertThat(better.of(picture).get(0).score()).isCloseTo(Math.E / (Math.E + 1), within(1e-3));
    }

    @Test
    void an_example_is_compared_by_cosine_whatever_its_name() throws IOException {
        Files.write(folder.resolve("example.png"), ImageCodec.png(Embedders.pattern(45, 23)));
        Recipe recipe = RecipeReader.read("detect: {like: [example.png]}", Map.of(), folder);
        Frame same = frame(1, Embedders.pattern(45, 23));
        Frame other = frame(2, Embedders.pattern(23, 40));
        try (Models embedders = ModelFiles.open(embedders())) {
            DetectStage stage = stage(embedders);
            List<Measurement> measured = stage.measure(recipe, List.of(same, other));

            assertThat(likenesses(measured.get(0)))
                    .containsExactly(new Likeness(recipe.detect().like().get(0).sha256(), true, 1.0));
            Frame unlike = ((Measured) measured.get(1)).applyTo(other);
            double cosine = likenesses(measured.get(1)).get(0).score();
            assertThat(cosine).isLessThan(0.8);
            assertThat(stage.judge(recipe, ((Measured) measured.get(0)).applyTo(same)))
                    .isEmpty();
            assertThat(stage.judge(recipe, unlike)).contains(new Rejection("no-target", cosine, 0.8));
            assertThat(stage.models(recipe))
                    .as("nobody reads where there are no words")
                    .extracting(ModelUse::role)
                    .containsExactly("detect");

            Files.copy(folder.resolve("example.png"), folder.resolve("renamed.png"));
            assertThat(stage.fingerprint(RecipeReader.read("detect: {like: [renamed.png]}", Map.of(), folder)))
                    .isEqualTo(stage.fingerprint(recipe));
            Files.write(folder.resolve("example.png"), ImageCodec.png(Embedders.pattern(23, 40)));
            assertThat(stage.fingerprint(RecipeReader.read("detect: {like: [example.png]}", Map.of(), folder)))
                    .isNotEqualTo(stage.fingerprint(recipe));
            assertThatThrownBy(() -> stage(embedders).measure(recipe, List.of(same)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("example.png' is another picture than when the recipe was read");
        }
    }

    @Test
    void a_frame_shows_the_target_if_it_is_like_one_at_least_and_has_the_object_where_one_is_asked_for() {
        Recipe recipe = recipe("detect: {like: [a, b], minLikeness: 0.6}");
        assertThat(stage.judge(recipe, withLikenesses(0.2, 0.6))).isEmpty();
        assertThat(stage.judge(recipe, withLikenesses(0.2, 0.5))).contains(new Rejection("no-target", 0.5, 0.6));
        assertThat(stage.judge(recipe, withLikenesses())).contains(new Rejection("no-target", 0, 0.6));
        assertThat(stage.judge(recipe("detect: {like: [a], contextShare: 1}"), withLikenesses(0.1)))
                .isEmpty();
        Recipe both = recipe("detect: {like: [a], target: [dog]}");
        assertThat(stage.judge(both, withLikenesses(0.9))).contains(new Rejection("no-target", 0, 0.4));
        assertThat(Target.isContext(both.detect(), withLikenesses(0.9))).isTrue();
        assertThat(Target.isContext(recipe.detect(), withLikenesses(0.7))).isFalse();
    }

    private static Frame withLikenesses(double... scores) {
        return withObjects()
                .with(new Detections(
                        "none",
                        List.of(),
                        Arrays.stream(scores)
                                .mapToObj(score -> new Likeness("x", false, score))
                                .toList()));
    }

    @Test
    void a_likeness_without_models_names_what_is_missing() throws IOException {
        Path embedders = embedders();
        Files.delete(embedders.resolve("tiny-clip-text.onnx"));
        Recipe words = recipe("detect: {like: [a red bicycle]}");
        try (Models none = ModelFiles.open(folder.resolve("none"));
                Models blind = ModelFiles.open(embedders)) {
            assertThat(RecipeRequirements.missing(words, none))
                    .singleElement()
                    .asString()
                    .contains("detect.like: 'a red bicycle' needs a model with the role image-embed")
                    .contains("models pull image-embed");
            assertThat(RecipeRequirements.missing(words, blind))
                    .singleElement()
                    .asString()
                    .contains("detect.like: 'a red bicycle' needs a model with the role text-embed")
                    .contains("its embeddings must compare with those of tiny (6 numbers)");
            assertThat(RecipeRequirements.missing(
                            recipe("embed: {image: none}\ndetect: {like: [x]}\nselect: {cosine: 0.9}"), blind))
                    .hasSize(2)
                    .allMatch(sentence -> sentence.contains("embed.image: 'none' is not allowed with it"));
            assertThat(RecipeRequirements.missing(recipe("aesthetic: {method: laion}"), blind))
                    .singleElement()
                    .asString()
                    .contains("aesthetic.method: 'laion' is not allowed")
                    .contains("there: tiny-head");
            assertThat(RecipeRequirements.missing(recipe("embed: {image: rex}"), blind))
                    .singleElement()
                    .asString()
                    .contains("embed.image: 'rex' is not allowed; allowed: auto, none and models");
            Files.writeString(folder.resolve("no.jpg"), "no picture");
            assertThat(RecipeRequirements.missing(
                            RecipeReader.read("detect: {like: [no.jpg]}", Map.of(), folder), blind))
                    .singleElement()
                    .asString()
                    .contains("no.jpg': 10 bytes are no picture");
        }
        assertThatThrownBy(() -> RecipeReader.read("detect: {like: [gone.jpg]}", Map.of(), folder))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(
                        "recipe: detect.like: 'gone.jpg' is not allowed; allowed: a picture that can be read")
                .hasMessageContaining(folder.toString());
        Files.write(folder.resolve("example.png"), ImageCodec.png(Embedders.pattern(8, 8)));
        Recipe read = RecipeReader.read("detect: {like: [example.png, a dog]}", Map.of(), folder);
        assertThat(RecipeReader.read(read.canonical(), Map.of()))
                .as("the canonical form needs no folder")
                .isEqualTo(read);
    }
}
