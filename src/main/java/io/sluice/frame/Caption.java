package io.sluice.frame;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;

/**
 * The line that a trainer reads beside the picture; never empty.
 *
 * @param text one line of UTF-8, without line breaks
 * @param method {@code names} for the trigger and the detected names, or the captioner's id
 * @param reason why the captioner that was asked has not made it, and something else stands in its place: {@code too-slow},
 *     {@code empty}, {@code nothing-left}; empty where it is what was asked for
 */
public record Caption(
        String text,
        String method,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        String reason)
        implements Annotation {
    /** A caption that is what was asked for. */
    public Caption(String text, String method) {
        this(text, method, "");
    }

    /**
     * @throws IllegalArgumentException if the text is blank or has a line break: trainers stop at the one and cut at the other
     */
    public Caption {
        if (text.isBlank() || text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("caption '" + text + "' must be one line that is not blank");
        }
    }
}
