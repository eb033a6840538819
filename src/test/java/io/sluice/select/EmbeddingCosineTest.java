package io.sluice.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.AestheticScore;
import io.sluice.frame.Annotation;
import io.sluice.frame.Embedding;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.VideoId;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.stage.Rejection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingCosineTest {
    private static final VideoId VIDEO = new VideoId("aa".repeat(32));
    private final Random random = new Random(11);
    private final Map<FrameId, Embedding> kept = new HashMap<>();
    private final List<Frame> frames = new ArrayList<>();

    /** Frames of other hashes, each worse than the one before. */
    private Frame frame(float... vector) {
        FrameId id = FrameId.of(VIDEO, 0, frames.size(), 0);
        Frame frame = new Frame(
                id,
                VIDEO,
                0,
                frames.size(),
                new ImageRef("k", 100, 100, ImageRef.PNG, 1, "00"),
                List.of(new AestheticScore(
                        "s", 10 - frames.size() / 1e4, String.format("%016x", random.nextLong()), "model")));
        frames.add(frame);
        if (vector.length > 0) {
            kept.put(id, Embedding.of(vector));
        }
        return frame;
    }

    private Map<FrameId, Rejection> rejections(String yaml) {
        Recipe recipe = RecipeReader.read(yaml, Map.of());
        Selector selector = new Selector(
                new PerceptualHash(), new EmbeddingCosine(frame -> Optional.ofNullable(kept.get(frame.id()))));
        return selector.select(recipe, frames).stream()
                .filter(decision -> !decision.isKept())
                .collect(Collectors.toMap(
                        Decision::frame, decision -> decision.rejection().orElseThrow()));
    }

    @Test
    void what_shows_the_same_is_rejected_by_a_threshold_of_its_own() {
        frame(1, 0);
        Frame same = frame(0.97f, (float) Math.sqrt(1 - 0.97 * 0.97));
        frame(0.5f, (float) Math.sqrt(0.75));

        assertThat(rejections("")).containsExactly(Map.entry(same.id(), new Rejection("same-content", 0.97, 0.96)));
        assertThat(rejections("select: {cosine: 0.971}")).isEmpty();
        assertThat(rejections("select: {similarity: 1, cosine: 0.97}")).containsOnlyKeys(same.id());
        assertThat(rejections("select: {cosine: 0.5}")).hasSize(2);
    }

    @Test
    void likeness_is_not_passed_on_along_a_chain() {
        double step = Math.acos(0.97);
        frame(1, 0);
        Frame between = frame((float) Math.cos(step), (float) Math.sin(step));
        frame((float) Math.cos(2 * step), (float) Math.sin(2 * step));

        assertThat(rejections("")).containsOnlyKeys(between.id());
    }

    @Test
    void a_frame_without_an_embedding_is_compared_by_its_hash_alone() {
        frame();
        frame(1, 0);
        frame();
        Frame same = frame(1, 0);

        assertThat(rejections("")).containsOnlyKeys(same.id());
        assertThat(rejections("select: {similarity: 0.0}"))
                .hasSize(3)
                .allSatisfy((id, rejection) -> assertThat(rejection.reason()).isEqualTo("near-duplicate"));
    }

    @Test
    void embeddings_of_two_models_are_an_error_that_names_the_frame() {
        frame(1, 0);
        Frame other = frame(1, 0, 0);
        assertThatThrownBy(() -> rejections(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(other.id().value())
                .hasMessageContaining("embedding of 3 numbers is not allowed; allowed: 2");
    }

    /** Sizes that are no multiple of what is taken at once, and more frames than a block and a group hold. */
    @ParameterizedTest
    @CsvSource({"5, 300, 0.9", "37, 700, 0.8", "64, 1500, 0.7", "130, 1100, 0.95", "512, 400, 0.6"})
    void blocks_find_what_comparing_each_pair_finds(int size, int count, double threshold) {
        List<float[]> centres = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] vector = new float[size];
            if (i % 3 > 0 && !centres.isEmpty()) {
                float[] centre = centres.get(random.nextInt(centres.size()));
                for (int d = 0; d < size; d++) {
                    vector[d] = centre[d] + (float) (random.nextGaussian() * random.nextInt(3) / 3);
                }
            } else {
                for (int d = 0; d < size; d++) {
                    vector[d] = (float) random.nextGaussian() + (d == 3 ? 5 : 0);
                }
            }
            centres.add(vector);
            if (i % 50 == 7) {
                frame();
            } else {
                frame(vector);
            }
        }
        Map<FrameId, Rejection> wanted = new LinkedHashMap<>();
        List<Frame> staying = new ArrayList<>();
        for (Frame frame : frames) {
            Optional<Double> alike = Optional.ofNullable(kept.get(frame.id()))
                    .flatMap(mine -> staying.stream()
                            .flatMap(stays -> Optional.ofNullable(kept.get(stays.id())).stream())
                            .map(other -> Annotation.round(other.cosine(mine)))
                            .filter(cosine -> cosine >= threshold)
                            .findFirst());
            if (alike.isPresent()) {
                wanted.put(frame.id(), new Rejection("same-content", alike.get(), threshold));
            } else {
                staying.add(frame);
            }
        }
        assertThat(wanted).hasSizeBetween(10, count - 10);

        assertThat(rejections("select: {similarity: 1, cosine: " + threshold + "}"))
                .isEqualTo(wanted);
    }
}
