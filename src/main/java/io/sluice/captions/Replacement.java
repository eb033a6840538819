package io.sluice.captions;

import io.sluice.frame.FrameId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Find and replace over captions. Letters count as they are written; blanks at the ends and doubled ones go. */
public final class Replacement {
    private final Pattern find;
    private final String replacement;

    private Replacement(Pattern find, String replacement) {
        this.find = find;
        this.replacement = replacement;
    }

    /** Of this text by that. */
    public static Replacement ofText(String find, String replacement) {
        requireSomething(find);
        return new Replacement(Pattern.compile(Pattern.quote(find)), Matcher.quoteReplacement(replacement));
    }

    /**
     * Of what the regular expression finds, in Java's notation; {@code $1} in the replacement stands for its first group.
     *
     * @throws CaptionException if it is none, or the replacement names a group that it does not have
     */
    public static Replacement ofRegex(String find, String replacement) {
        requireSomething(find);
        try {
            return new Replacement(Pattern.compile(find, Pattern.UNICODE_CHARACTER_CLASS), replacement);
        } catch (PatternSyntaxException e) {
            throw new CaptionException(
                    "FIND", List.of("'" + find + "' is no regular expression: " + e.getDescription()));
        }
    }

    private static void requireSomething(String find) {
        if (find.isEmpty()) {
            throw new CaptionException("FIND", List.of("it is empty; allowed: a text"));
        }
    }

    /**
     * The captions that change, as they are after.
     *
     * @throws CaptionException if a caption would not be allowed any more; all of them are named
     */
    public Map<FrameId, String> apply(List<Line> lines, CaptionRules rules) {
        Map<FrameId, String> changed = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        for (Line line : lines) {
            String after;
            try {
                Matcher matcher = find.matcher(line.caption());
                if (!matcher.find()) {
                    continue;
                }
                after = matcher.replaceAll(replacement).replaceAll(" {2,}", " ").strip();
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new CaptionException("REPLACE", List.of("'" + replacement + "': " + e.getMessage()));
            }
            Optional<String> fault = rules.wrong(after);
            if (fault.isPresent()) {
                wrong.add("frame '" + line.frame() + "': " + fault.get());
            } else if (!after.equals(line.caption())) {
                changed.put(line.frame(), after);
            }
        }
        if (!wrong.isEmpty()) {
            throw new CaptionException("REPLACE", wrong);
        }
        return changed;
    }
}
