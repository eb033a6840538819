package io.sluice.captions;

import io.sluice.frame.FrameId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the captions of a dataset have in common. Near-identical are two whose sets of words have a Jaccard index (common words by
 * all words) of the threshold or more; the order of words, their number and their case do not count.
 *
 * @param words in how many captions each is, the most frequent first, then by the word
 * @param tags as words: what stands between commas
 * @param identical captions that several frames have, the most frequent first
 * @param near pairs of different captions, the most alike first
 * @param forbidden frames by forbidden word, in the order of the recipe's words
 */
public record CaptionStatistics(
        int captions,
        int edited,
        double meanTokens,
        double mostTokens,
        List<Count> words,
        List<Count> tags,
        List<Count> identical,
        List<Pair> near,
        Map<String, List<FrameId>> forbidden) {
    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{M}\\p{N}'\u2019-]+");

    /** @param captions that have it */
    public record Count(String text, int captions) {}

    /**
     * @param jaccard 0 to 1
     * @param one and other: the first frame that has the caption
     */
    public record Pair(double jaccard, FrameId one, String caption, FrameId other, String otherCaption) {}

    /**
     * @param forbidden words and phrases that no caption should have
     * @param threshold of the Jaccard index, above 0 to 1
     */
    public static CaptionStatistics of(
            List<Line> lines, ToDoubleFunction<String> tokens, List<String> forbidden, double threshold) {
        Map<String, Integer> words = new HashMap<>();
        Map<String, Integer> tags = new HashMap<>();
        Map<String, Integer> captions = new HashMap<>();
        Map<String, FrameId> first = new TreeMap<>();
        double sum = 0;
        double most = 0;
        int edited = 0;
        for (Line line : lines) {
            double count = tokens.applyAsDouble(line.caption());
            sum += count;
            most = Math.max(most, count);
            edited += line.isEdited() ? 1 : 0;
            wordsOf(line.caption()).forEach(word -> words.merge(word, 1, Integer::sum));
            Arrays.stream(line.caption().split(","))
                    .map(tag -> tag.strip().toLowerCase(Locale.ROOT))
                    .filter(tag -> !tag.isEmpty())
                    .distinct()
                    .forEach(tag -> tags.merge(tag, 1, Integer::sum));
            captions.merge(line.caption(), 1, Integer::sum);
            first.merge(line.caption(), line.frame(), (a, b) -> a.compareTo(b) <= 0 ? a : b);
        }
        return new CaptionStatistics(
                lines.size(),
                edited,
                lines.isEmpty() ? 0 : sum / lines.size(),
                most,
                counts(words),
                counts(tags),
                counts(captions).stream().filter(count -> count.captions() > 1).toList(),
                near(first, threshold),
                forbidden(lines, forbidden));
    }

    private static List<Count> counts(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .map(entry -> new Count(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingInt((Count count) -> -count.captions())
                        .thenComparing(Count::text))
                .toList();
    }

    private static List<String> wordsOf(String caption) {
        return NO_WORD.splitAsStream(caption.toLowerCase(Locale.ROOT))
                .filter(word -> !word.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    private static List<Pair> near(Map<String, FrameId> first, double threshold) {
        List<Map.Entry<String, FrameId>> captions = List.copyOf(first.entrySet());
        Map<String, Integer> numbers = new HashMap<>();
        List<int[]> sets = new ArrayList<>();
        for (Map.Entry<String, FrameId> caption : captions) {
            sets.add(wordsOf(caption.getKey()).stream()
                    .mapToInt(word -> numbers.computeIfAbsent(word, w -> numbers.size()))
                    .sorted()
                    .toArray());
        }
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < captions.size(); i++) {
            for (int j = i + 1; j < captions.size(); j++) {
                double jaccard = jaccard(sets.get(i), sets.get(j));
                if (jaccard >= threshold) {
                    Map.Entry<String, FrameId> one = captions.get(i);
                    Map.Entry<String, FrameId> other = captions.get(j);
                    pairs.add(new Pair(jaccard, one.getValue(), one.getKey(), other.getValue(), other.getKey()));
                }
            }
        }
        pairs.sort(Comparator.comparingDouble((Pair pair) -> -pair.jaccard())
                .thenComparing(Pair::caption)
                .thenComparing(Pair::otherCaption));
        return pairs;
    }

    /** Of two sorted sets; two empty ones are the same. */
    private static double jaccard(int[] one, int[] other) {
        int common = 0;
        int i = 0;
        int j = 0;
        while (i < one.length && j < other.length) {
            if (one[i] == other[j]) {
                common++;
                i++;
                j++;
            } else if (one[i] < other[j]) {
                i++;
            } else {
                j++;
            }
        }
        int all = one.length + other.length - common;
        return all == 0 ? 1 : (double) common / all;
    }

    private static Map<String, List<FrameId>> forbidden(List<Line> lines, List<String> forbidden) {
        Map<String, List<FrameId>> found = new LinkedHashMap<>();
        for (String word : forbidden) {
            Pattern whole = Pattern.compile(
                    "(?<![\\p{L}\\p{M}\\p{N}])" + Pattern.quote(word.strip()) + "(?![\\p{L}\\p{M}\\p{N}])",
                    Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
            List<FrameId> frames = lines.stream()
                    .filter(line -> whole.matcher(line.caption()).find())
                    .map(Line::frame)
                    .collect(Collectors.toList());
            if (!word.isBlank() && !frames.isEmpty()) {
                found.put(word, frames);
            }
        }
        return found;
    }
}
