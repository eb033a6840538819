package io.sluice.stage.inpaint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.frame.Box;
import io.sluice.frame.Crop;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Removal;
import io.sluice.image.AssetImages;
import io.sluice.image.Edges;
import io.sluice.image.Image;
import io.sluice.image.Luma;
import io.sluice.image.Mask;
import io.sluice.model.ModelFiles;
import io.sluice.model.Models;
import io.sluice.model.RecipeRequirements;
import io.sluice.model.Role;
import io.sluice.model.TextRegion;
import io.sluice.onnx.ModelException;
import io.sluice.recipe.Recipe;
import io.sluice.stage.Footage;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.Measurement.Unmeasurable;
import io.sluice.stage.ModelUse;
import io.sluice.stage.Rejection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InpaintStageTest {
    @TempDir
    Path models;

    private static final Detection CUP = new Detection("cup", 0.8, new Box(20, 20, 40, 40));
    private static final Detection FAINT_CUP = new Detection("cup", 0.2, new Box(90, 70, 110, 90));
    private static final Detection DOG = new Detection("dog", 0.9, new Box(50, 10, 120, 90));
    private static final List<Double> LETTERS = List.of(130.0, 100.0, 150.0, 100.0, 150.0, 108.0, 130.0, 108.0);
    private static final Recipe CUPS = Footage.recipe("detect: {target: [dog]}\ninpaint: {objects: [cup], grow: 4}");
    private static final Recipe TEXT = Footage.recipe("inpaint: {text: true, grow: 2, feather: 2}");

    @TempDir
    Path folder;

    private Footage footage;
    private Models known;

    @BeforeEach
    void open() throws IOException {
        footage = new Footage(folder);
        ModelFiles.putTiny(models, "blue-text");
        known = ModelFiles.open(models);
    }

    @AfterEach
    void close() {
        known.close();
    }

    @Test
    void nothing_unwanted_leaves_the_frame_as_it_is_and_does_not_decode_it() {
        Frame frame = footage.broken(new Detections("model", List.of(DOG, FAINT_CUP)));
        Measured measured = measured(CUPS, frame);

        assertThat(measured.annotation()).isEqualTo(new Removal("none", 0, List.of(), List.of()));
        assertThat(measured.image()).isEmpty();
        assertThat(stage().judge(CUPS, measured.applyTo(frame))).isEmpty();
        assertThat(known.loaded()).isEmpty();
    }

    @Test
    void an_unwanted_object_goes_and_every_pixel_outside_the_grown_mask_stays() {
        Image pattern = Footage.pattern(160, 120);
        Frame frame = footage.png(pattern, new Detections("model", List.of(DOG, CUP, FAINT_CUP)));
        Measured measured = measured(CUPS, frame);
        Mask mask = Mask.ofBoxes(160, 120, List.of(CUP.box())).grow(4);

        assertThat(measured.annotation()).isInstanceOfSatisfying(Removal.class, removal -> {
            assertThat(removal.method()).isEqualTo("telea");
            assertThat(removal.objects()).containsExactly(CUP);
            assertThat(removal.areaShare()).isCloseTo(mask.areaShare(), within(1e-4));
        });
        ImageRef ref = measured.image().orElseThrow();
        assertThat(ref.mediaType()).isEqualTo(ImageRef.PNG);
        assertThat(ref.key()).contains("/" + stage().fingerprint(CUPS).value() + "/");
        assertThat(footage.images.read(frame.image()).bgr()).isEqualTo(pattern.bgr());
        assertThat(changed(pattern, footage.images.read(ref), mask)).isGreaterThan(300);
    }

    @Test
    void measuring_again_gives_the_same_bytes() {
        Frame frame = footage.jpeg(Footage.pattern(160, 120), new Detections("model", List.of(CUP)));

        assertThat(measured(CUPS, frame)).isEqualTo(measured(CUPS, frame));
    }

    @Test
    void the_subject_is_never_touched() {
        Detection mug = new Detection("cup", 0.8, new Box(30, 20, 80, 60));
        Image pattern = Footage.pattern(160, 120);
        Frame frame = footage.png(pattern, new Detections("model", List.of(DOG, mug)));
        Mask dog = Mask.ofBoxes(160, 120, List.of(DOG.box())).grow(4);
        Mask allowed = Mask.ofBoxes(160, 120, List.of(mug.box())).grow(4).subtract(dog);

        assertThat(changed(pattern, cleaned(CUPS, frame), allowed)).isGreaterThan(300);
    }

    @Test
    void with_the_largest_as_subject_the_others_of_its_kind_can_go() {
        Recipe recipe = Footage.recipe("detect: {target: [dog], subject: largest}\ninpaint: {objects: [dog], grow: 3}");
        Detection puppy = new Detection("dog", 0.7, new Box(10, 80, 30, 100));
        Image pattern = Footage.pattern(160, 120);
        Frame frame = footage.png(pattern, new Detections("model", List.of(DOG, puppy)));

        assertThat(measured(recipe, frame).annotation())
                .isInstanceOfSatisfying(
                        Removal.class, removal -> assertThat(removal.objects()).containsExactly(puppy));
        Mask mask = Mask.ofBoxes(160, 120, List.of(puppy.box())).grow(3);
        assertThat(changed(pattern, cleaned(recipe, frame), mask)).isPositive();
    }

    @Test
    void a_mask_beyond_the_limit_is_rejected_and_nothing_is_filled() {
        Recipe recipe = Footage.recipe("inpaint: {objects: [dog], grow: 0, maxArea: 0.2}");
        Frame frame = footage.png(Footage.pattern(160, 120), new Detections("model", List.of(DOG)));
        Measured measured = measured(recipe, frame);

        double share = 70.0 * 80 / (160 * 120);
        assertThat(measured.image()).isEmpty();
        assertThat(stage().judge(recipe, measured.applyTo(frame)))
                .contains(new Rejection("removal-too-large", Math.round(share * 10_000) / 10_000.0, 0.2));
    }

    @Test
    void text_is_found_only_when_asked_for() {
        Image written = written();
        Frame frame = footage.png(written);
        Measured measured = measured(TEXT, frame);

        assertThat(known.loaded()).hasSize(1);
        assertThat(measured.annotation()).isInstanceOfSatisfying(Removal.class, removal -> {
            assertThat(removal.textRegions()).hasSize(1);
            assertThat(removal.objects()).isEmpty();
            Mask mask = Mask.ofPolygons(160, 120, removal.textRegions()).grow(2);
            assertThat(changed(written, cleaned(TEXT, frame), mask)).isPositive();
            assertThat(mask.intersect(Mask.ofPolygons(160, 120, List.of(LETTERS)))
                            .areaShare())
                    .isGreaterThan(0.005);
        });
    }

    @Test
    void what_removed_text_said_is_kept_with_its_region() throws IOException {
        ModelFiles.putTiny(models, "blue-text", "resize: limit-side", "resize: limit-side\noutput:\n  unclip: 0");
        String unread = stage().fingerprint(TEXT).value();
        ModelFiles.putTiny(models, "tiny-ctc");
        Files.write(models.resolve("abc.txt"), List.of("a", "b", "c"));
        Image image = new Image(160, 120, new byte[3 * 160 * 120]);
        for (int y = 80; y < 100; y++) {
            for (int x = 20; x < 100; x++) {
                image.bgr()[3 * (y * 160 + x)] = (byte) 255;
            }
        }
        try (Models reading = ModelFiles.open(models)) {
            InpaintStage stage = new InpaintStage(footage.images, footage.store, reading);
            Measured measured =
                    (Measured) stage.measure(TEXT, List.of(footage.png(image))).get(0);

            assertThat(measured.annotation()).isInstanceOfSatisfying(Removal.class, removal -> {
                assertThat(removal.textRegions()).hasSize(1);
                assertThat(removal.texts()).containsExactly("a");
            });
            assertThat(stage.models(TEXT))
                    .extracting(ModelUse::role)
                    .containsExactly("text-detect", "text-read", "inpaint");
            assertThat(stage.fingerprint(TEXT).value()).isNotEqualTo(unread);
        }
    }

    @Test
    void text_on_the_subject_stays() {
        Recipe recipe = Footage.recipe("detect: {target: [dog]}\ninpaint: {text: true}");
        Detection dog = new Detection("dog", 0.9, new Box(110, 80, 160, 120));
        Measured measured = measured(recipe, footage.png(written(), new Detections("model", List.of(dog))));

        assertThat(measured.annotation()).isEqualTo(new Removal("none", 0, List.of(), List.of()));
    }

    @Test
    void text_that_runs_across_the_subject_goes_as_a_whole() {
        Recipe recipe =
                Footage.recipe("detect: {target: [dog], minArea: 0}\ninpaint: {text: true, grow: 2, feather: 2}");
        // Its left edge lies on the right third of the letters.
        Detection dog = new Detection("dog", 0.9, new Box(144, 60, 160, 120));
        Image written = written();
        Frame frame = footage.png(written, new Detections("model", List.of(dog)));
        Removal removal = (Removal) measured(recipe, frame).annotation();
        Mask mask = Mask.ofPolygons(160, 120, removal.textRegions()).grow(2);

        assertThat(removal.textRegions()).hasSize(1);
        Mask onDog = Mask.ofPolygons(160, 120, List.of(LETTERS)).intersect(Mask.ofBoxes(160, 120, List.of(dog.box())));
        Image cleaned = cleaned(recipe, frame);
        assertThat(changed(written, cleaned, mask)).isPositive();
        int changedOnDog = 0;
        for (int i = 0; i < onDog.values().length; i++) {
            changedOnDog += onDog.values()[i] != 0 && written.bgr()[3 * i] != cleaned.bgr()[3 * i] ? 1 : 0;
        }
        assertThat(changedOnDog)
                .as("pixels of letters on the dog that have changed")
                .isPositive();
    }

    @Test
    void text_without_a_detector_and_unknown_methods_are_refused_in_words() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("no-models"));
        try (Models none = ModelFiles.open(empty)) {
            InpaintStage blind = new InpaintStage(footage.images, footage.store, none);

            assertThatThrownBy(() -> blind.fingerprint(TEXT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("text-detect");
        }
        Recipe magic = Footage.recipe("inpaint: {method: magic}");
        assertThatThrownBy(() -> stage().fingerprint(magic))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("model 'magic' with the role inpaint is not in");
        assertThat(RecipeRequirements.missing(magic, known))
                .singleElement()
                .asString()
                .startsWith("inpaint.method: 'magic' is not allowed; allowed: auto, telea, navier-stokes and models");
    }

    @Test
    void a_model_fills_the_hole_where_there_is_one_and_nothing_else_changes() throws IOException {
        ModelFiles.putTiny(models, "tiny-lama");
        Image pattern = Footage.pattern(160, 120);
        Frame frame = footage.png(pattern, new Detections("model", List.of(DOG, CUP)));
        try (Models withLama = ModelFiles.open(models)) {
            InpaintStage stage = new InpaintStage(footage.images, footage.store, withLama);
            Measured measured = (Measured) stage.measure(CUPS, List.of(frame)).get(0);

            assertThat(((Removal) measured.annotation()).method()).isEqualTo("tiny-lama");
            assertThat(stage.models(CUPS)).extracting(ModelUse::id).containsExactly("tiny-lama");
            Image cleaned = footage.images.read(measured.image().orElseThrow());
            Mask mask = Mask.ofBoxes(160, 120, List.of(CUP.box())).grow(4);
            assertThat(changed(pattern, cleaned, mask)).isGreaterThan(300);
            // The small network leaves no blue in the hole; the blend is whole from 5 pixels on.
            assertThat(cleaned.bgr()[3 * (30 * 160 + 30)]).isZero();

            Recipe telea = Footage.recipe("detect: {target: [dog]}\ninpaint: {objects: [cup], grow: 4, method: telea}");
            assertThat(((Removal) ((Measured)
                                            stage.measure(telea, List.of(frame)).get(0))
                                    .annotation())
                            .method())
                    .isEqualTo("telea");
            assertThat(stage.fingerprint(telea)).isNotEqualTo(stage.fingerprint(CUPS));
            Recipe named =
                    Footage.recipe("detect: {target: [dog]}\ninpaint: {objects: [cup], grow: 4, method: tiny-lama}");
            assertThat(stage.fingerprint(named)).isEqualTo(stage.fingerprint(CUPS));
        }
    }

    @Test
    void the_fingerprint_covers_what_the_manifest_says_of_the_text_detector() throws IOException {
        String before = stage().fingerprint(TEXT).value();
        ModelFiles.putTiny(models, "blue-text", "resize: limit-side", "resize: limit-side\n  side: 640");
        try (Models changed = ModelFiles.open(models)) {
            assertThat(new InpaintStage(footage.images, footage.store, changed)
                            .fingerprint(TEXT)
                            .value())
                    .isNotEqualTo(before);
        }
    }

    @Test
    void a_part_around_the_objects_is_cut_out_of_the_cleaned_picture() {
        Recipe recipe = Footage.recipe("detect: {target: [dog]}\ninpaint: {objects: [cup], grow: 4}\n"
                + "crop: {around: [dog], margin: 0, minSide: 1}");
        Image pattern = Footage.pattern(160, 120);
        Frame frame = footage.png(pattern, new Detections("model", List.of(DOG, CUP)));
        Image cleaned = cleaned(CUPS, frame);

        Measured measured = measured(recipe, frame);

        Removal removal = (Removal) measured.annotation();
        Crop crop = new Crop(50, 10, 120, 90, 160, 120);
        assertThat(removal.crop()).contains(crop);
        assertThat(removal.objects()).containsExactly(CUP);
        ImageRef ref = measured.image().orElseThrow();
        assertThat(List.of(ref.width(), ref.height())).containsExactly(70, 80);
        Image cut = footage.images.read(ref);
        for (int y = 0; y < 80; y++) {
            for (int x = 0; x < 70; x++) {
                for (int c = 0; c < 3; c++) {
                    assertThat(cut.bgr()[3 * (y * 70 + x) + c])
                            .isEqualTo(cleaned.bgr()[3 * ((10 + y) * 160 + 50 + x) + c]);
                }
            }
        }
        assertThat(stage().fingerprint(recipe)).isNotEqualTo(stage().fingerprint(CUPS));
    }

    @Test
    void a_picture_from_which_nothing_goes_is_cropped_and_one_without_the_object_stays_whole() {
        Recipe recipe = Footage.recipe("crop: {around: [cup, dog], subject: largest, margin: 0, minSide: 1}");
        Image pattern = Footage.pattern(160, 120);

        Measured both = measured(recipe, footage.jpeg(pattern, new Detections("model", List.of(CUP, DOG))));
        Measured faint = measured(recipe, footage.broken(new Detections("model", List.of(FAINT_CUP))));

        assertThat(((Removal) both.annotation()).crop()).contains(new Crop(50, 10, 120, 90, 160, 120));
        assertThat(both.image()).isPresent();
        assertThat(faint.annotation()).isEqualTo(new Removal("none", 0, List.of(), List.of()));
        assertThat(faint.image()).isEmpty();
    }

    @Test
    void a_broken_picture_costs_its_own_frame_alone() {
        Detections cups = new Detections("model", List.of(CUP));

        assertThat(stage().measure(CUPS, List.of(footage.broken(cups), footage.missing(cups))))
                .hasOnlyElementsOfType(Unmeasurable.class);
    }

    @Test
    void the_fingerprint_covers_what_changes_pixels_and_nothing_else() {
        String first = stage().fingerprint(CUPS).value();
        String yaml = "detect: {target: [dog]}\ninpaint: {objects: [cup], grow: 4, ";

        for (String change : List.of("feather: 3}", "maxArea: 0.5}", "method: navier-stokes}", "text: true}")) {
            assertThat(stage().fingerprint(Footage.recipe(yaml + change)).value())
                    .as(change)
                    .isNotEqualTo(first);
        }
        assertThat(stage().fingerprint(Footage.recipe(yaml + "method: telea}\nblur: {threshold: 0.4}"))
                        .value())
                .isEqualTo(first);
    }

    @Test
    void the_text_of_a_real_photo_is_found_goes_and_is_not_found_again() throws IOException {
        Image photo = AssetImages.read("images/inpaint/unwant_text.jpg");
        Path reals = Files.createDirectories(folder.resolve("models"));
        ModelFiles.put(reals, "pp-ocrv3-det", "textdet/ch_PP-OCRv3_det_infer.onnx");
        ModelFiles.put(reals, "en-number-rec", "textrec/en_number_mobile_v2.0_rec_infer.onnx", "textrec/en_dict.txt");
        try (Models real = ModelFiles.open(reals)) {
            InpaintStage stage = new InpaintStage(footage.images, footage.store, real);
            Recipe recipe = Footage.recipe("inpaint: {text: true}");

            Measured measured = (Measured)
                    stage.measure(recipe, List.of(footage.png(photo))).get(0);

            Removal removal = (Removal) measured.annotation();
            assertThat(removal.textRegions()).hasSize(1);
            assertThat(removal.texts()).containsExactly("ELDENRING");
            Box found = new TextRegion(removal.textRegions().get(0), 1).bounds();
            // refs/ppocr/expected_boxes.json
            assertThat(found.iou(new Box(181, 38, 589, 105))).isGreaterThan(0.9);
            Image cleaned = footage.images.read(measured.image().orElseThrow());
            assertThat(real.model(Role.TEXT_DETECT)
                            .orElseThrow()
                            .infer(List.of(cleaned))
                            .get(0))
                    .as("text regions in the result")
                    .isEmpty();
            Mask mask = Mask.ofPolygons(photo.width(), photo.height(), removal.textRegions())
                    .grow(12);
            assertThat(changed(photo, cleaned, mask)).isGreaterThan(10_000);
            Mask letters = Mask.ofPolygons(photo.width(), photo.height(), removal.textRegions());
            assertThat(edges(photo, letters)).isGreaterThan(0.1);
            assertThat(edges(cleaned, letters)).isLessThan(0.05);
        }
    }

    /** Counts the pixels inside the mask that differ, and fails on one outside. */
    private static int changed(Image before, Image after, Mask mask) {
        int changed = 0;
        for (int i = 0; i < mask.values().length; i++) {
            boolean same = before.bgr()[3 * i] == after.bgr()[3 * i]
                    && before.bgr()[3 * i + 1] == after.bgr()[3 * i + 1]
                    && before.bgr()[3 * i + 2] == after.bgr()[3 * i + 2];
            if (!same) {
                assertThat(mask.values()[i])
                        .as("pixel %d is inside the mask", i)
                        .isNotZero();
                changed++;
            }
        }
        return changed;
    }

    /** Share of the mask that is on an edge: letters are made of them. */
    private static double edges(Image image, Mask mask) {
        Mask edges = Edges.canny(Luma.of(image), 50, 150);
        return edges.areaShare() == 0 ? 0 : edges.subtract(edges.subtract(mask)).areaShare() / mask.areaShare();
    }

    private Image cleaned(Recipe recipe, Frame frame) {
        return footage.images.read(measured(recipe, frame).image().orElseThrow());
    }

    private Measured measured(Recipe recipe, Frame frame) {
        return (Measured) stage().measure(recipe, List.of(frame)).get(0);
    }

    private InpaintStage stage() {
        return new InpaintStage(footage.images, footage.store, known);
    }

    /** The pattern without its blue, and with a blue rectangle where the letters are: the small network takes blue for text. */
    private static Image written() {
        Image pattern = Footage.pattern(160, 120);
        Mask letters = Mask.ofPolygons(160, 120, List.of(LETTERS));
        for (int i = 0; i < letters.values().length; i++) {
            pattern.bgr()[3 * i] = letters.values()[i];
        }
        return pattern;
    }
}
