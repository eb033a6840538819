package io.sluice.stage.aesthetic;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.image.AssetImages;
import io.sluice.image.Degraded;
import io.sluice.image.Image;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PhotographicQualityTest {

    /** Each step is worse than the one before. */
    enum Ladder {
        BLUR(Degraded::blurred, 1, 2, 4),
        NOISE(Degraded::noisy, 5, 10, 20),
        COMPRESSION((image, quality) -> Degraded.compressed(image, quality.intValue()), 60, 30, 10),
        OVEREXPOSURE(Degraded::exposed, 1, 2, 3),
        UNDEREXPOSURE(Degraded::exposed, -1, -2, -3);

        private final BiFunction<Image, Double, Image> step;
        private final double[] amounts;

        Ladder(BiFunction<Image, Double, Image> step, double... amounts) {
            this.step = step;
            this.amounts = amounts;
        }

        List<Double> scores(Image photo) {
            return DoubleStream.concat(
                            DoubleStream.of(PhotographicQuality.score(photo)),
                            DoubleStream.of(amounts)
                                    .map(amount -> PhotographicQuality.score(step.apply(photo, amount))))
                    .boxed()
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void scores_fall_strictly_with_every_step_for_every_photo(Ladder ladder) {
        for (String path : AssetImages.KODAK) {
            assertThat(ladder.scores(AssetImages.read(path)))
                    .as("%s of %s", ladder, path)
                    .isSortedAccordingTo(Comparator.reverseOrder())
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void good_photos_score_above_five_and_spoiled_ones_below() {
        for (String path : AssetImages.KODAK) {
            Image photo = AssetImages.read(path);

            assertThat(PhotographicQuality.score(photo)).as(path).isBetween(5.0, 10.0);
            assertThat(PhotographicQuality.score(Degraded.blurred(photo, 4)))
                    .as(path)
                    .isLessThan(3);
        }
    }

    @Test
    void an_empty_picture_and_one_pixel_score_nothing() {
        assertThat(PhotographicQuality.score(new Image(200, 100, new byte[60_000])))
                .isZero();
        assertThat(PhotographicQuality.score(new Image(1, 1, new byte[3]))).isZero();
    }

    @Test
    void answers_are_in_the_order_of_the_batch() {
        Image dark = new Image(8, 8, new byte[192]);
        Image photo = io.sluice.stage.Footage.pattern(100, 100);
        PhotographicQuality quality = new PhotographicQuality();

        assertThat(quality.infer(List.of(dark, photo)))
                .containsExactly(PhotographicQuality.score(dark), PhotographicQuality.score(photo));
        assertThat(PhotographicQuality.score(photo)).isPositive();
    }
}
