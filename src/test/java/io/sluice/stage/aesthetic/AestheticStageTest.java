package io.sluice.stage.aesthetic;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.frame.AestheticScore;
import io.sluice.frame.Frame;
import io.sluice.image.Image;
import io.sluice.model.Model;
import io.sluice.recipe.Recipe;
import io.sluice.stage.Footage;
import io.sluice.stage.Measurement;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.Measurement.Unmeasurable;
import io.sluice.stage.Rejection;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AestheticStageTest {
    private static final Recipe RECIPE = Footage.recipe("");

    @TempDir
    Path folder;

    private Footage footage;

    @BeforeEach
    void open() {
        footage = new Footage(folder);
    }

    @Test
    void the_built_in_measure_gives_a_score_and_a_hash() {
        Frame frame = footage.jpeg(Footage.pattern(160, 120));
        AestheticScore score =
                (AestheticScore) measured(new AestheticStage(footage.images, new PhotographicQuality()), frame)
                        .annotation();

        assertThat(score.scorer()).isEqualTo("photographic-quality");
        assertThat(score.score()).isBetween(1.0, 10.0);
        assertThat(score.perceptualHash()).matches("[0-9a-f]{16}");
    }

    @Test
    void another_scorer_takes_its_place_and_changes_the_fingerprint() {
        AestheticStage stage = new AestheticStage(footage.images, new Constant(6.123456));
        Frame frame = footage.png(Footage.pattern(160, 120));

        assertThat(measured(stage, frame).annotation()).isInstanceOfSatisfying(AestheticScore.class, score -> {
            assertThat(score.scorer()).isEqualTo("constant");
            assertThat(score.score()).isEqualTo(6.1235);
        });
        assertThat(stage.fingerprint(RECIPE))
                .isNotEqualTo(new AestheticStage(footage.images, new PhotographicQuality()).fingerprint(RECIPE));
    }

    @Test
    void only_a_threshold_rejects() {
        AestheticStage stage = new AestheticStage(footage.images, new Constant(4));
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
        List<Measurement> measurements = new AestheticStage(footage.images, new Constant(4))
                .measure(RECIPE, List.of(footage.missing(), footage.png(Footage.pattern(32, 32))));

        assertThat(measurements.get(0)).isInstanceOf(Unmeasurable.class);
        assertThat(measurements.get(1)).isInstanceOf(Measured.class);
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
