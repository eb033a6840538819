package io.sluice.stage.caption;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.frame.Annotation;
import io.sluice.frame.Box;
import io.sluice.frame.Caption;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.Removal;
import io.sluice.image.Image;
import io.sluice.model.Model;
import io.sluice.recipe.Recipe;
import io.sluice.stage.Footage;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.Measurement.Unmeasurable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptionStageTest {
    private static final Detections STREET = new Detections(
            "model",
            List.of(
                    object("person", 0.9, 0),
                    object("dog", 0.8, 10),
                    object("person", 0.7, 20),
                    object("bus", 0.2, 30)));

    @TempDir
    Path folder;

    private Footage footage;

    @BeforeEach
    void open() {
        footage = new Footage(folder);
    }

    @Test
    void the_trigger_comes_before_after_or_instead_of_the_names() {
        assertThat(caption("caption: {trigger: rex}", STREET)).isEqualTo("rex, two people and a dog");
        assertThat(caption("caption: {trigger: rex, mode: suffix}", STREET)).isEqualTo("two people and a dog, rex");
        assertThat(caption("caption: {trigger: rex, mode: replace}", STREET)).isEqualTo("rex");
        assertThat(caption("", STREET)).isEqualTo("two people and a dog");
        assertThat(caption("caption: {mode: replace}", STREET)).isEqualTo("two people and a dog");
    }

    @Test
    void the_subject_is_named_first() {
        assertThat(caption("detect: {target: [dog]}\ncaption: {trigger: rex}", STREET))
                .isEqualTo("rex, a dog and two people");
    }

    @Test
    void what_was_removed_is_not_named() {
        Removal removal = new Removal("telea", 0.1, List.of(STREET.objects().get(0)), List.of());

        assertThat(caption("", STREET, removal)).isEqualTo("a dog and a person");
    }

    @Test
    void surroundings_go_without_the_trigger() {
        Detections empty = new Detections("model", List.of(object("car", 0.9, 0)));

        assertThat(caption("detect: {target: [dog]}\ncaption: {trigger: rex}", empty))
                .isEqualTo("a car");
        assertThat(caption("detect: {target: [dog]}\ncaption: {trigger: rex, mode: replace}", empty))
                .isEqualTo("a car");
        assertThat(caption("dataset: my_park\ndetect: {target: [dog]}\ncaption: {trigger: rex}"))
                .isEqualTo("my park");
    }

    @Test
    void a_caption_is_never_empty() {
        assertThat(caption("dataset: my_dog-2")).isEqualTo("my dog 2");
        assertThat(caption("dataset: '___'")).isEqualTo("___");
        assertThat(caption("export: {concept: rex dog}")).isEqualTo("rex dog");
        assertThat(caption("caption: {trigger: '  '}", STREET)).isEqualTo("two people and a dog");
        assertThat(caption("caption: {maxTokens: 1}", STREET)).isEqualTo("two");
    }

    @Test
    void whole_words_are_cut_off_the_description_and_never_off_the_trigger() {
        // 7 tokens are 5 words.
        assertThat(caption("caption: {trigger: rex the dog, maxTokens: 7}", STREET))
                .isEqualTo("rex the dog, two people");
        assertThat(caption("caption: {trigger: rex the dog, maxTokens: 1}", STREET))
                .isEqualTo("rex the dog");
        assertThat(caption("caption: {maxTokens: 6}", STREET)).isEqualTo("two people");
    }

    @Test
    void a_captioner_takes_the_place_of_the_names() {
        Frame frame = footage.png(Footage.pattern(32, 24), STREET);
        CaptionStage stage = stage(Optional.of(new Sentence(" a dog\n on a street ")));
        Recipe recipe = Footage.recipe("caption: {trigger: rex}");

        assertThat(((Measured) stage.measure(recipe, List.of(frame)).get(0)).annotation())
                .isEqualTo(new Caption("rex, a dog on a street", "sentence"));
        assertThat(stage.fingerprint(recipe))
                .isNotEqualTo(stage(Optional.empty()).fingerprint(recipe));
        assertThat(((Measured) stage(Optional.of(new Sentence(" ")))
                                .measure(recipe, List.of(frame))
                                .get(0))
                        .annotation())
                .isEqualTo(new Caption("rex, two people and a dog", "names"));
        assertThat(stage.measure(recipe, List.of(footage.missing()))).hasOnlyElementsOfType(Unmeasurable.class);
    }

    @Test
    void counts_and_plurals_are_english() {
        assertThat(NamesCaption.counted("apple", 1)).isEqualTo("an apple");
        assertThat(NamesCaption.counted("scissors", 1)).isEqualTo("scissors");
        assertThat(NamesCaption.counted("bus", 3)).isEqualTo("three buses");
        assertThat(NamesCaption.counted("wine glass", 2)).isEqualTo("two wine glasses");
        assertThat(NamesCaption.counted("teddy bear", 2)).isEqualTo("two teddy bears");
        assertThat(NamesCaption.counted("knife", 10)).isEqualTo("ten knives");
        assertThat(NamesCaption.counted("berry", 11)).isEqualTo("many berries");
    }

    @Test
    void three_kinds_are_listed() {
        Detections kinds = new Detections(
                "model", List.of(object("cat", 0.9, 0), object("dog", 0.8, 1), object("orange", 0.7, 2)));

        assertThat(caption("", kinds)).isEqualTo("a cat, a dog and an orange");
    }

    private String caption(String yaml, Annotation... annotations) {
        // Without a captioner no picture is read.
        Frame frame = footage.broken(annotations);
        Measured measured = (Measured) stage(Optional.empty())
                .measure(Footage.recipe(yaml), List.of(frame))
                .get(0);
        assertThat(stage(Optional.empty()).judge(Footage.recipe(yaml), measured.applyTo(frame)))
                .isEmpty();
        return ((Caption) measured.annotation()).text();
    }

    private CaptionStage stage(Optional<Model<Image, String>> captioner) {
        return new CaptionStage(footage.images, captioner);
    }

    private static Detection object(String label, double score, double left) {
        return new Detection(label, score, new Box(left, 0, left + 8, 8));
    }

    private record Sentence(String text) implements Model<Image, String> {
        @Override
        public List<String> infer(List<Image> batch) {
            return batch.stream().map(image -> text).toList();
        }

        @Override
        public String id() {
            return "sentence";
        }

        @Override
        public String sha256() {
            return "5e".repeat(32);
        }
    }
}
