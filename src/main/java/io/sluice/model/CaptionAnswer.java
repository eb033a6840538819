package io.sluice.model;

import io.sluice.frame.Box;
import java.util.List;

/**
 * What a captioner says.
 *
 * @param text as the model wrote it, decoded; of regions their descriptions, with commas between. May be empty.
 * @param regions things with their places, where they were asked for
 * @param end why it stopped
 */
public record CaptionAnswer(String text, List<Region> regions, End end) {
    public CaptionAnswer {
        regions = List.copyOf(regions);
    }

    /** Why a model stopped writing. */
    public enum End {
        /** The model said so. */
        STOP,
        /** As many tokens as are allowed; the last words may be a fragment. */
        LENGTH,
        /** The patience was over; what there is is no caption. */
        TIME
    }

    /** @param box in pixels of the original picture */
    public record Region(String text, Box box) {}
}
