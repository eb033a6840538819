package io.sluice.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.recipe.Recipe.Assess;
import io.sluice.recipe.Recipe.CaptionDetail;
import io.sluice.recipe.Recipe.CaptionMode;
import io.sluice.recipe.Recipe.Encoding;
import io.sluice.recipe.Recipe.Mode;
import io.sluice.recipe.Recipe.Subject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeReaderTest {
    private static final String DEFAULTS = """
            dataset: dataset
            assess: none
            extract: { mode: keyframes, minFps: none, maxFps: 2, from: 0s, to: end, limit: none, perShot: 1, cropBlackBars: true }
            blur: { threshold: auto, keepSharpest: none }
            blank: { minLumaDeviation: 3.0 }
            detect: { target: [], subject: all, minConfidence: 0.4, minArea: 0.01, contextShare: 0, like: [], minLikeness: 0.5, minResemblance: 0.8, method: auto }
            embed: { image: auto, text: auto }
            aesthetic: { threshold: none, keepBest: none, method: auto }
            select: { similarity: auto, cosine: auto, goal: none, perVideo: none, minSide: none, maxAspect: none }
            inpaint: { objects: [], text: false, grow: 12, feather: 16, maxArea: 0.35, method: auto, outline: auto, textMethod: auto }
            crop: { around: [], subject: all, margin: 0.25, minSide: 512, maxAspect: 2 }
            caption: { trigger: "", mode: prefix, maxTokens: 75, method: auto, prompt: "", detail: short, beams: none, maxSeconds: 60, forbidden: [] }
            export: { layout: kohya, repeats: 10, concept: "", image: { encode: jpeg, quality: 97 } }
            """;
    private static final String EVERYTHING = """
            dataset: rex_2-b
            assess: wait
            extract: { mode: scene, minFps: 0.1, maxFps: 0.5, from: 500ms, to: 1.5m, limit: 7, perShot: 3, cropBlackBars: false }
            blur: { threshold: 0.2, keepSharpest: 0.8 }
            blank: { minLumaDeviation: 7 }
            detect: { target: [dog, cat], subject: largest, minConfidence: 0.6, minArea: 0.1, contextShare: 0.25, like: [a red bicycle], minLikeness: 0.7, minResemblance: 0.9, method: rex }
            embed: { image: rex-eye, text: rex-ear }
            aesthetic: { threshold: 4.5, keepBest: 0.5, method: rex-head }
            select: { similarity: 0.95, cosine: 0.9, goal: 100, perVideo: 20, minSide: 512, maxAspect: 2.5 }
            inpaint: { objects: [person, dog], text: true, grow: 1, feather: 2, maxArea: 0.5, method: telea, textMethod: signs, prompt: "grass, lawn", negative: people, sampler: ddim, steps: 30, guidance: 6, strength: 0.8, seed: 42 }
            crop: { around: [face, cat], subject: largest, margin: 0.5, minSide: 256, maxAspect: 1.5 }
            caption: { trigger: "rex, the dog", mode: suffix, maxTokens: 150, method: blip-base, prompt: a photo of, detail: very-detailed, beams: 3, maxSeconds: 9, forbidden: [text, red collar] }
            export: { layout: kohya, repeats: 5, concept: a dog, image: { encode: png, quality: 90 } }
            """;

    @Test
    void an_empty_recipe_has_the_documented_defaults() {
        Recipe recipe = read("");
        assertThat(recipe.dataset()).isEqualTo("dataset");
        assertThat(recipe.assess()).isEqualTo(Assess.NONE);
        assertThat(recipe.extract())
                .isEqualTo(new Recipe.Extract(
                        Mode.KEYFRAMES, OptionalDouble.empty(), 2, 0, Optional.empty(), OptionalInt.empty(), 1, true));
        assertThat(recipe.blur()).isEqualTo(new Recipe.Blur(OptionalDouble.empty(), OptionalDouble.empty()));
        assertThat(recipe.blank()).isEqualTo(new Recipe.Blank(3));
        assertThat(recipe.detect())
                .isEqualTo(new Recipe.Detect(List.of(), Subject.ALL, 0.4, 0.01, 0, List.of(), 0.5, 0.8, "auto"));
        assertThat(recipe.aesthetic())
                .isEqualTo(new Recipe.Aesthetic(OptionalDouble.empty(), OptionalDouble.empty(), "auto"));
        assertThat(recipe.select())
                .isEqualTo(new Recipe.Select(
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalDouble.empty()));
        assertThat(recipe.inpaint())
                .isEqualTo(new Recipe.Inpaint(
                        List.of(),
                        false,
                        12,
                        16,
                        0.35,
                        "auto",
                        "auto",
                        "auto",
                        "",
                        "",
                        Recipe.Sampler.DPM,
                        20,
                        7.5,
                        1,
                        0));
        assertThat(recipe.crop()).isEqualTo(new Recipe.Crop(List.of(), Subject.ALL, 0.25, 512, 2));
        assertThat(recipe.caption())
                .isEqualTo(new Recipe.Caption(
                        "",
                        CaptionMode.PREFIX,
                        75,
                        "auto",
                        "",
                        CaptionDetail.SHORT,
                        OptionalInt.empty(),
                        60,
                        List.of()));
        assertThat(recipe.export()).isEqualTo(new Recipe.Export("kohya", 10, "", Encoding.JPEG, 97));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "---",
                "# nothing here",
                "{}",
                "blur:",
                "blur: {}",
                "detect: {minArea: }",
                "extract: {maxFps: 2.0, from: 0ms}"
            })
    void writing_the_defaults_down_changes_nothing(String yaml) {
        assertThat(read(yaml)).isEqualTo(read(DEFAULTS));
        assertThat(read(yaml).digest()).isEqualTo(read(DEFAULTS).digest());
    }

    @Test
    void every_key_is_read() {
        Recipe recipe = read(EVERYTHING);
        assertThat(recipe.dataset()).isEqualTo("rex_2-b");
        assertThat(recipe.assess()).isEqualTo(Assess.WAIT);
        assertThat(recipe.extract())
                .isEqualTo(new Recipe.Extract(
                        Mode.SCENE,
                        OptionalDouble.of(0.1),
                        0.5,
                        500_000,
                        Optional.of(90_000_000L),
                        OptionalInt.of(7),
                        3,
                        false));
        assertThat(recipe.blur()).isEqualTo(new Recipe.Blur(OptionalDouble.of(0.2), OptionalDouble.of(0.8)));
        assertThat(recipe.blank()).isEqualTo(new Recipe.Blank(7));
        assertThat(recipe.embed()).isEqualTo(new Recipe.Embed("rex-eye", "rex-ear"));
        assertThat(recipe.detect())
                .isEqualTo(new Recipe.Detect(
                        List.of("dog", "cat"),
                        Subject.LARGEST,
                        0.6,
                        0.1,
                        0.25,
                        List.of(new Recipe.Like("a red bicycle", "")),
                        0.7,
                        0.9,
                        "rex"));
        assertThat(recipe.aesthetic())
                .isEqualTo(new Recipe.Aesthetic(OptionalDouble.of(4.5), OptionalDouble.of(0.5), "rex-head"));
        assertThat(recipe.select())
                .isEqualTo(new Recipe.Select(
                        OptionalDouble.of(0.95),
                        OptionalDouble.of(0.9),
                        OptionalInt.of(100),
                        OptionalInt.of(20),
                        OptionalInt.of(512),
                        OptionalDouble.of(2.5)));
        assertThat(recipe.inpaint())
                .isEqualTo(new Recipe.Inpaint(
                        List.of("person", "dog"),
                        true,
                        1,
                        2,
                        0.5,
                        "telea",
                        "auto",
                        "signs",
                        "grass, lawn",
                        "people",
                        Recipe.Sampler.DDIM,
                        30,
                        6,
                        0.8,
                        42));
        assertThat(recipe.crop()).isEqualTo(new Recipe.Crop(List.of("face", "cat"), Subject.LARGEST, 0.5, 256, 1.5));
        assertThat(recipe.caption())
                .isEqualTo(new Recipe.Caption(
                        "rex, the dog",
                        CaptionMode.SUFFIX,
                        150,
                        "blip-base",
                        "a photo of",
                        CaptionDetail.VERY_DETAILED,
                        OptionalInt.of(3),
                        9,
                        List.of("text", "red collar")));
        assertThat(recipe.export()).isEqualTo(new Recipe.Export("kohya", 5, "a dog", Encoding.PNG, 90));
    }

    @Test
    void recipes_that_differ_in_anything_have_another_digest() {
        String[] settings = {
            "dataset=x",
            "assess=wait",
            "extract.mode=rate",
            "extract.maxFps=1",
            "extract.minFps=1",
            "extract.limit=1",
            "extract.perShot=2",
            "extract.cropBlackBars=false",
            "extract.from=1s",
            "extract.to=1s",
            "blur.threshold=0.1",
            "blur.keepSharpest=1",
            "blank.minLumaDeviation=1",
            "detect.target=[dog]",
            "detect.subject=largest",
            "detect.minConfidence=0.5",
            "detect.like=[x]",
            "detect.minLikeness=0.6",
            "detect.minResemblance=0.6",
            "embed.image=none",
            "embed.text=x",
            "aesthetic.method=x",
            "select.cosine=0.9",
            "detect.minArea=0",
            "detect.contextShare=1",
            "aesthetic.threshold=0",
            "aesthetic.keepBest=1",
            "select.similarity=1",
            "select.goal=1",
            "select.perVideo=1",
            "select.minSide=1",
            "select.maxAspect=1",
            "inpaint.objects=[cup]",
            "inpaint.text=true",
            "inpaint.grow=0",
            "inpaint.feather=0",
            "inpaint.maxArea=1",
            "inpaint.method=telea",
            "inpaint.prompt=grass",
            "inpaint.negative=grass",
            "inpaint.sampler=ddim",
            "inpaint.steps=5",
            "inpaint.guidance=5",
            "inpaint.strength=0.5",
            "inpaint.seed=5",
            "crop.around=[cup]",
            "crop.subject=largest",
            "crop.margin=0",
            "crop.minSide=1",
            "crop.maxAspect=1",
            "caption.trigger=rex",
            "caption.mode=replace",
            "caption.maxTokens=1",
            "export.repeats=1",
            "export.concept=rex",
            "export.image.encode=png",
            "export.image.quality=1"
        };
        assertThat(java.util.Arrays.stream(settings).map(s -> set(s).digest()))
                .doesNotHaveDuplicates()
                .doesNotContain(read("").digest())
                .hasSize(settings.length);
    }

    @Test
    void the_order_of_keys_and_the_way_of_writing_values_are_no_matter() {
        assertThat(read("select: {goal: 5, minSide: 9}\nextract: {to: 90s, maxFps: 1}\ndataset: a"))
                .isEqualTo(read("dataset: 'a'\nextract:\n  maxFps: 1.0\n  to: 1.5m\nselect: {minSide: 9, goal: 5}"));
        assertThat(read("detect: {target: [dog, ' dog ', cat]}")).isEqualTo(read("detect: {target: [dog, cat]}"));
        assertThat(read("caption: {trigger: ' rex '}")).isEqualTo(read("caption: {trigger: rex}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dataset|a/b|1 to 64 letters, digits, - and _",
                "dataset|''|1 to 64 letters, digits, - and _",
                "dataset|[a]|1 to 64 letters, digits, - and _",
                "assess|later|none, wait",
                "extract|3|keys and values below it",
                "extract.mode|scenes|keyframes, rate, scene",
                "extract.minFps|0|none or a number from 0.01 to 120.0",
                "extract.minFps|3|none, or at most extract.maxFps",
                "extract.limit|0|none or a whole number from 1",
                "extract.perShot|11|a whole number from 1 to 10",
                "extract.cropBlackBars|2|true or false",
                "extract.maxFps|0|a number from 0.01 to 120.0",
                "extract.maxFps|fast|a number from 0.01 to 120.0",
                "extract.from|10|a time with its unit, as in 500ms, 10s, 1.5m or 1h",
                "extract.from|-1s|a time with its unit, as in 500ms, 10s, 1.5m or 1h",
                "extract.to|start|end or a time with its unit, as in 500ms, 10s, 1.5m or 1h",
                "extract.to|0s|a time after extract.from, or end",
                "blur.threshold|none|auto or a number from 0.0 to 1.0",
                "blur.threshold|1.1|auto or a number from 0.0 to 1.0",
                "blur.keepSharpest|0|none or a number above 0 to 1",
                "blur.keepSharpest|2|none or a number above 0 to 1",
                "blank.minLumaDeviation|-1|a number from 0.0 to 128.0",
                "detect.target|dog|a list, as in [dog, cat]",
                "detect.target|[1]|a list of words, as in [dog, cat]",
                "detect.target|['']|a list of words, as in [dog, cat]",
                "detect.subject|smallest|all, largest",
                "detect.minConfidence|0|a number from 0.05 to 1.0",
                "detect.like|a red bicycle|a list of words and of JPEG and PNG files, as in [a red bicycle, bicycle.jpg]",
                "detect.like|[1]|a list of words and of JPEG and PNG files, as in [a red bicycle, bicycle.jpg]",
                "detect.minLikeness|2|a number from 0.0 to 1.0",
                "embed.image|My Model|auto, none or the id of a model",
                "aesthetic.method|My Model|auto, photographic-quality or the id of a model",
                "select.cosine|1.5|auto or a number from 0.0 to 1.0",
                "detect.minArea|2|a number from 0.0 to 1.0",
                "detect.contextShare|true|a number from 0.0 to 1.0",
                "aesthetic.threshold|11|none or a number from 0.0 to 10.0",
                "aesthetic.keepBest|auto|none or a number above 0 to 1",
                "select.similarity|none|auto or a number from 0.0 to 1.0",
                "select.goal|0|none or a whole number from 1",
                "select.goal|1.5|none or a whole number from 1",
                "select.perVideo|many|none or a whole number from 1",
                "select.minSide|3000000000|none or a whole number from 1",
                "select.maxAspect|0.5|none or a number from 1.0 to 100.0",
                "inpaint.objects|person|a list, as in [dog, cat]",
                "inpaint.text|yes|true or false",
                "inpaint.grow|201|a whole number from 0 to 200",
                "inpaint.grow|1.5|a whole number from 0 to 200",
                "inpaint.feather|-1|a whole number from 0 to 200",
                "inpaint.maxArea|1.01|a number from 0.0 to 1.0",
                "inpaint.method|Telea|auto, telea, navier-stokes or the id of a model",
                "crop.around|face|a list, as in [dog, cat]",
                "crop.subject|smallest|all, largest",
                "crop.margin|6|a number from 0.0 to 5.0",
                "crop.minSide|0|a whole number from 1 to 100000",
                "crop.maxAspect|0.5|a number from 1.0 to 100.0",
                "caption.trigger|{a: b}|one line of text",
                "caption.trigger|\"a\\nb\"|one line of text",
                "caption.mode|middle|prefix, suffix, replace, fill",
                "caption.detail|long|short, detailed, very-detailed, regions, text",
                "caption.method|My Model|auto, names or the id of a model",
                "caption.beams|17|none, or a whole number from 1 to 16",
                "caption.maxSeconds|121|a whole number from 1 to 120",
                "caption.forbidden|text|a list, as in [dog, cat]",
                "caption.maxTokens|0|a whole number from 1 to 1024",
                "export.layout|webdataset|kohya",
                "export.repeats|0|a whole number from 1 to 10000",
                "export.image|jpeg|keys and values below it",
                "export.image.encode|webp|jpeg, png",
                "export.image.quality|101|a whole number from 1 to 100"
            })
    void a_value_that_is_not_allowed_is_named_with_its_key_and_what_is(String key, String value, String allowed) {
        String shown = switch (value) {
            case "\"a\\nb\"" -> "a\nb";
            case "['']" -> "[\"\"]";
            case "[a]" -> "[\"a\"]";
            case "{a: b}" -> "{\"a\":\"b\"}";
            default -> value;
        };
        assertThatThrownBy(() -> set(key + "=" + value))
                .isInstanceOf(RecipeException.class)
                .hasMessage("recipe: " + key + ": '" + shown + "' is not allowed; allowed: " + allowed);
    }

    @Test
    void words_that_are_booleans_elsewhere_are_text() {
        assertThat(read("dataset: on\ncaption: {trigger: yes}\ndetect: {target: [no]}"))
                .isEqualTo(read("dataset: 'on'\ncaption: {trigger: 'yes'}\ndetect: {target: ['no']}"));
        assertThat(read("dataset: on").dataset()).isEqualTo("on");
    }

    @Test
    void what_is_no_number_is_refused() {
        for (String number : List.of(".nan", ".inf", "1e999")) {
            assertThatThrownBy(() -> set("extract.maxFps=" + number))
                    .isInstanceOf(RecipeException.class)
                    .hasMessageContaining("extract.maxFps");
        }
    }

    @Test
    void a_concept_with_a_bar_is_named_too() {
        assertThatThrownBy(() -> read("export: {concept: 'a|b'}"))
                .isInstanceOf(RecipeException.class)
                .hasMessage("recipe: export.concept: 'a|b' is not allowed; allowed: "
                        + "words without / \\ : * ? \" < > | and dots");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "datset: rex|datset|aesthetic, assess, blank, blur",
                "blur: {treshold: 1}|blur.treshold|keepSharpest, threshold",
                "export: {image: {q: 1}}|export.image.q|encode, quality",
                "1: 2|1|aesthetic, assess"
            })
    void an_unknown_key_is_named_with_those_that_are_known(String yaml, String key, String known) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("unknown key '" + key + "'")
                .hasMessageContaining("allowed here: " + known);
    }

    @ParameterizedTest
    @ValueSource(strings = {"blur.treshold", "blur.", "x.y.z", "", "."})
    void an_unknown_key_in_a_setting_is_named(String key) {
        assertThatThrownBy(() -> RecipeReader.read("", Map.of(key, "1")))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("unknown key");
    }

    @Test
    void settings_win_over_the_file() {
        Recipe recipe = RecipeReader.read(
                EVERYTHING,
                Map.of(
                        "dataset", "other",
                        "detect.target", "[bird]",
                        "select.goal", "none",
                        "export.image.quality", "80",
                        "caption.trigger", ""));
        assertThat(recipe.dataset()).isEqualTo("other");
        assertThat(recipe.detect().target()).containsExactly("bird");
        assertThat(recipe.detect().minConfidence()).isEqualTo(0.6);
        assertThat(recipe.select().goal()).isEmpty();
        assertThat(recipe.export().quality()).isEqualTo(80);
        assertThat(recipe.caption().trigger()).isEmpty();
    }

    @Test
    void a_setting_that_looks_like_a_comment_is_taken_as_text() {
        assertThat(set("caption.trigger=#1 dog").caption().trigger()).isEqualTo("#1 dog");
    }

    @Test
    void a_setting_cannot_go_below_a_value() {
        assertThatThrownBy(() -> RecipeReader.read("blur: 3", Map.of("blur.threshold", "0.5")))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("blur.threshold: '0.5'")
                .hasMessageContaining("blur has no keys below it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dataset: a\ndataset: b",
                "blur: {threshold: 0.1, threshold: 0.2}",
                "dataset: [",
                "dataset: a\n---\ndataset: b",
                "dataset: \"a\u0007\"",
                "- a\n- b",
                "rex"
            })
    void text_that_is_no_recipe_is_refused(String yaml) {
        assertThatThrownBy(() -> read(yaml)).isInstanceOf(RecipeException.class).hasMessageStartingWith("recipe: ");
    }

    @Test
    void what_is_kept_cannot_be_removed_unless_only_the_largest_is_kept() {
        assertThatThrownBy(() -> read("detect: {target: [dog]}\ninpaint: {objects: [cup, dog]}"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("inpaint.objects")
                .hasMessageContaining("dog")
                .hasMessageContaining("detect.subject: largest");
        assertThat(read("detect: {target: [dog], subject: largest}\ninpaint: {objects: [dog]}")
                        .inpaint()
                        .objects())
                .containsExactly("dog");
    }

    private static Recipe read(String yaml) {
        return RecipeReader.read(yaml, Map.of());
    }

    private static Recipe set(String setting) {
        int equals = setting.indexOf('=');
        return RecipeReader.read("", Map.of(setting.substring(0, equals), setting.substring(equals + 1)));
    }
}
