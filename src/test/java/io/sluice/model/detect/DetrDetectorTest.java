package io.sluice.model.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.image.Image;
import io.sluice.model.Model;
import io.sluice.model.ModelFiles;
import io.sluice.model.Models;
import io.sluice.model.Role;
import io.sluice.onnx.Device;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetrDetectorTest {
    @TempDir
    Path folder;

    private static final Image RED = picture(480, 160, 2);
    private static final Image BLUE = picture(480, 160, 0);

    private static Image picture(int width, int height, int channel) {
        byte[] bgr = new byte[3 * width * height];
        for (int i = channel; i < bgr.length; i += 3) {
            bgr[i] = (byte) 255;
        }
        return new Image(width, height, bgr);
    }

    @Test
    void boxes_are_shares_of_the_picture_and_each_class_of_each_query_stands_for_itself() throws IOException {
        ModelFiles.putTiny(folder, "tiny-detr");
        try (Models models = ModelFiles.open(folder)) {
            List<Detection> found =
                    models.model(Role.DETECT).orElseThrow().infer(List.of(RED)).get(0);

            // 0.25, 0.5, 0.5, 0.25 of 480x160: across from 0 to a half, down from 3/8 to 5/8.
            assertThat(found)
                    .containsExactly(
                            new Detection("dog", 0.9, new Box(0, 60, 240, 100)),
                            new Detection("cat", 0.7, new Box(0, 60, 240, 100)),
                            new Detection("dog", 0.6, new Box(4.8, 60, 244.8, 100)));
        }
    }

    @Test
    void in_a_batch_each_picture_gets_its_own_answer() throws IOException {
        ModelFiles.putTiny(folder, "tiny-detr");
        Placement four =
                new Placement(Device.CPU, 1, 1, OptionalInt.of(4), OptionalLong.empty(), false, Optional.empty());
        try (Models models = ModelFiles.open(folder, four)) {
            Model<Image, List<Detection>> detector = models.model(Role.DETECT).orElseThrow();

            assertThat(detector.batch()).isEqualTo(4);
            assertThat(detector.infer(List.of(BLUE, RED, BLUE, picture(96, 96, 2), BLUE, RED)))
                    .extracting(
                            found -> found.isEmpty() ? 0 : found.get(0).box().right())
                    .containsExactly(0.0, 240.0, 0.0, 48.0, 0.0, 240.0);
        }
    }

    @Test
    void an_export_that_decodes_by_itself_is_told_the_size_and_answers_in_its_pixels() throws IOException {
        ModelFiles.putTiny(folder, "tiny-detr-decoded");
        try (Models models = ModelFiles.open(folder)) {
            List<List<Detection>> found =
                    models.model(Role.DETECT).orElseThrow().infer(List.of(RED, BLUE));

            assertThat(found.get(1)).isEmpty();
            assertThat(found.get(0)).extracting(Detection::label).containsExactly("cat", "dog");
            assertThat(found.get(0)).extracting(Detection::score).containsExactly(0.9, 0.6);
            Box first = found.get(0).get(0).box();
            assertThat(first.left()).isCloseTo(0, within(0.01));
            assertThat(first.top()).isCloseTo(60, within(0.01));
            assertThat(first.right()).isCloseTo(240, within(0.01));
            assertThat(first.bottom()).isCloseTo(100, within(0.01));
        }
    }

    @Test
    void another_number_of_classes_is_refused() throws IOException {
        ModelFiles.putTiny(folder, "tiny-detr", "[dog, cat]", "[dog, cat, cup]");
        try (Models models = ModelFiles.open(folder)) {
            assertThatThrownBy(() -> models.model(Role.DETECT))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("output 'logits': expected float32 [1,?,3], found logits float32 [?,3,2]");
        }
    }
}
