package io.sluice.api;

import io.sluice.catalogue.Catalogue;
import io.sluice.curation.KnownDatasets;
import io.sluice.frame.FrameId;
import io.sluice.route.DatasetTaste;
import io.sluice.taste.Opinions;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What people think of frames. */
@Path("datasets/{dataset}/ratings")
@Produces(MediaType.APPLICATION_JSON)
public final class RatingsResource {
    private static final String NOBODY = "me";

    private final Catalogue catalogue;
    private final KnownDatasets known;
    private final DatasetTaste taste;

    RatingsResource(Catalogue catalogue, KnownDatasets known, DatasetTaste taste) {
        this.catalogue = catalogue;
        this.known = known;
        this.taste = taste;
    }

    record RatingAnswer(FrameId frame, double rating, String rater) {}

    record PreferenceAnswer(FrameId better, FrameId worse, String rater) {}

    record OpinionsAnswer(List<RatingAnswer> ratings, List<PreferenceAnswer> preferences) {}

    /**
     * @param ratings and preferences that were taken
     * @param allRatings and allPreferences that the dataset has now
     */
    record Taken(int ratings, int preferences, int allRatings, int allPreferences) {}

    @GET
    public OpinionsAnswer opinions(@PathParam("dataset") String dataset) {
        known.out(dataset);
        Opinions opinions = catalogue.read(rows -> rows.ratings().of(dataset));
        return new OpinionsAnswer(
                opinions.ratings().stream()
                        .map(rating -> new RatingAnswer(rating.frame(), rating.value(), rating.rater()))
                        .toList(),
                opinions.preferences().stream()
                        .map(preference ->
                                new PreferenceAnswer(preference.better(), preference.worse(), preference.rater()))
                        .toList());
    }

    @POST
    @Consumes({MediaType.APPLICATION_JSON, Body.LINES, Body.CSV})
    public Taken rate(
            @PathParam("dataset") String dataset,
            @QueryParam("rater") @Nullable String rater,
            @HeaderParam("Content-Type") String type,
            byte[] body) {
        known.out(dataset);
        String text = type.startsWith(MediaType.APPLICATION_JSON) ? Body.lines(body) : Body.text(body);
        Opinions taken = taste.rate(
                dataset, Body.fileName("ratings", type), text, rater == null || rater.isBlank() ? NOBODY : rater);
        Opinions all = catalogue.read(rows -> rows.ratings().of(dataset));
        return new Taken(
                taken.ratings().size(),
                taken.preferences().size(),
                all.ratings().size(),
                all.preferences().size());
    }
}
