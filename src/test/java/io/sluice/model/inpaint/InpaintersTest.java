package io.sluice.model.inpaint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.Box;
import io.sluice.image.Image;
import io.sluice.image.Mask;
import io.sluice.model.Hole;
import io.sluice.model.Model;
import io.sluice.model.ModelFiles;
import io.sluice.model.Models;
import io.sluice.model.Role;
import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Networks of the public models' tensors that put into the hole all of the red around it, half of the green, and no blue. A
 * wrong range saturates or blackens, a wrong order of colours swaps red and blue, a wrong polarity leaves the hole as it was.
 */
class InpaintersTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"tiny-lama", "tiny-lama-unit", "tiny-migan"})
    void the_hole_is_filled_by_the_network_and_the_rest_stays(String name) throws IOException {
        ModelFiles.putTiny(folder, name);
        Box box = new Box(40, 30, 60, 44);
        Image image = flat(100, 90, 200, 100, 50);
        // What is in the hole must not count.
        paint(image, box, 1, 2, 3);
        try (Models models = ModelFiles.open(folder)) {
            Model<Hole, Image> inpainter = models.model(Role.INPAINT).orElseThrow();
            Image filled = inpainter
                    .infer(List.of(new Hole(image, Mask.ofBoxes(100, 90, List.of(box)))))
                    .get(0);

            Image expected = flat(100, 90, 200, 100, 50);
            paint(expected, box, 200, 50, 0);
            assertThat(filled.bgr()).isEqualTo(expected.bgr());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-lama", "tiny-migan"})
    void a_picture_smaller_than_a_window_and_a_hole_larger_than_one_are_filled(String name) throws IOException {
        ModelFiles.putTiny(folder, name);
        try (Models models = ModelFiles.open(folder)) {
            Model<Hole, Image> inpainter = models.model(Role.INPAINT).orElseThrow();
            Image small = flat(20, 9, 200, 100, 50);
            Mask dot = Mask.ofBoxes(20, 9, List.of(new Box(3, 3, 6, 6)));
            Image large = flat(400, 300, 200, 100, 50);
            Mask most = Mask.ofBoxes(400, 300, List.of(new Box(50, 40, 350, 200)));
            List<Image> filled = inpainter.infer(List.of(new Hole(small, dot), new Hole(large, most)));

            assertThat(filled.get(0).bgr()[3 * (4 * 20 + 4) + 2]).isEqualTo((byte) 200);
            assertThat(filled.get(0).bgr()[3 * (4 * 20 + 4)]).isZero();
            for (int y = 45; y < 195; y++) {
                for (int x = 55; x < 345; x++) {
                    int at = 3 * (y * 400 + x);
                    // The first window sees flat surroundings; the next sees what was filled as well.
                    assertThat(filled.get(1).bgr()[at + 2] & 0xff).isBetween(198, 201);
                    assertThat(filled.get(1).bgr()[at]).isBetween((byte) 0, (byte) 50);
                }
            }
            assertThat(filled.get(1).bgr()[3 * (20 * 400 + 20)]).isEqualTo((byte) 50);
        }
    }

    @Test
    void a_range_that_is_not_the_models_is_refused_when_it_is_loaded() throws IOException {
        ModelFiles.putTiny(folder, "tiny-lama", "range: 255", "range: 1");
        try (Models models = ModelFiles.open(folder)) {
            assertThatThrownBy(() -> models.model(Role.INPAINT))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("output.range: '1' is not that of the model")
                    .hasMessageContaining("comes out with a mean of 12");
        }
    }

    @Test
    void a_model_of_another_contract_is_refused_by_tensor_and_type() throws IOException {
        ModelFiles.putTiny(folder, "tiny-migan", "tiny-migan.onnx", "tiny-lama.onnx");
        try (Models models = ModelFiles.open(folder)) {
            assertThatThrownBy(() -> models.model(Role.INPAINT))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining(
                            "tiny-lama.onnx' is not of kind migan: input 'image': expected uint8 [1,3,64,64],"
                                    + " found image float32 [?,3,64,64]");
        }
    }

    @Test
    void a_line_of_text_is_filled_window_by_window_at_full_size_with_context() {
        HoleTiles tiles = new HoleTiles(64);
        Image image = flat(300, 100, 200, 100, 50);
        Mask strip = Mask.ofBoxes(300, 100, List.of(new Box(20, 60, 180, 70)));
        List<Mask> seen = new ArrayList<>();
        tiles.fill(new Hole(image, strip), hole -> {
            seen.add(hole.mask());
            return hole.image();
        });

        // 160 pixels in pieces of 32; what was filled before is a hole no more.
        assertThat(seen).hasSize(5);
        assertThat(seen.get(0).areaShare()).isEqualTo(10 * 48.0 / (64 * 64));
        assertThat(seen.get(4).bounds()).isEqualTo(new Box(16, 27, 48, 37));
    }

    @Test
    void parts_far_from_each_other_are_seen_apart_and_a_thin_hole_survives_scaling() {
        HoleTiles tiles = new HoleTiles(32);
        Image image = flat(400, 300, 200, 100, 50);
        Mask corners = Mask.ofBoxes(400, 300, List.of(new Box(5, 5, 9, 9), new Box(390, 290, 394, 294)));
        List<Hole> seen = new ArrayList<>();
        tiles.fill(new Hole(image, corners), hole -> {
            seen.add(hole);
            return hole.image();
        });
        assertThat(seen).hasSize(2);

        Mask line = Mask.ofBoxes(400, 400, List.of(new Box(7, 0, 8, 400)));
        assertThat(line.scaled(32, 32).areaShare()).isEqualTo(1 / 32.0);
    }

    private static Image flat(int width, int height, int red, int green, int blue) {
        Image image = new Image(width, height, new byte[3 * width * height]);
        paint(image, new Box(0, 0, width, height), red, green, blue);
        return image;
    }

    private static void paint(Image image, Box box, int red, int green, int blue) {
        for (int y = (int) box.top(); y < box.bottom(); y++) {
            for (int x = (int) box.left(); x < box.right(); x++) {
                int at = 3 * (y * image.width() + x);
                image.bgr()[at] = (byte) blue;
                image.bgr()[at + 1] = (byte) green;
                image.bgr()[at + 2] = (byte) red;
            }
        }
    }
}
