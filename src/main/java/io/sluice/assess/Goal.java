package io.sluice.assess;

import java.util.OptionalInt;

/**
 * How many frames somebody wants.
 *
 * @param all in the dataset, about; empty if {@code perVideo} is wanted
 * @param perVideo of each video, the best of it
 */
public record Goal(OptionalInt all, OptionalInt perVideo) {
    public Goal {
        if (all.isPresent() == perVideo.isPresent()) {
            throw new IllegalArgumentException("goal: either a number of all frames or one for each video is required");
        }
    }

    public static Goal ofAll(int frames) {
        return new Goal(OptionalInt.of(frames), OptionalInt.empty());
    }

    public static Goal ofEachVideo(int frames) {
        return new Goal(OptionalInt.empty(), OptionalInt.of(frames));
    }
}
