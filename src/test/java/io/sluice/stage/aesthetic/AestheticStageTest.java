package io.sluice.stage.aesthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.image.Image;
import io.sluice.model.Model;
import io.sluice.model.ModelFiles;
import io.sluice.model.Models;
import io.sluice.model.embed.Embedders;
import io.sluice.recipe.Recipe;
import io.sluice.stage.Footage;
import io.sluice.stage.FrameEmbeddings;
import io.sluice.stage.Measurement;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.Measurement.Unmeasurable;
import io.sluice.stage.ModelUse;
import io.sluice.stage.Rejection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AestheticStageTest {
    private static final Recipe RECIPE = Footage.recipe("");

    @TempDir
    Path folder;

    private Footage footage;

    private Path modelFolder;
    private Models models;

    @BeforeEach
    void open() throws IOException {
        footage = new Footage(folder.resolve("frames"));
        modelFolder = Files.createDirectory(folder.resolve("models"));
        models = ModelFiles.open(modelFolder);
    }

    @AfterEach
    void close() {
        models.close();
    }

    private AestheticStage stage(Model<Image, Double> builtIn) {
        return new AestheticStage(
                footage.images, builtIn, models, new FrameEmbeddings(models, footage.store, footage.images));
    }

    private void addModels(String... names) throws IOException {
        for (String name : names) {
            Embedders.put(modelFolder, name);
        }
        models.close();
        models = ModelFiles.open(modelFolder);
    }

    private static JsonNode expected() throws IOException {
        return new ObjectMapper()
                .readTree(ModelFiles.resource("/io/sluice/model/embed/expected.json")
                        .toFile());
    }

    @Test
    void the_built_in_measure_gives_a_score_and_a_hash() {
        Frame frame = footage.jpeg(Footage.pattern(160, 120));
        AestheticScore score = (AestheticScore)
                measured(stage(new PhotographicQuality()), frame).annotation();

        assertThat(score.scorer()).isEqualTo("photographic-quality");
        assertThat(score.score()).isBetween(1.0, 10.0);
        assertThat(score.perceptualHash()).matches("[0-9a-f]{16}");
    }

    @Test
    void another_scorer_takes_its_place_and_changes_the_fingerprint() {
        AestheticStage stage = stage(new Constant(6.123456));
        Frame frame = footage.png(Footage.pattern(160, 120));

        assertThat(measured(stage, frame).annotation()).isInstanceOfSatisfying(AestheticScore.class, score -> {
            assertThat(score.scorer()).isEqualTo("constant");
            assertThat(score.score()).isEqualTo(6.1235);
        });
        assertThat(stage.fingerprint(RECIPE))
                .isNotEqualTo(stage(new PhotographicQuality()).fingerprint(RECIPE));
    }

    @Test
    void only_a_threshold_rejects() {
        AestheticStage stage = stage(new Constant(4));
        Frame frame = footage.png(Footage.pattern(32, 32));
        Frame scored = measured(stage, frame).applyTo(frame);

        assertThat(stage.judge(RECIPE, scored)).isEmpty();
        assertThat(stage.judge(Footage.recipe("aesthetic: {threshold: 4}"), scored))
                .isEmpty();
        assertThat(stage.judge(Footage.recipe("aesthetic: {threshold: 4.5}"), scored))
                .contains(new Rejection("unaesthetic", 4, 4.5));
        assertThat(stage.score(scored)).hasValue(4.0);
    }

    @Test
    void a_missing_picture_costs_its_own_frame_alone() {
        List<Measurement> measurements = stage(new Constant(4))
                .measure(RECIPE, List.of(footage.missing(), footage.png(Footage.pattern(32, 32))));

        assertThat(measurements.get(0)).isInstanceOf(Unmeasurable.class);
        assertThat(measurements.get(1)).isInstanceOf(Measured.class);
    }

    @Test
    void a_head_scores_the_embedding_which_is_kept_with_the_picture() throws IOException {
        addModels("tiny-clip-image", "tiny-clip-text", "tiny-head");
        AestheticStage stage = stage(new Constant(4));
        Frame frame = footage.png(Embedders.pattern(23, 40));

        AestheticScore score = (AestheticScore) measured(stage, frame).annotation();

        assertThat(score.scorer()).isEqualTo("tiny-head");
        assertThat(score.score())
                .isCloseTo(
                        expected().path("scores").path("23x40").path("linear").asDouble(), within(1e-4));
        Embedding kept = footage.store
                .embedding(frame.image(), new Fingerprint(score.embedding()))
                .orElseThrow();
        assertThat((double) kept.value(0))
                .isCloseTo(expected().path("pictures").path("23x40").path(0).asDouble(), within(1e-5));
        assertThat(stage.models(RECIPE))
                .extracting(ModelUse::role, ModelUse::id)
                .containsExactly(tuple("image-embed", "tiny-clip-image"), tuple("aesthetic", "tiny-head"));
    }

    @Test
    void without_a_head_for_the_encoder_the_built_in_measure_scores_and_the_embedding_is_kept() throws IOException {
        Embedders.put(modelFolder, "tiny-head", "space: tiny", "space: other");
        addModels("tiny-clip-image");
        Frame frame = footage.png(Embedders.pattern(45, 23));

        AestheticScore score =
                (AestheticScore) measured(stage(new Constant(4)), frame).annotation();

        assertThat(score.scorer()).isEqualTo("constant");
        assertThat(score.embedding()).isNotEmpty();
        Recipe blind = Footage.recipe("embed: {image: none}");
        assertThat(((Measured) stage(new Constant(4))
                                .measure(blind, List.of(frame))
                                .get(0))
                        .annotation())
                .isEqualTo(new AestheticScore("constant", 4, score.perceptualHash(), ""));
    }

    @Test
    void a_score_is_cut_to_ten() throws IOException {
        Files.copy(
                ModelFiles.resource("/io/sluice/model/embed/tiny-head-improved.pth"),
                modelFolder.resolve("improved.pth"));
        Embedders.put(modelFolder, "tiny-head", "tiny-head.onnx", "improved.pth");
        addModels("tiny-clip-image");
        double raw = expected().path("scores").path("45x23").path("improved").asDouble();
        assertThat(raw < 0 || raw > 10).isTrue();

        AestheticScore score = (AestheticScore) measured(stage(new Constant(4)), footage.png(Embedders.pattern(45, 23)))
                .annotation();

        assertThat(score.score()).isEqualTo(raw < 0 ? 0 : 10);
    }

    @Test
    void another_head_reads_the_kept_embedding_and_the_encoder_does_not_run_again() throws IOException {
        addModels("tiny-clip-image", "tiny-head");
        Frame frame = footage.png(Embedders.pattern(45, 23));
        Fingerprint first = stage(new Constant(4)).fingerprint(RECIPE);
        AestheticScore before =
                (AestheticScore) measured(stage(new Constant(4)), frame).annotation();
        // What nobody would make of this picture: if the next head reads it, it was not made again.
        footage.store.putEmbedding(frame.image(), new Fingerprint(before.embedding()), Embedding.of(0, 1, 0, 0, 0, 0));
        Files.copy(
                ModelFiles.resource("/io/sluice/model/embed/tiny-head-linear.pth"),
                modelFolder.resolve("tiny-head-linear.pth"));
        Embedders.put(modelFolder, "tiny-head", "tiny-head.onnx", "tiny-head-linear.pth");
        addModels();

        AestheticScore after =
                (AestheticScore) measured(stage(new Constant(4)), frame).annotation();

        assertThat(stage(new Constant(4)).fingerprint(RECIPE)).isNotEqualTo(first);
        assertThat(after.embedding()).isEqualTo(before.embedding());
        // The weight of number 1 is 4 sin(2.0), the constant 5.
        assertThat(after.score()).isCloseTo(5 + 4 * Math.sin(2), within(1e-3));
    }

    @Test
    void the_fingerprint_changes_with_whatever_makes_score_or_embedding() throws IOException {
        addModels("tiny-clip-image", "tiny-head");
        AestheticStage stage = stage(new Constant(4));
        Set<Fingerprint> different = new HashSet<>(List.of(
                stage.fingerprint(RECIPE),
                stage.fingerprint(Footage.recipe("aesthetic: {method: photographic-quality}")),
                stage.fingerprint(Footage.recipe("embed: {image: none}"))));
        assertThat(stage.fingerprint(
                        Footage.recipe("aesthetic: {method: tiny-head, threshold: 3}\nselect: {cosine: 0.5}")))
                .as("neither thresholds nor how a model was chosen")
                .isEqualTo(stage.fingerprint(RECIPE));
        Embedders.put(modelFolder, "tiny-clip-image", "0.48145466", "0.5");
        addModels();
        different.add(stage(new Constant(4)).fingerprint(RECIPE));
        assertThat(different).hasSize(4);
    }

    private static Measured measured(AestheticStage stage, Frame frame) {
        return (Measured) stage.measure(RECIPE, List.of(frame)).get(0);
    }

    private record Constant(double score) implements Model<Image, Double> {
        @Override
        public List<Double> infer(List<Image> batch) {
            return batch.stream().map(image -> score).toList();
        }

        @Override
        public String id() {
            return "constant";
        }

        @Override
        public String sha256() {
            return "c0".repeat(32);
        }
    }
}
