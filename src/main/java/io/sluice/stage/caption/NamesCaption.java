package io.sluice.stage.caption;

import io.sluice.frame.Detection;
import io.sluice.frame.Frame;
import io.sluice.frame.Removal;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says what was detected in a frame, counted and in words: {@code two people and a dog}. */
final class NamesCaption {
    private static final List<String> NUMBERS =
            List.of("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");

    private static final Map<String, String> PLURALS = Map.ofEntries(
            Map.entry("person", "people"),
            Map.entry("man", "men"),
            Map.entry("woman", "women"),
            Map.entry("child", "children"),
            Map.entry("mouse", "mice"),
            Map.entry("knife", "knives"),
            Map.entry("sheep", "sheep"),
            Map.entry("skis", "skis"),
            Map.entry("scissors", "scissors"),
            Map.entry("broccoli", "broccoli"));

    /** Words that are plural or uncountable, and take no article. */
    private static final Set<String> BARE = Set.of("skis", "scissors", "broccoli");

    private NamesCaption() {}

    /**
     * The subject's kinds first, then other objects that are confident enough, by confidence; what was removed or is forbidden is left out.
     *
     * @return empty where nothing is left to name
     */
    static String of(Recipe recipe, Frame frame) {
        Set<Detection> removed = new HashSet<>(
                frame.annotation(Removal.class).map(Removal::objects).orElse(List.of()));
        List<Detection> subjects = Target.subjects(recipe.detect(), frame);
        Map<String, Integer> counts = new LinkedHashMap<>();
        subjects.forEach(subject -> counts.merge(subject.label(), 1, Integer::sum));
        frame.objects().stream()
                .filter(object -> object.score() >= recipe.detect().minConfidence())
                .filter(object -> !removed.contains(object) && !subjects.contains(object))
                .forEach(object -> counts.merge(object.label(), 1, Integer::sum));
        List<String> names = new ArrayList<>();
        counts.forEach((label, count) -> {
            if (!Sentence.names(label, recipe.caption().forbidden())) {
                names.add(counted(label, count));
            }
        });
        if (names.size() < 2) {
            return String.join("", names);
        }
        return String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.get(names.size() - 1);
    }

    static String counted(String label, int count) {
        if (count == 1) {
            if (BARE.contains(label)) {
                return label;
            }
            return ("aeiou".indexOf(Character.toLowerCase(label.charAt(0))) >= 0 ? "an " : "a ") + label;
        }
        String number = count <= NUMBERS.size() + 1 ? NUMBERS.get(count - 2) : "many";
        return number + " " + plural(label);
    }

    /** The word itself where it is no plural. */
    static String singular(String word) {
        for (Map.Entry<String, String> known : PLURALS.entrySet()) {
            if (known.getValue().equals(word)) {
                return known.getKey();
            }
        }
        if (word.matches(".*[^aeiou]ies")) {
            return word.substring(0, word.length() - 3) + "y";
        }
        if (word.matches(".*(s|x|z|ch|sh)es")) {
            return word.substring(0, word.length() - 2);
        }
        return word.matches(".*[^s]s") ? word.substring(0, word.length() - 1) : word;
    }

    static String plural(String label) {
        // "wine glass", "hot dog": the last word has the ending.
        int last = label.lastIndexOf(' ') + 1;
        String word = label.substring(last);
        String known = PLURALS.get(word);
        String plural;
        if (known != null) {
            plural = known;
        } else if (word.matches(".*(s|x|z|ch|sh)")) {
            plural = word + "es";
        } else if (word.matches(".*[^aeiou]y")) {
            plural = word.substring(0, word.length() - 1) + "ies";
        } else {
            plural = word + "s";
        }
        return label.substring(0, last) + plural;
    }
}
