package io.sluice.api;

import io.sluice.curation.ConflictException;
import io.sluice.curation.KnownDatasets;
import io.sluice.route.DatasetTaste;
import io.sluice.taste.Evidence;
import io.sluice.taste.Lesson;
import io.sluice.taste.TasteHeads;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Trains a head that scores as people do. */
@Path("datasets/{dataset}/taste")
@Produces(MediaType.APPLICATION_JSON)
public final class TasteResource {
    private final KnownDatasets known;
    private final DatasetTaste taste;

    /** One training at a time: each takes a processor. */
    private final ReentrantLock training = new ReentrantLock(true);

    TasteResource(KnownDatasets known, DatasetTaste taste) {
        this.known = known;
        this.taste = taste;
    }

    /** @param name of the taste; null for the dataset's in lower case */
    record Wanted(@Nullable String name) {}

    /**
     * @param id of the version that was written
     * @param without frames with opinions that have no embedding, and do not count
     * @param scorer what scores the dataset now
     */
    record Trained(String id, int without, String scorer, Evidence evidence) {}

    @POST
    @Path("train")
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
}
