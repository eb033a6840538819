package io.sluice.model.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.Box;
import io.sluice.image.Image;
import io.sluice.model.CaptionAnswer;
import io.sluice.model.CaptionAnswer.End;
import io.sluice.model.CaptionAnswer.Region;
import io.sluice.model.CaptionRequest;
import io.sluice.model.CaptionRequest.Detail;
import io.sluice.model.Model;
import io.sluice.model.ModelFiles;
import io.sluice.model.Models;
import io.sluice.model.Role;
import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Adapters over networks that know a few sentences by heart and say "wrong" wherever anything that goes in is not as the family has
 * it; see make_captioners.py.
 */
class CaptionersTest {
    private static final Image RED = picture(new byte[] {0, 0, -1});
    private static final Image BLUE = picture(new byte[] {-1, 0, 0});

    @TempDir
    Path folder;

    private @Nullable Models models;

    @AfterEach
    void close() {
        if (models != null) {
            models.close();
        }
    }

    @Test
    void blip_says_of_each_picture_of_a_batch_what_it_shows() throws IOException {
        Model<CaptionRequest, CaptionAnswer> blip = open("blip");

        assertThat(blip.infer(List.of(ask(RED), ask(BLUE), ask(RED))))
                .extracting(CaptionAnswer::text)
                .containsExactly("a red ball on the grass", "the blue sky", "a red ball on the grass");
        assertThat(blip.infer(List.of(ask(BLUE))).get(0).end()).isEqualTo(End.STOP);
    }

    @Test
    void blip_goes_on_from_a_prompt_that_is_part_of_the_sentence() throws IOException {
        Model<CaptionRequest, CaptionAnswer> blip = open("blip");

        assertThat(blip.infer(List.of(prompted(RED), ask(BLUE), prompted(BLUE))))
                .extracting(CaptionAnswer::text)
                .containsExactly("a photo of red grass", "the blue sky", "a photo of a blue kite on the sky");
    }

    @Test
    void blips_own_prompt_is_no_part_of_the_sentence() throws IOException {
        Model<CaptionRequest, CaptionAnswer> blip = open("blip", output("prompt: a photo of"));

        assertThat(blip.infer(List.of(ask(RED), ask(BLUE))))
                .extracting(CaptionAnswer::text)
                .containsExactly("red grass", "a blue kite on the sky");
    }

    @Test
    void a_decoder_with_rows_writes_about_several_pictures_at_once() throws IOException {
        Model<CaptionRequest, CaptionAnswer> blip = open(
                "blip",
                output("batch: 4").andThen(text -> text.replace("blip-decoder.onnx", "blip-decoder-rows.onnx"))::apply);

        assertThat(blip.infer(List.of(ask(RED), prompted(RED), ask(BLUE), ask(RED), prompted(BLUE))))
                .extracting(CaptionAnswer::text)
                .containsExactly(
                        "a red ball on the grass",
                        "a photo of red grass",
                        "the blue sky",
                        "a red ball on the grass",
                        "a photo of a blue kite on the sky");
    }

    @Test
    void beams_see_the_same_picture() throws IOException {
        for (String decoder : List.of("blip-decoder.onnx", "blip-decoder-rows.onnx")) {
            Model<CaptionRequest, CaptionAnswer> blip =
                    open("blip", text -> text.replace("blip-decoder.onnx", decoder));
            assertThat(blip.infer(List.of(beams(RED, 3), beams(BLUE, 3))))
                    .extracting(CaptionAnswer::text)
                    .containsExactly("a red ball on the grass", "the blue sky");
        }
    }

    @Test
    void vit_gpt2_writes_with_a_cache_and_without() throws IOException {
        for (String decoder : List.of("vit-gpt2-decoder.onnx", "vit-gpt2-decoder-merged.onnx")) {
            for (String batch : List.of("batch: 1", "batch: 2")) {
                Model<CaptionRequest, CaptionAnswer> model = open(
                        "vit-gpt2",
                        output(batch).andThen(text -> text.replace("vit-gpt2-decoder.onnx", decoder))::apply);
                assertThat(model.infer(List.of(ask(RED), ask(BLUE), beams(BLUE, 2), beams(RED, 2))))
                        .as("%s, %s", decoder, batch)
                        .extracting(CaptionAnswer::text)
                        .containsExactly("a dog runs", "a cat sleeps here", "a cat sleeps here", "a dog runs");
            }
        }
    }

    @Test
    void florence_answers_the_question_that_it_is_asked() throws IOException {
        Model<CaptionRequest, CaptionAnswer> florence = open("florence-2", output("batch: 3"));

        assertThat(florence.infer(List.of(
                        ask(RED, Detail.SHORT),
                        ask(BLUE, Detail.SHORT),
                        ask(BLUE, Detail.DETAILED),
                        ask(RED, Detail.DETAILED),
                        ask(RED, Detail.VERY_DETAILED),
                        ask(BLUE, Detail.VERY_DETAILED),
                        ask(RED, Detail.TEXT),
                        ask(BLUE, Detail.TEXT))))
                .extracting(CaptionAnswer::text)
                .containsExactly(
                        "a rose",
                        "a lake at dawn",
                        "a lake.",
                        "a rose in a glass.",
                        "The image is a rose.",
                        "The lake is shown.",
                        "STOP",
                        "glass lake");
    }

    @Test
    void florence_is_asked_in_the_words_of_a_prompt() throws IOException {
        Model<CaptionRequest, CaptionAnswer> florence = open("florence-2");
        CaptionRequest request = new CaptionRequest(
                BLUE, Detail.SHORT, "Describe in detail what is shown in the image.", 1, Duration.ofMinutes(1));

        assertThat(florence.infer(List.of(request)).get(0).text()).isEqualTo("a lake.");
    }

    @Test
    void florences_regions_are_in_pixels_of_the_picture() throws IOException {
        Model<CaptionRequest, CaptionAnswer> florence = open("florence-2");

        CaptionAnswer answer = florence.infer(List.of(ask(RED, Detail.REGIONS))).get(0);

        // 64 x 32 pixels.
        assertThat(answer.text()).isEqualTo("a rose, glass");
        assertThat(answer.regions())
                .containsExactly(
                        new Region("a rose", new Box(64 * 0.1005, 32 * 0.2005, 64 * 0.3005, 32 * 0.4005)),
                        new Region("glass", new Box(64 * 0.2005, 32 * 0.2005, 64 * 0.4005, 32 * 0.9995)));
    }

    @Test
    void one_description_may_have_several_places_and_half_a_place_is_none() {
        assertThat(Florence2Captioner.regions(
                        "</s><s>a dog<loc_0><loc_0><loc_499><loc_999><loc_500><loc_0><loc_999><loc_999>cat<loc_3>"
                                + "<loc_4></s>",
                        100,
                        10))
                .containsExactly(
                        new Region("a dog", new Box(0.05, 0.005, 49.95, 10 * 0.9995)),
                        new Region("a dog", new Box(50.05, 0.005, 99.95, 10 * 0.9995)));
    }

    @Test
    void what_is_longer_than_allowed_is_cut_and_what_takes_too_long_is_no_caption() throws IOException {
        Model<CaptionRequest, CaptionAnswer> blip = open("blip", output("maxTokens: 3"));

        CaptionAnswer cut = blip.infer(List.of(ask(RED))).get(0);
        CaptionAnswer late =
                blip.infer(List.of(CaptionRequest.of(RED, Duration.ofNanos(1)))).get(0);

        assertThat(cut.text()).isEqualTo("a red ball");
        assertThat(cut.end()).isEqualTo(End.LENGTH);
        assertThat(late.text()).isEmpty();
        assertThat(late.end()).isEqualTo(End.TIME);
    }

    @Test
    void what_is_not_as_the_family_has_it_is_a_wrong_sentence() throws IOException {
        assertWrong("blip", output("start: [2]"));
        assertWrong("blip", output("start: [17, 2]"));
        assertWrong("blip", output("stop: [2]"));
        assertWrong("blip", output("prompt: a photo"));
        assertWrong("blip", text -> text.replace("colour: rgb", "colour: bgr"));
        assertWrong("blip", text -> text.replace("mean: [0.5, 0.5, 0.5]", "mean: [0, 0, 0]"));
        assertWrong("vit-gpt2", output("start: [0]"));
        assertWrong("florence-2", output("start: [0]"));
        assertWrong("florence-2", output("forced: [1]"));
    }

    @Test
    void a_network_of_another_family_is_refused_by_name() throws IOException {
        assertThatThrownBy(() -> open("blip", text -> text.replace("blip-decoder.onnx", "florence-2-decoder.onnx")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("florence-2-decoder.onnx' is not of kind blip: expected 'input_ids' int64 [?,?]");
        assertThatThrownBy(() ->
                        open("florence-2", text -> text.replace("florence-2-decoder.onnx", "vit-gpt2-decoder.onnx")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("expected 'inputs_embeds' float32 [?,?,?]");
        assertThatThrownBy(() -> open("blip", text -> text.replace("blip-encoder.onnx", "florence-2-embed.onnx")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("florence-2-embed.onnx' is not of kind blip");
        assertThatThrownBy(() -> open("blip", output("beams: 0")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("output.beams: '0' is not allowed; allowed: a whole number from 1 to 16");
    }

    private void assertWrong(String name, UnaryOperator<String> change) throws IOException {
        Model<CaptionRequest, CaptionAnswer> right = open(name);
        List<String> texts = right.infer(List.of(ask(RED), ask(BLUE))).stream()
                .map(CaptionAnswer::text)
                .toList();
        Model<CaptionRequest, CaptionAnswer> wrong = open(name, change);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(wrong.infer(List.of(ask(i == 0 ? RED : BLUE))).get(0).text())
                    .as("of %s: %s", name, change.apply("output: {}\ncolour: rgb\nmean: [0.5, 0.5, 0.5]"))
                    .isNotEqualTo(texts.get(i));
        }
    }

    private Model<CaptionRequest, CaptionAnswer> open(String name) throws IOException {
        return open(name, UnaryOperator.identity());
    }

    /** The captioner of this name, with its manifest changed. */
    private Model<CaptionRequest, CaptionAnswer> open(String name, UnaryOperator<String> change) throws IOException {
        Path place = Files.createTempDirectory(folder, name);
        Captioners.put(place, name, change);
        close();
        Models opened = ModelFiles.open(place);
        models = opened;
        return opened.model(Role.CAPTION).orElseThrow();
    }

    private static UnaryOperator<String> output(String line) {
        String key = line.substring(0, line.indexOf(':'));
        return text -> text.replaceAll(key + ": \\[[0-9]+\\],? ?", "").replace("output: {", "output: {" + line + ", ");
    }

    private static CaptionRequest ask(Image image) {
        return CaptionRequest.of(image, Duration.ofMinutes(1));
    }

    private static CaptionRequest ask(Image image, Detail detail) {
        return new CaptionRequest(image, detail, "", 0, Duration.ofMinutes(1));
    }

    private static CaptionRequest prompted(Image image) {
        return new CaptionRequest(image, Detail.SHORT, "a photo of", 0, Duration.ofMinutes(1));
    }

    private static CaptionRequest beams(Image image, int beams) {
        return new CaptionRequest(image, Detail.SHORT, "", beams, Duration.ofMinutes(1));
    }

    private static Image picture(byte[] bgr) {
        byte[] pixels = new byte[64 * 32 * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = bgr[i % 3];
        }
        return new Image(64, 32, pixels);
    }
}
