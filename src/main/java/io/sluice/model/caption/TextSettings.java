package io.sluice.model.caption;

import io.sluice.model.ManifestSection;
import io.sluice.model.OpenModel;
import io.sluice.model.token.Tokenizer;
import io.sluice.onnx.ModelException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What manifests say of the text that a captioner writes: the sections {@code output} and {@code vocabulary}.
 *
 * @param start tokens that every text begins with
 * @param prompt words behind them that the model was trained with; no part of the caption
 * @param writing with the manifest's number of beams
 * @param batch how many pictures are written about at once
 * @param merges name of GPT-2's second file beside {@code vocab.json}; empty for other tokenizers
 */
record TextSettings(List<Long> start, String prompt, Writing writing, int batch, String merges) {
    /** The word for the tokenizer's file. */
    static final String TOKENIZER = "tokenizer";

    private static final double LARGEST_TOKEN = 10_000_000;
    private static final Pattern LINE = Pattern.compile("[^\\p{Cntrl}]*");

    /**
     * Reads the two sections.
     *
     * @param usual what holds where the manifest says nothing
     * @throws ModelException if anything in them is not allowed
     */
    static TextSettings read(ManifestSection manifest, TextSettings usual) {
        ManifestSection section = manifest.section("output");
        Writing writing = usual.writing();
        int maxTokens = (int) section.number("maxTokens", writing.maxTokens(), 1, 1024, true);
        Writing read = new Writing(
                (int) section.number("beams", writing.beams(), 1, 16, true),
                (int) section.number("minTokens", Math.min(writing.minTokens(), maxTokens), 0, maxTokens, true),
                maxTokens,
                (int) section.number("noRepeat", writing.noRepeat(), 0, 16, true),
                section.number("lengthPenalty", writing.lengthPenalty(), -10, 10, false),
                new HashSet<>(tokens(section, "stop", List.copyOf(writing.stops()))),
                tokens(section, "forced", writing.forced()));
        TextSettings settings = new TextSettings(
                tokens(section, "start", usual.start()),
                section.optionalText("prompt", LINE, "one line of text").orElse(usual.prompt()),
                read,
                (int) section.number("batch", usual.batch(), 1, 64, true),
                merges(manifest));
        section.close();
        return settings;
    }

    private static String merges(ManifestSection manifest) {
        ManifestSection section = manifest.section("vocabulary");
        String merges = section.optionalText("merges", Pattern.compile("\\S.*"), "a file name")
                .orElse("");
        section.close();
        return merges;
    }

    private static List<Long> tokens(ManifestSection section, String key, List<Long> usual) {
        return section.numbers(key, usual.stream().map(Long::doubleValue).toList(), 0, 0, LARGEST_TOKEN).stream()
                .map(Double::longValue)
                .toList();
    }

    /**
     * The tokenizer of a model: {@code .txt} is BERT's vocabulary, {@code .json} with merges is GPT-2's, and else
     * {@code tokenizer.json}.
     */
    static Tokenizer tokenizer(OpenModel model, Optional<String> merges) {
        Path file = model.file(TOKENIZER);
        if (merges.isPresent()) {
            return Tokenizer.bytePairs(file, file.resolveSibling(merges.get()));
        }
        return file.toString().endsWith(".txt") ? Tokenizer.wordPiece(file) : Tokenizer.json(file);
    }

    Tokenizer tokenizer(OpenModel model) {
        return tokenizer(model, Optional.of(merges).filter(name -> !name.isEmpty()));
    }

    @Override
    public String toString() {
        // Sets have no order, and this text becomes part of the fingerprint.
        return "TextSettings[" + start + ", " + prompt + ", " + writing.beams() + ", " + writing.minTokens() + ", "
                + writing.maxTokens() + ", " + writing.noRepeat() + ", " + writing.lengthPenalty() + ", "
                + writing.stops().stream().sorted().toList() + ", " + writing.forced() + ", " + batch + ", " + merges
                + "]";
    }

    /** What differs from the usual only in tokens. */
    static TextSettings usual(List<Long> start, Set<Long> stops, List<Long> forced, int beams, int maxTokens) {
        // Without a rule against repeating, small captioners say the same three words until they are stopped.
        return new TextSettings(start, "", new Writing(beams, 0, maxTokens, 3, 1, stops, forced), 1, "");
    }
}
