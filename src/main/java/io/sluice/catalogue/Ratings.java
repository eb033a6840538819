package io.sluice.catalogue;

import io.sluice.frame.FrameId;
import io.sluice.taste.Opinions;
import io.sluice.taste.Preference;
import io.sluice.taste.Rating;
import java.util.Comparator;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What people said of the frames of datasets. */
public final class Ratings {
    private final Handle handle;

    Ratings(Handle handle) {
        this.handle = handle;
    }

    /**
     * Records opinions. One of the same rater on the same frame, or on the same two frames, takes the place of the one before; of two in
     * the list the later counts.
     */
    public void put(String dataset, Opinions opinions) {
        if (!opinions.ratings().isEmpty()) {
            var ratings = handle.prepareBatch("INSERT INTO rating (dataset, frame, rater, score) VALUES "
                    + "(:dataset, :frame, :rater, :score) "
                    + "ON CONFLICT (dataset, frame, rater) DO UPDATE SET score = excluded.score");
            // in one order, as measurements are put; the sort keeps the order of those on one frame
            opinions.ratings().stream()
                    .sorted(Comparator.comparing(Rating::frame))
                    .forEach(rating -> ratings.bind("dataset", dataset)
                            .bind("frame", rating.frame().value())
                            .bind("rater", rating.rater())
                            .bind("score", rating.value())
                            .add());
            ratings.execute();
        }
        for (Preference preference : opinions.preferences()) {
            handle.createUpdate(
                            "DELETE FROM preference WHERE dataset = :dataset AND better = :worse AND worse = :better "
                                    + "AND rater = :rater")
                    .bind("dataset", dataset)
                    .bind("better", preference.better().value())
                    .bind("worse", preference.worse().value())
                    .bind("rater", preference.rater())
                    .execute();
            handle.createUpdate("INSERT INTO preference (dataset, better, worse, rater) VALUES "
                            + "(:dataset, :better, :worse, :rater) ON CONFLICT DO NOTHING")
                    .bind("dataset", dataset)
                    .bind("better", preference.better().value())
                    .bind("worse", preference.worse().value())
                    .bind("rater", preference.rater())
                    .execute();
        }
    }

    /** By frames and raters. */
    public Opinions of(String dataset) {
        List<Rating> ratings = handle.createQuery(
                        "SELECT frame, rater, score FROM rating WHERE dataset = :dataset ORDER BY frame, rater")
                .bind("dataset", dataset)
                .map((row, context) ->
                        new Rating(new FrameId(row.getString("frame")), row.getString("rater"), row.getDouble("score")))
                .list();
        List<Preference> preferences = handle.createQuery("SELECT better, worse, rater FROM preference "
                        + "WHERE dataset = :dataset ORDER BY better, worse, rater")
                .bind("dataset", dataset)
                .map((row, context) -> new Preference(
                        new FrameId(row.getString("better")),
                        new FrameId(row.getString("worse")),
                        row.getString("rater")))
                .list();
        return new Opinions(ratings, preferences);
    }
}
