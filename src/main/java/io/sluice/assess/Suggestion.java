package io.sluice.assess;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A change of the recipe that brings a dataset near a goal.
 *
 * @param settings keys and values
 * @param kept frames in the dataset under it
 * @param waiting frames that would have to be measured first, and may come on top
 * @param videosReached videos that have as many frames as each is to have; all, where the goal is one for all
 * @param words what it does, for people
 */
public record Suggestion(Map<String, String> settings, int kept, int waiting, int videosReached, String words) {
    public Suggestion {
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }
}
