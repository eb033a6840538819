package io.sluice.stage.blur;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.frame.Sharpness;
import io.sluice.image.AssetImages;
import io.sluice.image.Degraded;
import io.sluice.image.Image;
import io.sluice.image.Resize;
import io.sluice.stage.Footage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SharpnessMeasureTest {
    /** Of very different content: landscapes, faces, fur, a page of text, a cup, a machine. */
    private static final List<String> PHOTOS = Stream.concat(
                    AssetImages.KODAK.stream(),
                    Stream.of(
                                    "astronaut.png",
                                    "camera.png",
                                    "chelsea.png",
                                    "coffee.png",
                                    "motorcycle_left.png",
                                    "page.png",
                                    "rocket.jpg",
                                    "text.png")
                            .map(name -> "images/skimage/" + name))
            .toList();

    private static final List<String> FRAMES = Stream.of("car_f330", "flower_f140", "person_f170", "tos_f800")
            .map(name -> "refs/frames/" + name + ".png")
            .toList();

    @Test
    void nothing_to_see_is_neither_sharp_nor_light() {
        byte[] grey = new byte[3 * 100 * 80];
        Arrays.fill(grey, (byte) 40);

        assertThat(SharpnessMeasure.of(new Image(100, 80, grey))).isEqualTo(new Sharpness(0, 0, 0, 0, 40, 0));
    }

    @Test
    void one_pixel_is_measured() {
        assertThat(SharpnessMeasure.of(new Image(1, 1, new byte[3])).score()).isZero();
    }

    @Test
    void noise_alone_is_not_sharp() {
        byte[] grey = new byte[3 * 320 * 240];
        Arrays.fill(grey, (byte) 120);

        for (double sigma : new double[] {5, 10, 20}) {
            assertThat(score(Degraded.noisy(new Image(320, 240, grey), sigma))).isLessThan(0.05);
        }
    }

    @Test
    void contrast_hardly_matters() {
        Image pattern = Footage.pattern(400, 300);
        double score = score(pattern);

        assertThat(score).isGreaterThan(0.6);
        assertThat(score(Degraded.exposed(pattern, -2))).isBetween(score - 0.1, score + 0.1);
    }

    @Test
    void the_same_scene_at_a_larger_size_compares() {
        Image photo = AssetImages.read("images/kodak/23.png");
        Image doubled = Resize.to(photo, 1536, 1024);

        assertThat(score(doubled)).isBetween(score(photo) - 0.15, score(photo) + 0.05);
    }

    @Test
    void photos_of_any_content_are_sharp_and_fall_with_blur_and_motion() {
        for (String path : photosAndFrames()) {
            Image photo = AssetImages.read(path);
            double sharp = score(photo);
            double blurred1 = score(Degraded.blurred(photo, 1));
            double blurred2 = score(Degraded.blurred(photo, 2));
            double blurred4 = score(Degraded.blurred(photo, 4));
            double moved = score(Degraded.moved(photo, 15));

            assertThat(sharp).as(path).isGreaterThan(FRAMES.contains(path) ? 0.35 : 0.6);
            assertThat(List.of(blurred4, blurred2, blurred1, sharp))
                    .as(path)
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(moved).as(path).isLessThan(0.8 * sharp);
            assertThat(blurred4).as(path).isLessThan(BlurStage.FLOOR);
            assertThat(blurred2).as(path).isGreaterThan(BlurStage.FLOOR);
        }
    }

    @Test
    void noise_does_not_make_photos_sharper() {
        for (String path : photosAndFrames()) {
            Image photo = AssetImages.read(path);

            assertThat(score(Degraded.noisy(photo, 10))).as(path).isLessThan(score(photo));
            assertThat(score(Degraded.noisy(Degraded.blurred(photo, 4), 10)))
                    .as(path)
                    .isLessThan(0.01);
        }
    }

    private static List<String> photosAndFrames() {
        List<String> all = new ArrayList<>(PHOTOS);
        all.addAll(FRAMES);
        return all;
    }

    private static double score(Image image) {
        return SharpnessMeasure.of(image).score();
    }
}
