package io.sluice.frame;

/**
 * The line that a trainer reads beside the picture; never empty.
 *
 * @param text one line of UTF-8, without line breaks
 * @param method {@code names} for the trigger and the detected names, or the captioner's id
 */
public record Caption(String text, String method) implements Annotation {
    /**
     * @throws IllegalArgumentException if the text is blank or has a line break: trainers stop at the one and cut at the other
     */
    public Caption {
        if (text.isBlank() || text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("caption '" + text + "' must be one line that is not blank");
        }
    }
}
