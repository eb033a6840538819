package io.sluice.stage.blur;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.Frame;
import io.sluice.frame.InfrastructureException;
import io.sluice.frame.Sharpness;
import io.sluice.image.Degraded;
import io.sluice.image.Image;
import io.sluice.recipe.Recipe;
import io.sluice.stage.Footage;
import io.sluice.stage.Measurement;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.Measurement.Unmeasurable;
import io.sluice.stage.Rejection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlurStageTest {
    private static final Recipe AUTO = Footage.recipe("");

    @TempDir
    Path folder;

    private Footage footage;
    private BlurStage stage;

    @BeforeEach
    void open() {
        footage = new Footage(folder);
        stage = new BlurStage(footage.images);
    }

    @Test
    void sharp_soft_blurred_and_blank_frames_are_told_apart() {
        Image pattern = Footage.pattern(320, 240);
        Frame sharp = footage.jpeg(pattern);
        Frame soft = footage.jpeg(Degraded.blurred(pattern, 1.5));
        Frame blurred = footage.jpeg(Degraded.blurred(pattern, 5));
        Frame blank = footage.jpeg(new Image(320, 240, new byte[320 * 240 * 3]));

        assertThat(reason(AUTO, sharp)).isEqualTo("kept");
        assertThat(reason(AUTO, soft)).isEqualTo("kept");
        assertThat(reason(AUTO, blurred)).isEqualTo("blurred");
        assertThat(reason(AUTO, blank)).isEqualTo("blank");
        assertThat(reason(Footage.recipe("blur: {threshold: 0.6}"), soft)).isEqualTo("blurred");
        assertThat(reason(Footage.recipe("blur: {threshold: 0}\nblank: {minLumaDeviation: 0}"), blank))
                .isEqualTo("kept");
    }

    @Test
    void a_rejection_says_what_was_compared() {
        Frame frame = footage.png(Footage.pattern(16, 16)).with(new Sharpness(0.3, 0.1, 0.2, 50, 100, 40));

        assertThat(stage.judge(Footage.recipe("blur: {threshold: 0.5}"), frame))
                .contains(new Rejection("blurred", 0.3, 0.5));
        assertThat(stage.judge(Footage.recipe("blank: {minLumaDeviation: 41}"), frame))
                .contains(new Rejection("blank", 40, 41));
        assertThat(stage.score(frame)).hasValue(0.3);
    }

    @Test
    void pictures_that_are_gone_or_broken_cost_their_own_frame_alone() {
        Frame good = footage.png(Footage.pattern(64, 48));
        Frame broken = footage.broken();
        Frame missing = footage.missing();

        List<Measurement> measurements = stage.measure(AUTO, List.of(broken, good, missing));

        assertThat(measurements).extracting(Measurement::frame).containsExactly(broken.id(), good.id(), missing.id());
        assertThat(measurements.get(0))
                .isInstanceOfSatisfying(
                        Unmeasurable.class,
                        unmeasurable -> assertThat(unmeasurable.error())
                                .contains(broken.image().key(), "no picture"));
        assertThat(measurements.get(1)).isInstanceOf(Measured.class);
        assertThat(measurements.get(2))
                .isInstanceOfSatisfying(
                        Unmeasurable.class,
                        unmeasurable -> assertThat(unmeasurable.error()).contains("not in the frame store"));
    }

    @Test
    void a_broken_store_stops_the_batch() throws Exception {
        Frame frame = footage.png(Footage.pattern(64, 48));
        Path file = folder.resolve(frame.image().key());
        Files.delete(file);
        Files.createDirectory(file);

        assertThatThrownBy(() -> stage.measure(AUTO, List.of(frame))).isInstanceOf(InfrastructureException.class);
    }

    @Test
    void thresholds_are_not_part_of_the_fingerprint() {
        assertThat(stage.fingerprint(Footage.recipe("blur: {threshold: 0.5}\nblank: {minLumaDeviation: 9}")))
                .isEqualTo(stage.fingerprint(AUTO));
    }

    private String reason(Recipe recipe, Frame frame) {
        Measured measured = (Measured) stage.measure(recipe, List.of(frame)).get(0);
        return stage.judge(recipe, measured.applyTo(frame))
                .map(Rejection::reason)
                .orElse("kept");
    }
}
