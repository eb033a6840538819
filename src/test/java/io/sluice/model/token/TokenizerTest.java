package io.sluice.model.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.Assets;
import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
    @TempDir
    Path folder;

    @Test
    void ids_of_clip_are_those_of_its_own_tokenizer() throws IOException {
        Tokenizer clip = Tokenizer.json(Assets.path("models/tokenizers/clip_tokenizer.json"));

        assertAll(clip, "refs/clip/clip_token_ids.json", 12);
        assertThat(clip.id("<|startoftext|>")).hasValue(49406);
        assertThat(clip.id("<|endoftext|>")).hasValue(49407);
        assertThat(clip.id("<|nothing|>")).isEmpty();
    }

    @Test
    void ids_of_bert_are_those_of_its_own_tokenizer() throws IOException {
        Tokenizer bert = Tokenizer.wordPiece(Assets.path("models/tokenizers/bert-base-uncased-vocab.txt"));

        assertAll(bert, "refs/bert/bert_uncased_ids_golden.json", 12);
        assertThat(bert.id("[CLS]")).hasValue(101);
        assertThat(bert.id("[SEP]")).hasValue(102);
        assertThat(bert.text(101, 14477, 20961, 3468, 2014, 3899, 1010, 2035, 102))
                .isEqualTo("unaffable her dog, all");
    }

    @Test
    void ids_of_gpt2_come_from_its_vocabulary_and_merges() {
        Tokenizer gpt2 = Tokenizer.bytePairs(
                Assets.path("models/tokenizers/gpt2_vocab.json"), Assets.path("models/tokenizers/gpt2_merges.txt"));

        // Known from GPT-2's own encoder.
        assertThat(gpt2.ids("Hello, world!")).containsExactly(15496, 11, 995, 0);
        assertThat(gpt2.ids("a dog")).containsExactly(64, 3290);
        assertThat(gpt2.id("<|endoftext|>")).hasValue(50256);
        String text = "naïve café, 网易 😁  two  spaces";
        assertThat(gpt2.text(gpt2.ids(text))).isEqualTo(text);
        assertThat(gpt2.text(64, 3290, 50256)).isEqualTo("a dog");
        assertThat(gpt2.textWithSpecial(64, 3290, 50256)).isEqualTo("a dog<|endoftext|>");
    }

    /** The prompt is stated beside the contract of Florence-2, whose tokenizer is RoBERTa's with more tokens at its end. */
    @Test
    void ids_of_roberta_are_those_of_florences_prompt() {
        Tokenizer roberta = Tokenizer.json(Assets.path("models/tokenizers/roberta-base_tokenizer.json"));

        assertThat(roberta.ids("What does the image describe?")).containsExactly(0, 2264, 473, 5, 2274, 6190, 116, 2);
        // Golden values of onnxruntime-extensions, in its tests for this model.
        assertThat(roberta.ids("Describe with a paragraph what is shown in the image."))
                .containsExactly(0, 47066, 21700, 19, 10, 17818, 99, 16, 2343, 11, 5, 2274, 4, 2);
        assertThat(roberta.ids("Locate the objects in the image, with their descriptions."))
                .containsExactly(0, 574, 22486, 5, 8720, 11, 5, 2274, 6, 19, 49, 24173, 4, 2);
        assertThat(roberta.plainIds("What does the image describe?")).containsExactly(2264, 473, 5, 2274, 6190, 116);
        assertThat(roberta.text(2, 0, 2264, 473, 5, 2274, 6190, 116, 2)).isEqualTo("What does the image describe?");
    }

    @Test
    void a_long_text_is_cut_only_where_that_is_asked_for_and_keeps_its_end() {
        Tokenizer clip = Tokenizer.json(Assets.path("models/tokenizers/clip_tokenizer.json"));
        String text = "a dog ".repeat(600);

        assertThat(clip.ids(text)).hasSize(1202);
        long[] cut = clip.ids(text, 77);
        assertThat(cut).hasSize(77).startsWith(49406, 320, 1929, 320).endsWith(1929, 320, 49407);
        assertThat(clip.ids("a dog", 4)).containsExactly(49406, 320, 1929, 49407);
        assertThat(clip.ids("a dog", 3)).containsExactly(49406, 320, 49407);
        assertThatThrownBy(() -> clip.ids("a dog", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 tokens around a text; 1 are allowed");
    }

    @Test
    void files_that_are_none_are_refused_by_name() throws IOException {
        Path none = folder.resolve("none.json");
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\"model\": 3}");
        Path words = Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[SEP]\na\n");

        assertThatThrownBy(() -> Tokenizer.json(none))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("none.json");
        assertThatThrownBy(() -> Tokenizer.json(broken))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("broken.json");
        assertThatThrownBy(() -> Tokenizer.wordPiece(words))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("vocab.txt' has no token '[CLS]'");
        assertThatThrownBy(() -> Tokenizer.bytePairs(words, words))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("vocab.txt' is not JSON");
    }

    @Test
    void the_library_calls_nobody() {
        Tokenizer.json(Assets.path("models/tokenizers/clip_tokenizer.json"));

        assertThat(ai.djl.util.Utils.isOfflineMode()).isTrue();
        assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
    }

    private static void assertAll(Tokenizer tokenizer, String reference, int texts) throws IOException {
        JsonNode expected = new ObjectMapper().readTree(Assets.path(reference).toFile());
        assertThat(expected).hasSize(texts);
        for (Map.Entry<String, JsonNode> entry : expected.properties()) {
            long[] ids = StreamSupport.stream(entry.getValue().spliterator(), false)
                    .mapToLong(JsonNode::asLong)
                    .toArray();
            assertThat(tokenizer.ids(entry.getKey())).as(entry.getKey()).containsExactly(ids);
        }
    }
}
