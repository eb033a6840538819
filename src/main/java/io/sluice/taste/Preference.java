package io.sluice.taste;

import io.sluice.frame.FrameId;

/** That a rater finds one frame better than another. */
public record Preference(FrameId better, FrameId worse, String rater) {

    /** @throws IllegalArgumentException if it is one frame */
    public Preference {
        if (better.equals(worse)) {
            throw new IllegalArgumentException(
                    "better and worse are both '" + better + "'; allowed: two different frames");
        }
    }
}
