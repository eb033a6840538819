package io.sluice.model;

import io.sluice.image.Image;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What a captioner is asked.
 *
 * @param detail what to say; models that know only one way of captioning say it their way
 * @param prompt how the sentence is to begin, for models that can be told; empty for the model's own way
 * @param beams sentences followed at once, from 1; 0 for as many as the model's manifest says
 * @param patience after which the model stops writing
 */
public record CaptionRequest(Image image, Detail detail, String prompt, int beams, Duration patience) {

    /** What a caption tells. */
    public enum Detail {
        SHORT,
        DETAILED,
        VERY_DETAILED,
        /** Things with their places, each with a short description. */
        REGIONS,
        /** The text that stands in the picture. */
        TEXT;

        /** As recipes write it: {@code short}, {@code very-detailed}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The detail with this word, if there is one. */
        public static Optional<Detail> of(String word) {
            for (Detail detail : values()) {
                if (detail.word().equals(word)) {
                    return Optional.of(detail);
                }
            }
            return Optional.empty();
        }
    }

    /** A short caption the model's own way. */
    public static CaptionRequest of(Image image, Duration patience) {
        return new CaptionRequest(image, Detail.SHORT, "", 0, patience);
    }
}
