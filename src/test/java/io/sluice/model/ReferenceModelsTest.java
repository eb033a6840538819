package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.Assets;
import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.image.Image;
import io.sluice.image.Photos;
import io.sluice.onnx.ModelException;
import java.awt.Polygon;
import java.awt.geom.Area;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real models against answers that other tools have given; see the assets' own README for where those come from. */
class ReferenceModelsTest {
    private static final Logger LOG = Logger.getLogger(ReferenceModelsTest.class);

    @TempDir
    Path folder;

    @Test
    void yolox_nano_agrees_with_the_reference_on_every_image() throws IOException {
        ModelFiles.put(folder, "yolox-nano", "detect/yolox_nano_416.onnx", "detect/coco_classes_80.txt");
        JsonNode reference = results("refs/yolox/expected_yolox_nano_416.json");
        try (Models models = ModelFiles.open(folder)) {
            Model<Image, List<Detection>> detector = models.model(Role.DETECT).orElseThrow();
            for (String name : names(reference)) {
                Image image = Photos.read(Assets.path(name));
                List<Detection> found = confident(detector, image, 0.3);
                JsonNode expected = reference.path(name).path("detections");

                assertThat(found).as(name).hasSameSizeAs(expected);
                double score = 0;
                double pixels = 0;
                for (int i = 0; i < found.size(); i++) {
                    JsonNode wanted = expected.path(i);
                    Detection detection = found.get(i);
                    assertThat(detection.label())
                            .as(name)
                            .isEqualTo(wanted.path("label").asText());
                    score = Math.max(
                            score,
                            Math.abs(detection.score() - wanted.path("score").asDouble()));
                    pixels = Math.max(
                            pixels,
                            distance(
                                    detection.box(),
                                    box(wanted.path("box_xyxy")).clip(image.width(), image.height())));
                }
                LOG.debugf(
                        "yolox-nano %s: %d objects, score within %.4f, box within %.2f px",
                        name, found.size(), score, pixels);
                assertThat(score).as(name).isLessThanOrEqualTo(0.02);
                assertThat(pixels).as(name).isLessThanOrEqualTo(2);
            }
        }
    }

    /** Expected: computed with NumPy, OpenCV and ONNX Runtime for Python after NanoDet's own demo, with scores above 0.35. */
    @Test
    void nanodet_agrees_with_an_independent_computation() throws IOException {
        ModelFiles.put(folder, "nanodet-m", "detect/nanodet_m.onnx", "detect/coco_classes_80.txt");
        Map<String, List<Detection>> expected = Map.of(
                "images/detect/dog.jpg",
                List.of(
                        new Detection("bicycle", 0.742, new Box(139.7, 141.9, 563.1, 443.3)),
                        new Detection("dog", 0.5055, new Box(129.8, 218.2, 315.0, 543.9)),
                        new Detection("car", 0.4585, new Box(460.4, 77.1, 689.5, 166.4)),
                        new Detection("truck", 0.449, new Box(460.2, 73.5, 688.0, 164.7))),
                "images/kodak/04.png",
                List.of(
                        new Detection("person", 0.8415, new Box(0, 133.7, 512, 759.4)),
                        new Detection("cup", 0.3833, new Box(0, 1.8, 172.2, 174.0))),
                "refs/frames/person_f170.png",
                List.of(
                        new Detection("person", 0.7028, new Box(379.9, 12.4, 518.9, 390.4)),
                        new Detection("laptop", 0.4958, new Box(0.4, 0, 115.6, 171.9))));
        try (Models models = ModelFiles.open(folder)) {
            Model<Image, List<Detection>> detector = models.model(Role.DETECT).orElseThrow();
            for (String name : expected.keySet()) {
                List<Detection> wanted = expected.getOrDefault(name, List.of());
                List<Detection> found = confident(detector, Photos.read(Assets.path(name)), 0.35);
                assertThat(found).as(name).hasSameSizeAs(wanted);
                for (int i = 0; i < found.size(); i++) {
                    assertThat(found.get(i).label())
                            .as(name)
                            .isEqualTo(wanted.get(i).label());
                    assertThat(found.get(i).score())
                            .as(name)
                            .isCloseTo(wanted.get(i).score(), within(0.001));
                    assertThat(distance(found.get(i).box(), wanted.get(i).box()))
                            .as(name)
                            .isLessThan(0.5);
                }
            }
        }
    }

    @Test
    void pp_ocr_agrees_with_the_reference_on_every_image() throws IOException {
        ModelFiles.put(folder, "pp-ocrv3-det", "textdet/ch_PP-OCRv3_det_infer.onnx");
        JsonNode reference = results("refs/ppocr/expected_boxes.json");
        try (Models models = ModelFiles.open(folder)) {
            Model<Image, List<TextRegion>> detector =
                    models.model(Role.TEXT_DETECT).orElseThrow();
            for (String name : names(reference)) {
                Image image = Photos.read(Assets.path(name));
                List<TextRegion> found = detector.infer(List.of(image)).get(0);
                JsonNode expected =
                        reference.path(name).path("ch_PP-OCRv3_det_infer.onnx").path("boxes");
                double worst = 1;
                double score = 0;
                for (JsonNode wanted : expected) {
                    Area quad = area(wanted.path("quad"));
                    double best = 0;
                    double difference = 1;
                    for (TextRegion region : found) {
                        double iou = iou(quad, area(region.corners()));
                        if (iou > best) {
                            best = iou;
                            difference = Math.abs(
                                    region.score() - wanted.path("score").asDouble());
                        }
                    }
                    worst = Math.min(worst, best);
                    score = Math.max(score, difference);
                }
                assertThat(found).as(name).hasSameSizeAs(expected);
                assertThat(worst).as(name).isGreaterThanOrEqualTo(0.9);
                assertThat(score).as(name).isLessThanOrEqualTo(0.01);
                LOG.debugf(
                        "pp-ocrv3 %s: %d regions for %d, IoU at least %.3f, score within %.4f",
                        name, found.size(), expected.size(), worst, score);
            }
        }
    }

    @Test
    void a_text_detector_of_another_contract_is_refused_when_it_is_loaded() throws IOException {
        ModelFiles.put(folder, "three-channels", "textdet/ch_ppocr_mobile_v2.0_det_prune_infer.onnx");
        try (Models models = ModelFiles.open(folder)) {
            assertThatThrownBy(() -> models.model(Role.TEXT_DETECT))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("ch_ppocr_mobile_v2.0_det_prune_infer.onnx' is not of kind db-text")
                    .hasMessageContaining("output 'save_infer_model/scale_0.tmp_1': expected float32 [1,1,?,?],"
                            + " found float32 [?,3,?,?]");
            assertThat(models.loaded()).isEmpty();
        }
    }

    private static List<Detection> confident(Model<Image, List<Detection>> detector, Image image, double threshold) {
        return detector.infer(List.of(image)).get(0).stream()
                .filter(detection -> detection.score() > threshold)
                .toList();
    }

    private static JsonNode results(String file) throws IOException {
        return new ObjectMapper().readTree(Assets.path(file).toFile()).path("results");
    }

    private static List<String> names(JsonNode reference) {
        List<String> names = new ArrayList<>();
        reference.fieldNames().forEachRemaining(names::add);
        assertThat(names).as("images with reference values").isNotEmpty();
        return names;
    }

    private static Box box(JsonNode corners) {
        return new Box(
                corners.path(0).asDouble(),
                corners.path(1).asDouble(),
                corners.path(2).asDouble(),
                corners.path(3).asDouble());
    }

    private static double distance(Box box, Box other) {
        return Stream.of(
                        box.left() - other.left(),
                        box.top() - other.top(),
                        box.right() - other.right(),
                        box.bottom() - other.bottom())
                .mapToDouble(Math::abs)
                .max()
                .orElseThrow();
    }

    private static Area area(JsonNode quad) {
        List<Double> corners = new ArrayList<>();
        quad.forEach(corner -> corner.forEach(position -> corners.add(position.asDouble())));
        return area(corners);
    }

    private static Area area(List<Double> corners) {
        Polygon polygon = new Polygon();
        for (int i = 0; i < corners.size(); i += 2) {
            polygon.addPoint(corners.get(i).intValue(), corners.get(i + 1).intValue());
        }
        return new Area(polygon);
    }

    private static double iou(Area one, Area other) {
        Area both = new Area(one);
        both.intersect(other);
        double shared = size(both);
        return shared / (size(one) + size(other) - shared);
    }

    /** By the shoelace formula over the outline; the intersection of convex polygons has one. */
    private static double size(Area area) {
        double sum = 0;
        double[] point = new double[6];
        double startX = 0;
        double startY = 0;
        double x = 0;
        double y = 0;
        for (var outline = area.getPathIterator(null); !outline.isDone(); outline.next()) {
            int kind = outline.currentSegment(point);
            if (kind == java.awt.geom.PathIterator.SEG_MOVETO) {
                startX = point[0];
                startY = point[1];
            } else {
                double nextX = kind == java.awt.geom.PathIterator.SEG_CLOSE ? startX : point[0];
                double nextY = kind == java.awt.geom.PathIterator.SEG_CLOSE ? startY : point[1];
                sum += x * nextY - nextX * y;
                point[0] = nextX;
                point[1] = nextY;
            }
            x = point[0];
            y = point[1];
        }
        return Math.abs(sum) / 2;
    }
}
