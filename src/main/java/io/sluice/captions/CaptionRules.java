package io.sluice.captions;

import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What a trainer takes as a caption.
 *
 * @param tokens how many tokens a text is to the text model that is trained
 * @param maxTokens of a caption
 */
public record CaptionRules(ToDoubleFunction<String> tokens, int maxTokens) {

    /** What is wrong with a caption, with what is allowed; empty for nothing. */
    public Optional<String> wrong(String caption) {
        if (caption.isBlank()) {
            return Optional.of("the caption is empty: a trainer stops there; allowed: one line of text");
        }
        if (caption.codePoints().anyMatch(Character::isISOControl) || caption.indexOf('\u2028') >= 0) {
            return Optional.of("caption '" + caption.replaceAll("\\p{Cntrl}|\u2028", "\u240a")
                    + "' has line breaks or control characters; allowed: one line of text");
        }
        if (!caption.equals(caption.strip())) {
            return Optional.of("caption '" + caption + "' begins or ends with blanks; allowed: none there");
        }
        double count = tokens.applyAsDouble(caption);
        return count > maxTokens
                ? Optional.of("caption '" + caption + "' has " + String.format(Locale.ROOT, "%.0f", Math.ceil(count))
                        + " tokens; allowed: " + maxTokens + " at most (caption.maxTokens in the recipe)")
                : Optional.empty();
    }
}
