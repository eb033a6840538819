package io.sluice.model.token;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.onnx.ModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Turns text into a model's token ids and back. Made from the files that lie beside a model; its native memory goes when nobody
 * refers to it any more. Thread-safe.
 */
public final class Tokenizer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Cleaner CLEANER = Cleaner.create();

    /** The library would cut texts at 512 tokens, and fill up batches, by itself. */
    private static final Map<String, String> OPTIONS = Map.of("truncation", "false", "padding", "false");

    /** BERT's, in the order in which its own vocabulary has them; a word longer than this is unknown to it. */
    private static final List<String> BERT_SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

    private static final int BERT_LONGEST_WORD = 100;

    private static final String GPT2_END = "<|endoftext|>";

    static {
        // Without these the library asks the cloud for the machine's name and reports it, and where it sees a GPU it
        // loads
        // native code from its maker's site. See Ec2Utils.callHome and LibUtils.downloadJniLib in its source.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    private final Path file;
    private final HuggingFaceTokenizer library;

    private Tokenizer(Path file, HuggingFaceTokenizer library) {
        this.file = file;
        this.library = library;
        // A reference to the library's object alone, or this one could never go.
        CLEANER.register(this, library::close);
    }

    /**
     * Reads the file that most exports have, {@code tokenizer.json}.
     *
     * @throws ModelException if it is missing or is no such file
     */
    public static Tokenizer json(Path file) {
        return of(file, read(file));
    }

    /**
     * Reads {@code vocab.txt} of BERT's uncased models, with a token in each line. Texts get {@code [CLS]} and {@code [SEP]}.
     *
     * @throws ModelException if the file is missing, or without one of BERT's special tokens
     */
    public static Tokenizer wordPiece(Path vocabulary) {
        ObjectNode ids = JSON.createObjectNode();
        List<String> lines = read(vocabulary).lines().toList();
        for (int id = 0; id < lines.size(); id++) {
            // As BERT's own reader has it, the last of equal lines counts.
            ids.put(lines.get(id).stripTrailing(), id);
        }
        ObjectNode root = root();
        for (String token : BERT_SPECIAL) {
            special(root, token, id(vocabulary, ids, token));
        }
        root.putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", true)
                .putNull("strip_accents")
                .put("lowercase", true);
        root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        ObjectNode ends = root.putObject("post_processor").put("type", "BertProcessing");
        ends.putArray("sep").add("[SEP]").add(ids.get("[SEP]"));
        ends.putArray("cls").add("[CLS]").add(ids.get("[CLS]"));
        root.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
        root.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", "[UNK]")
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", BERT_LONGEST_WORD)
                .set("vocab", ids);
        return of(vocabulary, root.toString());
    }

    /**
     * Reads {@code vocab.json} and {@code merges.txt} of GPT-2. Texts get no special tokens.
     *
     * @throws ModelException if a file is missing or is no such file
     */
    public static Tokenizer bytePairs(Path vocabulary, Path merges) {
        JsonNode ids;
        try {
            ids = JSON.readTree(read(vocabulary));
        } catch (IOException e) {
            throw new ModelException("vocabulary '" + vocabulary + "' is not JSON: " + e.getMessage(), e);
        }
        ObjectNode root = root();
        special(root, GPT2_END, id(vocabulary, ids, GPT2_END));
        root.putNull("normalizer");
        for (String part : List.of("pre_tokenizer", "post_processor", "decoder")) {
            root.putObject(part)
                    .put("type", "ByteLevel")
                    .put("add_prefix_space", false)
                    .put("trim_offsets", true);
        }
        ObjectNode model = root.putObject("model").put("type", "BPE");
        for (String none : List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
            model.putNull(none);
        }
        model.put("fuse_unk", false).set("vocab", ids);
        ArrayNode pairs = model.putArray("merges");
        read(merges)
                .lines()
                .filter(line -> !line.startsWith("#version") && !line.isBlank())
                .forEach(pairs::add);
        return of(vocabulary, root.toString());
    }

    /** Ids of a text with the special tokens that the model expects around it; never cut. */
    public long[] ids(String text) {
        return library.encode(text, true, false).getIds();
    }

    /**
     * Ids of a text with the special tokens around it, cut at the end of the text so that all of them are at most
     * {@code maximum}; what the tokenizer puts at the end stays the last.
     *
     * @throws IllegalArgumentException if the special tokens alone are more
     */
    public long[] ids(String text, int maximum) {
        Encoding encoding = library.encode(text, true, false);
        long[] ids = encoding.getIds();
        if (ids.length <= maximum) {
            return ids;
        }
        long[] special = encoding.getSpecialTokenMask();
        int atEnd = 0;
        while (atEnd < ids.length && special[ids.length - 1 - atEnd] == 1) {
            atEnd++;
        }
        int atStart = 0;
        while (atStart < ids.length - atEnd && special[atStart] == 1) {
            atStart++;
        }
        if (atStart + atEnd > maximum) {
            throw new IllegalArgumentException("tokenizer '" + file + "' puts " + (atStart + atEnd)
                    + " tokens around a text; " + maximum + " are allowed");
        }
        long[] cut = Arrays.copyOf(ids, maximum);
        System.arraycopy(ids, ids.length - atEnd, cut, maximum - atEnd, atEnd);
        return cut;
    }

    /** Ids of the text alone, without special tokens around it. */
    public long[] plainIds(String text) {
        return library.encode(text, false, false).getIds();
    }

    /** The text of these ids; special tokens are left out. */
    public String text(long... ids) {
        return library.decode(ids, true);
    }

    /** The text of these ids with special tokens as they are written, {@code <loc_12>} or {@code </s>}. */
    public String textWithSpecial(long... ids) {
        return library.decode(ids, false);
    }

    /**
     * The id of one token as the vocabulary writes it, a special one: {@code <|endoftext|>}, {@code [SEP]}.
     *
     * @return empty if there is no such token
     */
    public OptionalLong id(String token) {
        Encoding encoding = library.encode(token, false, false);
        String[] tokens = encoding.getTokens();
        return tokens.length == 1 && tokens[0].equals(token)
                ? OptionalLong.of(encoding.getIds()[0])
                : OptionalLong.empty();
    }

    /** The file that it was made from, for messages. */
    public Path file() {
        return file;
    }

    private static Tokenizer of(Path file, String json) {
        try {
            return new Tokenizer(
                    file,
                    HuggingFaceTokenizer.newInstance(
                            new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), OPTIONS));
        } catch (IOException | RuntimeException e) {
            throw new ModelException("tokenizer '" + file + "' cannot be loaded: " + e.getMessage(), e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ModelException("tokenizer '" + file + "' cannot be read: " + e, e);
        }
    }

    private static ObjectNode root() {
        ObjectNode root = JSON.createObjectNode().put("version", "1.0");
        root.putNull("truncation");
        root.putNull("padding");
        root.putArray("added_tokens");
        return root;
    }

    private static void special(ObjectNode root, String token, int id) {
        root.withArray("added_tokens")
                .addObject()
                .put("id", id)
                .put("content", token)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }

    private static int id(Path vocabulary, JsonNode ids, String token) {
        JsonNode id = ids.get(token);
        if (id == null || !id.isInt()) {
            throw new ModelException("vocabulary '" + vocabulary + "' has no token '" + token + "'");
        }
        return id.asInt();
    }
}
