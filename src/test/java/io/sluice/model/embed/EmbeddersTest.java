package io.sluice.model.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.Assets;
import io.sluice.frame.Embedding;
import io.sluice.frame.NumpyVector;
import io.sluice.image.Image;
import io.sluice.model.EmbeddingSpace;
import io.sluice.model.Model;
import io.sluice.model.ModelFiles;
import io.sluice.model.Models;
import io.sluice.model.Role;
import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddersTest {
    @TempDir
    Path folder;

    private static JsonNode expected() throws IOException {
        return new ObjectMapper()
                .readTree(ModelFiles.resource("/io/sluice/model/embed/expected.json")
                        .toFile());
    }

    private static void assertEmbedding(Embedding found, JsonNode wanted, String what) {
        assertThat(found.size()).isEqualTo(wanted.size());
        for (int i = 0; i < wanted.size(); i++) {
            assertThat((double) found.value(i))
                    .as("%s, number %d", what, i)
                    .isCloseTo(wanted.path(i).asDouble(), within(1e-5));
        }
    }

    /** Each number of the picture has a weight of its own: another filter, crop, order of colours, mean or length is seen. */
    @ParameterizedTest
    @ValueSource(strings = {"tiny-clip-image.onnx", "tiny-clip-image-one.onnx"})
    void a_picture_is_scaled_cropped_and_normalised_as_clip_was_trained(String network) throws IOException {
        Embedders.put(folder, "tiny-clip-image", "tiny-clip-image.onnx", network);
        JsonNode wanted = expected().path("pictures");
        try (Models models = ModelFiles.open(folder)) {
            Model<Image, Embedding> encoder = models.model(Role.IMAGE_EMBED).orElseThrow();
            for (int[] size : new int[][] {{45, 23}, {23, 40}, {8, 8}, {5, 6}}) {
                String key = size[0] + "x" + size[1];
                assertEmbedding(
                        encoder.infer(List.of(Embedders.pattern(size[0], size[1])))
                                .get(0),
                        wanted.path(key),
                        key);
            }
            List<Embedding> two = encoder.infer(List.of(Embedders.pattern(23, 40), Embedders.pattern(45, 23)));
            assertEmbedding(two.get(1), wanted.path("45x23"), "second of a batch");
            assertThat(models.manifest(Role.IMAGE_EMBED).orElseThrow().space())
                    .contains(new EmbeddingSpace(Optional.of("tiny"), 6));
        }
    }

    /** Each token has a weight of its own at each place, and what is read is what stands at the first end. */
    @ParameterizedTest
    @ValueSource(strings = {"tiny-clip-text.onnx", "tiny-clip-text-fixed.onnx"})
    void a_text_becomes_the_tokens_that_clip_reads_and_never_loses_its_end(String network) throws IOException {
        Embedders.put(folder, "tiny-clip-text", "tiny-clip-text.onnx", network);
        JsonNode wanted = expected().path("texts");
        assertThat(wanted.size()).isEqualTo(4);
        try (Models models = ModelFiles.open(folder)) {
            Model<String, Embedding> encoder = models.model(Role.TEXT_EMBED).orElseThrow();
            wanted.fieldNames()
                    .forEachRemaining(text -> assertEmbedding(
                            encoder.infer(List.of("a dog", text)).get(1), wanted.path(text), text));
        }
    }

    @ParameterizedTest
    @CsvSource({"tiny-head.onnx, linear", "tiny-head-linear.pth, linear", "tiny-head-improved.pth, improved"})
    void a_head_is_a_network_or_the_weights_as_they_are_published(String file, String head) throws IOException {
        Embedders.put(folder, "tiny-head", "tiny-head.onnx", file);
        JsonNode expected = expected();
        try (Models models = ModelFiles.open(folder)) {
            Model<Embedding, Double> scorer = models.model(Role.AESTHETIC).orElseThrow();
            expected.path("scores").fieldNames().forEachRemaining(key -> {
                JsonNode numbers = expected.path("pictures").path(key);
                float[] vector = new float[numbers.size()];
                for (int i = 0; i < vector.length; i++) {
                    // Twice as long: the length of a vector says nothing.
                    vector[i] = (float) (2 * numbers.path(i).asDouble());
                }
                assertThat(scorer.infer(List.of(Embedding.of(vector))).get(0))
                        .as(key)
                        .isCloseTo(expected.path("scores").path(key).path(head).asDouble(), within(1e-5));
            });
        }
    }

    @Test
    void a_head_keeps_to_the_range_that_its_manifest_states() throws IOException {
        Embedders.put(
                folder,
                "tiny-head",
                "tiny-head.onnx",
                "tiny-head-linear.pth",
                "space: tiny",
                "space: tiny\noutput: { low: 4, high: 6 }");
        try (Models models = ModelFiles.open(folder)) {
            Model<Embedding, Double> scorer = models.model(Role.AESTHETIC).orElseThrow();
            // The weight of number 1 is 4 sin(2.0) = 3.6, the constant 5.
            assertThat(scorer.infer(List.of(Embedding.of(0, 1, 0, 0, 0, 0), Embedding.of(0, -1, 0, 0, 0, 0))))
                    .containsExactly(6.0, 4.0);
        }
    }

    @Test
    void laions_heads_agree_with_their_reference_scores() throws IOException {
        JsonNode scores = new ObjectMapper()
                .readTree(
                        Assets.path("refs/laion-aesthetic/expected_scores.json").toFile());
        ModelFiles.put(folder, "laion-v1-b-32", "aesthetic/laion_aesthetic_v1_vit_b_32_linear.onnx");
        try (Models models = ModelFiles.open(folder)) {
            Model<Embedding, Double> head = models.model(Role.AESTHETIC).orElseThrow();
            double before = -10;
            for (int rating = 0; rating < 10; rating++) {
                Embedding embedding = NumpyVector.read(
                        Assets.path("refs/laion-aesthetic/vit_b_32_embeddings/rating" + rating + ".npy"));
                double score = head.infer(List.of(embedding)).get(0);

                assertThat(score)
                        .as("rating %d", rating)
                        .isCloseTo(
                                scores.path("b_32/rating" + rating)
                                        .path("score_l2")
                                        .asDouble(),
                                within(1e-4));
                assertThat(score).isGreaterThan(before);
                before = score;
            }
        }
    }

    /** What they say of a basis vector is its weight and the constant. */
    @ParameterizedTest
    @CsvSource({
        "laion_aesthetic_v1_vit_l_14_linear.onnx, 0",
        "improved_aesthetic_sac_logos_ava1_l14_collapsed.onnx, 17.995624776433647"
    })
    void heads_for_the_large_clip_read_768_numbers(String file, double length) throws IOException {
        ModelFiles.put(folder, "laion-v1-b-32", "aesthetic/" + file);
        Path manifest = folder.resolve("laion-v1-b-32.yaml");
        Files.writeString(
                manifest,
                Files.readString(manifest)
                        .replace("laion_aesthetic_v1_vit_b_32_linear.onnx", file)
                        .replace("512", "768"));
        try (Models models = ModelFiles.open(folder)) {
            Model<Embedding, Double> head = models.model(Role.AESTHETIC).orElseThrow();
            double squares = 0;
            for (int i = 0; i < 768; i++) {
                float[] basis = new float[768];
                basis[i] = 1;
                double up = head.infer(List.of(Embedding.of(basis))).get(0);
                basis[i] = -1;
                double down = head.infer(List.of(Embedding.of(basis))).get(0);
                squares += (up - down) * (up - down) / 4;
            }
            assertThat(Math.sqrt(squares)).isPositive();
            if (length > 0) {
                // model-contracts.md and expected_scores.json: |w| = 17.995625
                assertThat(Math.sqrt(squares)).isCloseTo(length, within(1e-3));
            }
            assertThatThrownBy(() -> head.infer(List.of(Embedding.of(1, 2))))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("reads embeddings of 768 numbers, and was given one of 2");
        }
    }

    @Test
    void weights_of_another_shape_or_type_are_refused() throws IOException {
        Embedders.put(folder, "tiny-head", "tiny-head.onnx", "tiny-head-double.pth");
        try (Models models = ModelFiles.open(folder)) {
            assertThatThrownBy(() -> models.model(Role.AESTHETIC))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("tiny-head-double.pth' have numbers of type Double; expected: Float");
        }
        Embedders.put(folder, "tiny-head", "tiny-head.onnx", "tiny-head-improved.pth", "size: 6", "size: 7");
        try (Models models = ModelFiles.open(folder)) {
            assertThatThrownBy(() -> models.model(Role.AESTHETIC))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("are not those of linear layers from 7 numbers to one")
                    .hasMessageContaining("[30, 5, 20, 4, 4, 1]");
        }
        Files.writeString(folder.resolve("none.pth"), "no weights", StandardCharsets.UTF_8);
        Embedders.put(folder, "tiny-head", "tiny-head.onnx", "none.pth");
        try (Models models = ModelFiles.open(folder)) {
            assertThatThrownBy(() -> models.model(Role.AESTHETIC))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("none.pth' cannot be read as PyTorch saves them");
        }
    }

    @Test
    void an_answer_without_a_direction_is_an_error_that_says_so() throws IOException {
        Embedders.put(folder, "tiny-clip-image", "tiny-clip-image.onnx", "tiny-clip-image-broken.onnx");
        try (Models models = ModelFiles.open(folder)) {
            Model<Image, Embedding> encoder = models.model(Role.IMAGE_EMBED).orElseThrow();
            assertThatThrownBy(() -> encoder.infer(List.of(Embedders.pattern(8, 8))))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("model 'tiny-clip-image' gave a picture no embedding that can be used")
                    .hasMessageContaining("finite numbers are required");
        }
        assertThatThrownBy(() -> Embedding.of(0, 0)).hasMessageContaining("a direction is required");
        assertThatThrownBy(() -> Embedding.of()).hasMessageContaining("a direction is required");
    }

    @Test
    void networks_of_other_tensors_are_refused() throws IOException {
        Embedders.put(folder, "tiny-clip-image", "tiny-clip-image.onnx", "tiny-head.onnx");
        Embedders.put(folder, "tiny-clip-text", "tiny-clip-text.onnx", "tiny-clip-image.onnx");
        Embedders.put(folder, "tiny-head", "size: 6", "size: 512");
        try (Models models = ModelFiles.open(folder)) {
            assertThatThrownBy(() -> models.model(Role.IMAGE_EMBED))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("expected float32 [1,3,8,8], found float32 [?,6]");
            assertThatThrownBy(() -> models.model(Role.TEXT_EMBED))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("expected input 'input_ids' int64 [1,?]");
            assertThatThrownBy(() -> models.model(Role.AESTHETIC))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("expected float32 [1,512], found float32 [?,6]");
        }
    }

    @Test
    void only_models_of_one_space_go_together() throws IOException {
        Embedders.ALL.forEach(name -> {
            try {
                Embedders.put(folder, name);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        // Better, and of another space.
        Embedders.put(
                folder.resolve("other"),
                "tiny-head",
                "id: tiny-head",
                "id: other-head\npriority: 9",
                "space: tiny",
                "space: other");
        EmbeddingSpace tiny = new EmbeddingSpace(Optional.of("tiny"), 6);
        try (Models models = ModelFiles.open(folder)) {
            assertThat(models.manifest(Role.AESTHETIC).orElseThrow().id()).isEqualTo("other-head");
            assertThat(models.fitting(Role.AESTHETIC, Models.AUTO, tiny)).contains("tiny-head");
            assertThat(models.fitting(Role.TEXT_EMBED, Models.AUTO, tiny)).contains("tiny-clip-text");
            assertThat(models.fitting(Role.AESTHETIC, Models.AUTO, new EmbeddingSpace(Optional.empty(), 6)))
                    .as("a space without a name goes with all of its size")
                    .contains("other-head");
            assertThat(models.fitting(Role.AESTHETIC, Models.AUTO, new EmbeddingSpace(Optional.of("tiny"), 7)))
                    .isEmpty();
            assertThatThrownBy(() -> models.fitting(Role.AESTHETIC, "other-head", tiny))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("embeddings of other (6 numbers), which do not compare with those of tiny");
            models.warmUp();
        }
    }
}
