package io.sluice.model.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.Assets;
import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.image.Image;
import io.sluice.image.Luma;
import io.sluice.image.Mask;
import io.sluice.image.Photos;
import io.sluice.model.Model;
import io.sluice.model.ModelFiles;
import io.sluice.model.Models;
import io.sluice.model.Outline;
import io.sluice.model.Role;
import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentersTest {
    @TempDir
    Path folder;

    /** What is strange to the small networks, or prompted otherwise, has no mask or one of everything. */
    @ParameterizedTest
    @ValueSource(strings = {"tiny-slim-sam", "tiny-mobile-sam"})
    void sam_sees_the_picture_once_and_tells_the_object_by_points_or_by_the_box(String name) throws IOException {
        ModelFiles.putTiny(folder, name);
        int width = 128;
        int height = 96;
        Image image = new Image(width, height, new byte[3 * width * height]);
        Box ball = new Box(32, 24, 64, 48);
        Box other = new Box(88, 64, 120, 88);
        paint(image, ball, 2);
        paint(image, new Box(64, 24, 80, 48), 0);
        paint(image, other, 2);
        Box box = new Box(28, 20, 70, 52);
        try (Models models = ModelFiles.open(folder)) {
            Model<Outline, List<Mask>> segmenter = models.model(Role.SEGMENT).orElseThrow();
            List<Mask> masks = segmenter
                    .infer(List.of(new Outline(
                            image, List.of(new Detection("ball", 0.9, box), new Detection("ball", 0.8, other)))))
                    .get(0);

            assertThat(iou(masks.get(0), Mask.ofBoxes(width, height, List.of(ball))))
                    .isGreaterThan(0.9);
            assertThat(iou(masks.get(1), Mask.ofBoxes(width, height, List.of(other))))
                    .isGreaterThan(0.9);
            assertThat(segmenter.infer(List.of(new Outline(image, List.of())))).containsExactly(List.of());
        }
    }

    @Test
    void a_decoder_that_asks_for_what_the_encoder_does_not_make_is_refused() throws IOException {
        ModelFiles.putTiny(folder, "tiny-mobile-sam", "tiny-mobile-sam-encoder", "tiny-slim-sam-encoder");
        try (Models models = ModelFiles.open(folder)) {
            assertThatThrownBy(() -> models.model(Role.SEGMENT))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("expected an input 'image_positional_embeddings', which the encoder makes");
        }
    }

    /** The small networks take what is red inside the prompt for the object; blue, 0 to 255 and other masks are wrong answers. */
    @ParameterizedTest
    @ValueSource(strings = {"tiny-efficient-sam", "tiny-efficient-sam-deep"})
    void a_prompted_network_tells_the_pixels_of_the_object_in_the_box(String name) throws IOException {
        ModelFiles.putTiny(folder, name);
        int width = 128;
        int height = 96;
        Image image = new Image(width, height, new byte[3 * width * height]);
        Box ball = new Box(32, 24, 64, 48);
        Box other = new Box(96, 72, 120, 96);
        // Red is the object; blue beside it is in the box as well, and another red thing is outside.
        paint(image, ball, 2);
        paint(image, new Box(64, 24, 96, 48), 0);
        paint(image, other, 2);
        Box box = new Box(16, 12, 72, 60);
        try (Models models = ModelFiles.open(folder)) {
            Model<Outline, List<Mask>> segmenter = models.model(Role.SEGMENT).orElseThrow();
            List<Mask> masks = segmenter
                    .infer(List.of(new Outline(
                            image, List.of(new Detection("ball", 0.9, box), new Detection("ball", 0.8, other)))))
                    .get(0);

            assertThat(masks).hasSize(2);
            assertThat(iou(masks.get(0), Mask.ofBoxes(width, height, List.of(ball))))
                    .isGreaterThan(0.8);
            assertThat(iou(masks.get(1), Mask.ofBoxes(width, height, List.of(other))))
                    .isGreaterThan(0.7);
            assertThat(segmenter.infer(List.of(new Outline(image, List.of())))).containsExactly(List.of());
        }
    }

    @Test
    void u2netp_agrees_with_the_reference_masks() throws IOException {
        ModelFiles.put(folder, "u2netp", "salient/u2netp_fp16w.onnx");
        Map<String, String> references = Map.of(
                "images/skimage/chelsea.png", "chelsea",
                "images/detect/dog.jpg", "dog",
                "refs/frames/person_f170.png", "person_f170");
        try (Models models = ModelFiles.open(folder)) {
            SaliencySegmenter segmenter =
                    (SaliencySegmenter) models.model(Role.SEGMENT).orElseThrow();
            for (String name : references.keySet()) {
                Luma found = segmenter.saliency(Photos.read(Assets.path(name)));
                Image wanted = Photos.read(Assets.path("refs/u2netp/" + references.get(name) + ".mask.png"));

                int both = 0;
                int either = 0;
                long difference = 0;
                for (int i = 0; i < found.values().length; i++) {
                    int mine = found.values()[i] & 0xff;
                    int theirs = wanted.bgr()[3 * i] & 0xff;
                    both += mine > 127 && theirs > 127 ? 1 : 0;
                    either += mine > 127 || theirs > 127 ? 1 : 0;
                    difference += Math.abs(mine - theirs);
                }
                double iou = (double) both / either;
                assertThat(iou).as(name).isGreaterThanOrEqualTo(0.99);
                assertThat((double) difference / found.values().length).as(name).isLessThan(0.5);
            }
        }
    }

    @Test
    void deeplab_agrees_with_the_reference_classes() throws IOException {
        ModelFiles.put(folder, "deeplab", "seg/deeplab_v3_1_default_1.onnx");
        JsonNode reference = new ObjectMapper()
                .readTree(Assets.path("refs/deeplab/expected_class_pixels.json").toFile())
                .path("results");
        try (Models models = ModelFiles.open(folder)) {
            ClassSegmenter segmenter =
                    (ClassSegmenter) models.model(Role.SEGMENT).orElseThrow();
            List<String> labels = models.manifest(Role.SEGMENT).orElseThrow().labels();
            reference.fields().forEachRemaining(image -> {
                int[] classes = segmenter.classes(Photos.read(Assets.path(image.getKey())));
                int[] counts = new int[labels.size()];
                for (int label : classes) {
                    counts[label]++;
                }
                for (int label = 0; label < counts.length; label++) {
                    int wanted = image.getValue().path(labels.get(label)).asInt();
                    assertThat((double) counts[label] / classes.length)
                            .as("%s, %s", image.getKey(), labels.get(label))
                            .isCloseTo((double) wanted / classes.length, within(0.01));
                    assertThat(Math.abs(counts[label] - wanted))
                            .as("%s, %s: %d for %d", image.getKey(), labels.get(label), counts[label], wanted)
                            .isLessThanOrEqualTo(Math.max(3, wanted / 100));
                }
            });
        }
    }

    @Test
    void a_dog_is_told_from_the_rest_of_its_box_and_what_has_no_class_has_no_mask() throws IOException {
        ModelFiles.put(folder, "deeplab", "seg/deeplab_v3_1_default_1.onnx");
        Image photo = Photos.read(Assets.path("images/detect/dog.jpg"));
        // refs/yolox/expected_yolox_nano_416.json
        Box box = new Box(133, 207, 326, 543);
        try (Models models = ModelFiles.open(folder)) {
            List<Mask> masks = models.model(Role.SEGMENT)
                    .orElseThrow()
                    .infer(List.of(new Outline(
                            photo, List.of(new Detection("dog", 0.8, box), new Detection("sofa cushion", 0.8, box)))))
                    .get(0);

            double share = masks.get(0).areaShare() * photo.width() * photo.height() / box.area();
            assertThat(share).isBetween(0.4, 0.8);
            assertThat(masks.get(0).values()[300 * photo.width() + 220]).isNotZero();
            assertThat(masks.get(1).isEmpty()).isTrue();
        }
    }

    @Test
    void a_flat_answer_stands_out_nowhere_and_logits_are_squashed_first() {
        assertThat(SaliencySegmenter.spread(FloatBuffer.wrap(new float[] {0.5f, 0.5f}), 2, 1, false)
                        .values())
                .containsExactly(0, 0);
        // 0.25, 0.5, 1: a third of the way from least to most is 85.
        assertThat(SaliencySegmenter.spread(FloatBuffer.wrap(new float[] {0.25f, 0.5f, 1}), 3, 1, false)
                        .values())
                .containsExactly(0, 85, (byte) 255);
        // Sigmoids of -20, 0 and 20 are 0, a half and 1.
        assertThat(SaliencySegmenter.spread(FloatBuffer.wrap(new float[] {-20, 0, 20}), 3, 1, true)
                        .values())
                .containsExactly(0, 127, (byte) 255);
    }

    @Test
    void a_network_without_the_right_tensors_is_refused() throws IOException {
        ModelFiles.putTiny(folder, "tiny-efficient-sam", "tiny-efficient-sam.onnx", "tiny-lama.onnx");
        try (Models models = ModelFiles.open(folder)) {
            assertThatThrownBy(() -> models.model(Role.SEGMENT))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("is not of kind efficient-sam: expected 3 inputs, found 2: [image float32");
        }
    }

    private static double iou(Mask one, Mask other) {
        return one.intersect(other).areaShare() / one.union(other).areaShare();
    }

    private static void paint(Image image, Box box, int channel) {
        for (int y = (int) box.top(); y < box.bottom(); y++) {
            for (int x = (int) box.left(); x < box.right(); x++) {
                image.bgr()[3 * (y * image.width() + x) + channel] = (byte) 255;
            }
        }
    }
}
