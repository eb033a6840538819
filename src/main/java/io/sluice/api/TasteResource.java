package io.sluice.api;

import io.sluice.catalogue.Catalogue;
import io.sluice.curation.ConflictException;
import io.sluice.curation.KnownDatasets;
import io.sluice.frame.FrameId;
import io.sluice.model.EmbeddingSpace;
import io.sluice.route.DatasetTaste;
import io.sluice.taste.Evidence;
import io.sluice.taste.Lesson;
import io.sluice.taste.Opinions;
import io.sluice.taste.TasteHeads;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What people think of frames, and the heads that score as they do. */
@Path("")
@Produces(MediaType.APPLICATION_JSON)
public final class TasteResource {
    private static final String NOBODY = "me";

    private final Catalogue catalogue;
    private final KnownDatasets known;
    private final DatasetTaste taste;
    private final TasteHeads heads;

    /** One training at a time: each takes a processor. */
    private final ReentrantLock training = new ReentrantLock(true);

    TasteResource(Catalogue catalogue, KnownDatasets known, DatasetTaste taste, TasteHeads heads) {
        this.catalogue = catalogue;
        this.known = known;
        this.taste = taste;
        this.heads = heads;
    }

    record RatingAnswer(FrameId frame, double rating, String rater) {}

    record PreferenceAnswer(FrameId better, FrameId worse, String rater) {}

    record OpinionsAnswer(List<RatingAnswer> ratings, List<PreferenceAnswer> preferences) {}

    /**
     * @param ratings and preferences that were taken
     * @param allRatings and allPreferences that the dataset has now
     */
    record Taken(int ratings, int preferences, int allRatings, int allPreferences) {}

    /** @param name of the taste; null for the dataset's in lower case */
    record Wanted(@Nullable String name) {}

    /**
     * @param id of the version, as {@code aesthetic.method} takes it
     * @param name without the version: {@code taste-name} is the newest one
     * @param embeddings what it scores
     * @param evidence what it is worth; null where its file is gone
     */
    record HeadAnswer(
            String id,
            String name,
            int version,
            @Nullable String embeddings,
            @Nullable Evidence evidence) {}

    record HeadsAnswer(List<HeadAnswer> heads) {}

    /**
     * @param id of the version that was written
     * @param without frames with opinions that have no embedding, and do not count
     * @param scorer what scores the dataset now
     */
    record Trained(String id, int without, String scorer, Evidence evidence) {}

    @GET
    @Path("datasets/{dataset}/ratings")
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
    @Path("datasets/{dataset}/ratings")
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

    @POST
    @Path("datasets/{dataset}/taste/train")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response train(@PathParam("dataset") String dataset, byte[] body) {
        known.out(dataset);
        @Nullable
        String wanted = body.length == 0 ? null : Body.json(body, Wanted.class).name();
        String name = wanted == null ? dataset.toLowerCase(Locale.ROOT) : wanted;
        try {
            TasteHeads.name(name);
        } catch (IllegalArgumentException e) {
            throw new RequestException(String.valueOf(e.getMessage()));
        }
        DatasetTaste.Trained trained;
        training.lock();
        try {
            trained = taste.train(dataset, name);
        } finally {
            training.unlock();
        }
        if (trained.lesson() instanceof Lesson.TooFew tooFew) {
            throw new ConflictException("dataset '" + dataset + "': " + tooFew.reason() + "; nothing was written");
        }
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, "/api/taste/heads")
                .entity(new Trained(
                        trained.saved().orElseThrow(),
                        trained.without(),
                        trained.scorer(),
                        trained.lesson().evidence()))
                .build();
    }

    @GET
    @Path("taste/heads")
    public HeadsAnswer heads() {
        return new HeadsAnswer(heads.versions().stream()
                .map(version -> new HeadAnswer(
                        version.manifest().id(),
                        version.name(),
                        version.version(),
                        version.manifest().space().map(EmbeddingSpace::toString).orElse(null),
                        version.evidence().orElse(null)))
                .toList());
    }
}
