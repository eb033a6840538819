package io.sluice.stage.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.Assets;
import io.sluice.frame.Annotation;
import io.sluice.frame.Box;
import io.sluice.frame.Caption;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.Removal;
import io.sluice.image.Image;
import io.sluice.model.CaptionAnswer;
import io.sluice.model.CaptionAnswer.End;
import io.sluice.model.Model;
import io.sluice.model.ModelFiles;
import io.sluice.model.Models;
import io.sluice.model.Role;
import io.sluice.model.caption.Captioners;
import io.sluice.recipe.Recipe;
import io.sluice.stage.Footage;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.Measurement.Unmeasurable;
import io.sluice.stage.ModelUse;
import java.io.IOException;
import java.nio.file.Files;
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
    void a_captioner_takes_the_place_of_the_names() throws IOException {
        Frame red = footage.png(plain(0, 0, -1), STREET);
        Frame blue = footage.png(plain(-1, 0, 0), STREET);
        Captioners.put(folder.resolve("models"), "blip", manifest -> manifest);
        Recipe recipe = Footage.recipe("caption: {trigger: rex}");
        try (Models models = ModelFiles.open(folder.resolve("models"))) {
            CaptionStage stage = new CaptionStage(footage.images, models);

            assertThat(captions(stage, recipe, red, blue))
                    .containsExactly(
                            new Caption("rex, a red ball on the grass", "blip"),
                            new Caption("rex, the blue sky", "blip"));
            assertThat(captions(
                            stage,
                            Footage.recipe("caption: {method: blip, mode: suffix, trigger: rex, beams: 2}"),
                            red))
                    .containsExactly(new Caption("a red ball on the grass, rex", "blip"));
            assertThat(captions(stage, Footage.recipe("caption: {prompt: a photo of}"), red))
                    .containsExactly(new Caption("a photo of red grass", "blip"));
            assertThat(captions(stage, Footage.recipe("caption: {method: names}"), red))
                    .containsExactly(new Caption("two people and a dog", "names"));
            assertThat(captions(stage, Footage.recipe("caption: {forbidden: [ball, dog]}"), red))
                    .containsExactly(new Caption("the grass", "blip"));
            assertThat(captions(stage, Footage.recipe("caption: {forbidden: [skies]}"), blue))
                    .containsExactly(new Caption("two people and a dog", "names", "nothing-left"));
            assertThat(stage.models(recipe))
                    .extracting(ModelUse::role, ModelUse::id)
                    .containsExactly(tuple("caption", "blip"));
            assertThat(stage.measure(recipe, List.of(footage.missing()))).hasOnlyElementsOfType(Unmeasurable.class);
        }
    }

    @Test
    void the_fingerprint_tells_what_changes_a_caption() throws IOException {
        Recipe plain = Footage.recipe("");
        Recipe names = Footage.recipe("caption: {method: names}");
        Recipe prompted = Footage.recipe("caption: {prompt: a photo of}");
        Recipe namesPrompted = Footage.recipe("caption: {method: names, prompt: a photo of}");
        Captioners.put(folder.resolve("models"), "blip", manifest -> manifest);
        Captioners.put(folder.resolve("others"), "blip", manifest -> manifest.replace("stop: [3]", "stop: [3, 2]"));
        try (Models models = ModelFiles.open(folder.resolve("models"));
                Models others = ModelFiles.open(folder.resolve("others"))) {
            CaptionStage stage = new CaptionStage(footage.images, models);
            assertThat(stage.fingerprint(plain)).isEqualTo(stage.fingerprint(plain));
            assertThat(List.of(
                            stage.fingerprint(plain),
                            stage.fingerprint(names),
                            stage.fingerprint(prompted),
                            new CaptionStage(footage.images, others).fingerprint(plain)))
                    .doesNotHaveDuplicates();
            assertThat(stage.fingerprint(namesPrompted)).isEqualTo(stage.fingerprint(names));
        }
    }

    @Test
    void where_there_is_no_caption_the_names_stand_and_the_reason() {
        Frame frame = footage.broken(STREET);
        Wording wording = new Wording(Footage.recipe("caption: {trigger: rex}"), String::length);

        assertThat(wording.caption(frame, "blip", answer("a dog runs", End.TIME)))
                .isEqualTo(new Caption("rex, two people and a dog", "names", "too-slow"));
        assertThat(wording.caption(frame, "blip", answer(" . ", End.STOP)))
                .isEqualTo(new Caption("rex, two people and a dog", "names", "empty"));
        assertThat(wording.caption(frame, "blip", answer("a dog runs on the", End.LENGTH)))
                .isEqualTo(new Caption("rex, a dog runs", "blip"));
    }

    @Test
    void what_was_removed_is_not_in_the_sentence_either() {
        Removal person = new Removal("telea", 0.1, List.of(STREET.objects().get(0)), List.of());
        Removal dog = new Removal("telea", 0.1, List.of(STREET.objects().get(1)), List.of());
        Removal text = new Removal("telea", 0.1, List.of(), List.of(List.of(0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0)));
        Wording wording = new Wording(Footage.recipe(""), String::length);
        Optional<CaptionAnswer> said = answer("a woman with a puppy on a street, and a logo in the corner", End.STOP);

        // Another person is still there.
        assertThat(wording.caption(footage.broken(STREET, person), "blip", said).text())
                .isEqualTo("a woman with a puppy on a street, and a logo in the corner");
        assertThat(wording.caption(footage.broken(STREET, dog), "blip", said).text())
                .isEqualTo("a woman on a street, and a logo in the corner");
        assertThat(wording.caption(footage.broken(STREET, text), "blip", said).text())
                .isEqualTo("a woman with a puppy on a street in the corner");
    }

    @Test
    void the_trigger_fills_only_what_is_empty() {
        String fill = "caption: {trigger: rex, mode: fill}";

        assertThat(caption(fill, STREET)).isEqualTo("two people and a dog");
        assertThat(caption(fill)).isEqualTo("rex");
    }

    @Test
    void forbidden_words_are_not_among_the_names() {
        assertThat(caption("caption: {forbidden: [people, Bus]}", STREET)).isEqualTo("a dog");
        assertThat(caption("caption: {forbidden: [people, dogs], trigger: dog}", STREET))
                .isEqualTo("dog");
    }

    /** Ids of the trainer's own tokenizer: "rex" is one token, a comma one, and "mountaineering" three. */
    @Test
    void tokens_are_counted_by_the_trainers_tokenizer_where_it_is_there() throws IOException {
        Path clip = Assets.path("models/tokenizers/clip_tokenizer.json");
        Files.copy(clip, folder.resolve("clip_tokenizer.json"));
        Files.writeString(
                folder.resolve("clip.yaml"),
                "id: clip\nrole: token-count\nkind: tokenizer\nfile: clip_tokenizer.json\nlicence: MIT\n");
        try (Models models = ModelFiles.open(folder)) {
            CaptionStage stage = new CaptionStage(footage.images, models);
            Frame frame = footage.broken(STREET);
            Model<String, Integer> counter = models.model(Role.TOKEN_COUNT).orElseThrow();

            assertThat(counter.infer(List.of("rex, two people and a dog", "Hello world!")))
                    .containsExactly(7, 3);
            assertThat(captions(stage, Footage.recipe("caption: {trigger: rex, maxTokens: 7}"), frame))
                    .containsExactly(new Caption("rex, two people and a dog", "names"));
            assertThat(captions(stage, Footage.recipe("caption: {trigger: rex, maxTokens: 6}"), frame))
                    .containsExactly(new Caption("rex, two people", "names"));
        }
    }

    @Test
    void sentences_are_tidied_up() {
        assertThat(Sentence.clean("a dog dog dog running", false)).isEqualTo("a dog running");
        assertThat(Sentence.clean("a man in a hat in a hat in a hat", true)).isEqualTo("a man in a hat");
        assertThat(Sentence.clean("a dog and a cat and a dog and a cat and", true))
                .isEqualTo("a dog and a cat");
        assertThat(Sentence.clean("a dog , its owner ' s and a", false)).isEqualTo("a dog, its owner's");
        assertThat(Sentence.clean("araffe dog laying on the grass", false)).isEqualTo("a dog laying on the grass");
        assertThat(Sentence.clean("two arafed dogs.", false)).isEqualTo("two dogs");
        assertThat(Sentence.clean("A dog runs. It is brown. The sky is", true)).isEqualTo("A dog runs. It is brown");
        assertThat(Sentence.clean(" a dog\n\u0007 on a street ", false)).isEqualTo("a dog on a street");
        assertThat(Sentence.clean("the", true)).isEmpty();
        assertThat(Sentence.without("a dog with a red collar on grass", List.of("collars")))
                .isEqualTo("a dog on grass");
        assertThat(Sentence.without("a man riding a horse", List.of("man"))).isEqualTo("a horse");
        assertThat(Sentence.without("a manta ray", List.of("man"))).isEqualTo("a manta ray");
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
        try (Models models = ModelFiles.open(folder.resolve("none"))) {
            CaptionStage stage = new CaptionStage(footage.images, models);
            Measured measured = (Measured)
                    stage.measure(Footage.recipe(yaml), List.of(frame)).get(0);
            assertThat(stage.judge(Footage.recipe(yaml), measured.applyTo(frame)))
                    .isEmpty();
            return ((Caption) measured.annotation()).text();
        }
    }

    private static List<Annotation> captions(CaptionStage stage, Recipe recipe, Frame... frames) {
        return stage.measure(recipe, List.of(frames)).stream()
                .map(measurement -> ((Measured) measurement).annotation())
                .toList();
    }

    private static Optional<CaptionAnswer> answer(String text, End end) {
        return Optional.of(new CaptionAnswer(text, List.of(), end));
    }

    private static Image plain(int blue, int green, int red) {
        byte[] pixels = new byte[32 * 24 * 3];
        for (int i = 0; i < pixels.length; i += 3) {
            pixels[i] = (byte) blue;
            pixels[i + 1] = (byte) green;
            pixels[i + 2] = (byte) red;
        }
        return new Image(32, 24, pixels);
    }

    private static Detection object(String label, double score, double left) {
        return new Detection(label, score, new Box(left, 0, left + 8, 8));
    }
}
