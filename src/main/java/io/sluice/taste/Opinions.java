package io.sluice.taste;

import java.util.List;

/** What raters said of the frames of a dataset. */
public record Opinions(List<Rating> ratings, List<Preference> preferences) {
    public Opinions {
        ratings = List.copyOf(ratings);
        preferences = List.copyOf(preferences);
    }

    public boolean isEmpty() {
        return ratings.isEmpty() && preferences.isEmpty();
    }
}
