package io.sluice.dataset;

import io.sluice.recipe.Recipe;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The words in the name of a kohya folder. A trainer splits the name at its first {@code _}, reads what is before as the number
 * of repeats, and takes what is after as the caption of a picture without one.
 */
final class Concept {
    /** A file name may have 255 bytes, and a letter up to 4 in UTF-8. */
    private static final int MAX_LETTERS = 60;

    private Concept() {}

    /**
     * The recipe's concept, else trigger and target, else the dataset's name: letters, digits, single blanks, {@code -} and
     * {@code _} only; never empty.
     */
    static String of(Recipe recipe) {
        String concept = plain(recipe.export().concept());
        if (concept.isEmpty()) {
            List<String> words = new ArrayList<>();
            words.add(plain(recipe.caption().trigger()));
            for (String label : recipe.detect().target()) {
                String plain = plain(label);
                // "rex the dog" needs no second dog.
                if (words.stream().noneMatch(w -> Arrays.asList(w.split(" ")).contains(plain))) {
                    words.add(plain);
                }
            }
            concept = plain(words.stream().filter(w -> !w.isEmpty()).collect(Collectors.joining(" ")));
        }
        return concept.isEmpty() ? recipe.dataset() : concept;
    }

    private static String plain(String text) {
        String words = Normalizer.normalize(text, Normalizer.Form.NFC)
                .replaceAll("[^\\p{L}\\p{M}\\p{N}_-]+", " ")
                .strip();
        if (words.codePointCount(0, words.length()) > MAX_LETTERS) {
            words = words.substring(0, words.offsetByCodePoints(0, MAX_LETTERS)).strip();
        }
        return words;
    }
}
