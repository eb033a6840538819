package io.sluice.stage.caption;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tidies up what a captioner wrote. Pure functions. */
final class Sentence {
    /** Words that promise another one. */
    private static final Pattern DANGLING = Pattern.compile(
            "([,;:]| (and|or|an?|the|with|of|in|on|at|to|is|are|his|her|its|their|two|three|four|five|six|seven|eight|nine|ten|many))+$",
            Pattern.CASE_INSENSITIVE);

    /** The longest phrase that is looked for twice in a row, in words. */
    private static final int LONGEST_PHRASE = 8;

    /** What joins the phrases of a caption; what is before it stands without what is behind it. */
    private static final Pattern JOINT = Pattern.compile(
            "\\s*,\\s*(?:and\\s+)?|\\s+(?:and|or|with|while|in front of|on top of|next to|beside|behind|near|on|in|at|by|under|over"
                    + "|above|below|holding|wearing|riding|carrying|walking|from|of)\\s+",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?])\\s+");

    /** What captioners call things that detectors have another word for. */
    private static final Map<String, List<String>> ALSO = Map.ofEntries(
            Map.entry(
                    "person",
                    List.of("man", "woman", "boy", "girl", "child", "kid", "guy", "lady", "baby", "someone", "human")),
            Map.entry("car", List.of("vehicle", "sedan", "suv")),
            Map.entry("truck", List.of("vehicle", "lorry")),
            Map.entry("bicycle", List.of("bike", "cyclist")),
            Map.entry("motorcycle", List.of("motorbike", "bike", "scooter")),
            Map.entry("airplane", List.of("plane", "aeroplane", "aircraft", "jet")),
            Map.entry("dog", List.of("puppy")),
            Map.entry("cat", List.of("kitten")),
            Map.entry("couch", List.of("sofa")),
            Map.entry("tv", List.of("television", "monitor", "screen")),
            Map.entry("cell phone", List.of("phone", "smartphone", "cellphone", "mobile")),
            Map.entry("dining table", List.of("table")),
            Map.entry("potted plant", List.of("plant")),
            Map.entry("sports ball", List.of("ball")));

    /** What captioners say where text was in a picture. */
    static final List<String> TEXT =
            List.of("text", "watermark", "logo", "subtitle", "caption", "words", "letters", "writing", "title");

    private Sentence() {}

    /** @param fragment whether the captioner was stopped in the middle */
    static String clean(String text, boolean fragment) {
        String line = line(text)
                // Tokenizers put blanks around these.
                .replaceAll(" ([,.;:!?])", "$1")
                .replaceAll("(\\p{L}) ?' ?(s|t|d|m|re|ve|ll)\\b", "$1'$2");
        // A word that BLIP's large model made up, in the place of an article.
        line = line.replaceAll("(?i)\\b(an?|the|one|two|three) araf+\\p{L}*", "$1")
                .replaceAll("(?i)\\baraf+\\p{L}*", "a");
        line = withoutRepetitions(line);
        if (fragment) {
            int end = Math.max(line.lastIndexOf(". "), Math.max(line.lastIndexOf("! "), line.lastIndexOf("? ")));
            line = end > 0 && !line.endsWith(".") ? line.substring(0, end + 1) : line;
        }
        return withoutEnd(line);
    }

    /** Without words at the end that promise another one, and without the full stop, which suits no list of words. */
    static String withoutEnd(String line) {
        String rest = line.strip();
        String before;
        do {
            before = rest;
            rest = DANGLING.matcher(" " + rest.replaceFirst("[.\\s]+$", ""))
                    .replaceFirst("")
                    .strip();
        } while (!rest.equals(before));
        return rest;
    }

    /** Leaves out phrases that have one of these words, in the singular or plural. */
    static String without(String line, List<String> words) {
        if (words.isEmpty() || !names(line, words)) {
            return line;
        }
        return SENTENCE_END
                .splitAsStream(line)
                .map(sentence -> phrases(sentence, words))
                .filter(sentence -> !sentence.isEmpty())
                .collect(Collectors.joining(" "));
    }

    /** Whether one of the words stands in the line, in the singular or plural. */
    static boolean names(String line, List<String> words) {
        return words.stream().anyMatch(word -> pattern(word).matcher(line).find());
    }

    /** A label with what captioners call it. */
    static Stream<String> withOtherNames(String label) {
        return Stream.concat(Stream.of(label), ALSO.getOrDefault(label, List.of()).stream());
    }

    static String line(String text) {
        return text.strip().replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    }

    private static String phrases(String sentence, List<String> words) {
        Matcher joint = JOINT.matcher(sentence);
        StringBuilder kept = new StringBuilder();
        String before = "";
        int from = 0;
        boolean more = true;
        while (more) {
            more = joint.find();
            String phrase = sentence.substring(from, more ? joint.start() : sentence.length());
            if (!names(phrase, words) && !phrase.isBlank()) {
                kept.append(kept.isEmpty() ? "" : before).append(phrase);
            }
            if (more) {
                before = joint.group();
                from = joint.end();
            }
        }
        return kept.toString().strip();
    }

    private static Pattern pattern(String word) {
        String one = word.toLowerCase(Locale.ROOT);
        String forms = Stream.of(one, NamesCaption.plural(one), NamesCaption.singular(one))
                .distinct()
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        return Pattern.compile(
                "(?<![\\p{L}\\p{N}])(?:" + forms + ")(?![\\p{L}\\p{N}])",
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    private static String withoutRepetitions(String line) {
        List<String> words = new ArrayList<>(Arrays.asList(line.split(" ")));
        for (int size = Math.min(LONGEST_PHRASE, words.size() / 2); size > 0; size--) {
            for (int at = 0; at + 2 * size <= words.size(); ) {
                if (same(words.subList(at, at + size), words.subList(at + size, at + 2 * size))) {
                    words.subList(at, at + size).clear();
                } else {
                    at++;
                }
            }
        }
        String once = String.join(" ", words);
        // "a dog and a cat and a dog": the same thing said again behind other things.
        String[] parts = once.split("(?=, )|(?= and )");
        List<String> seen = new ArrayList<>();
        StringBuilder kept = new StringBuilder();
        for (String part : parts) {
            String said = part.replaceFirst("^(, and |, | and )", "").toLowerCase(Locale.ROOT);
            if (!seen.contains(said)) {
                seen.add(said);
                kept.append(part);
            }
        }
        return kept.toString();
    }

    private static boolean same(List<String> left, List<String> right) {
        for (int i = 0; i < left.size(); i++) {
            if (!left.get(i)
                    .replaceAll("[,.]$", "")
                    .equalsIgnoreCase(right.get(i).replaceAll("[,.]$", ""))) {
                return false;
            }
        }
        return true;
    }
}
