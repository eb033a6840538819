package io.sluice.stage;

import java.util.Locale;

/**
 * The stages, in the order in which a frame passes them. The lower-case {@link #word} is the route id, bean name, consumer
 * group, metric tag, Deployment, configuration prefix and package of a stage.
 */
public enum StageName {
    EXTRACT,
    BLUR,
    DETECT,
    AESTHETIC,
    SELECT,
    INPAINT,
    CAPTION,
    DATASET;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if no stage has this word */
    public static StageName of(String word) {
        for (StageName stage : values()) {
            if (stage.word().equals(word)) {
                return stage;
            }
        }
        throw new IllegalArgumentException("stage '" + word + "' does not exist: one of "
                + java.util.Arrays.stream(values()).map(StageName::word).toList() + " is required");
    }
}
