package io.sluice.api;

import io.sluice.captions.CaptionFile;
import io.sluice.captions.CaptionStatistics;
import io.sluice.captions.Line;
import io.sluice.captions.Replacement;
import io.sluice.curation.DatasetCaptions;
import io.sluice.frame.FrameId;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Captions of a finished dataset. */
@Path("datasets/{dataset}")
@Produces(MediaType.APPLICATION_JSON)
public final class CaptionsResource {
    private final DatasetCaptions captions;

    CaptionsResource(DatasetCaptions captions) {
        this.captions = captions;
    }

    /**
     * @param file the picture, in the dataset's folder
     * @param machine what the recipe would have there; null where that is not known
     * @param edited whether a person has changed it
     */
    record CaptionAnswer(
            FrameId frame,
            String file,
            String caption,
            @Nullable String machine,
            boolean edited) {
        static CaptionAnswer of(Line line) {
            return new CaptionAnswer(line.frame(), line.file(), line.caption(), line.machine(), line.isEdited());
        }
    }

    record Wanted(@Nullable String caption) {}

    /**
     * @param regex whether {@code find} is a regular expression
     * @param dryRun whether nothing is changed
     */
    record Find(
            @Nullable String find,
            @Nullable String replace,
            @Nullable Boolean regex,
            @Nullable Boolean dryRun) {}

    /** @param captions of the dataset */
    record ReplacedAnswer(int captions, boolean dryRun, List<DatasetCaptions.Change> changes) {}

    /**
     * @param counter id of the model that has counted tokens; null where each word counts 1.4
     * @param near pairs of different captions with a Jaccard index of 0.8 or more
     */
    record StatisticsAnswer(
            int captions,
            int edited,
            double meanTokens,
            double mostTokens,
            int maxTokens,
            @Nullable String counter,
            List<CaptionStatistics.Count> words,
            List<CaptionStatistics.Count> tags,
            List<CaptionStatistics.Count> identical,
            List<CaptionStatistics.Pair> near,
            Map<String, List<FrameId>> forbidden) {}

    @GET
    @Path("frames/{frame}/caption")
    public CaptionAnswer caption(@PathParam("dataset") String dataset, @PathParam("frame") String frame)
            throws IOException {
        return CaptionAnswer.of(captions.line(dataset, Query.frame(dataset, frame)));
    }

    @PUT
    @Path("frames/{frame}/caption")
    @Consumes(MediaType.APPLICATION_JSON)
    public CaptionAnswer put(@PathParam("dataset") String dataset, @PathParam("frame") String frame, byte[] body)
            throws IOException {
        String caption = Body.required("caption", Body.json(body, Wanted.class).caption(), "one line of text");
        return CaptionAnswer.of(captions.put(dataset, Query.frame(dataset, frame), caption));
    }

    @GET
    @Path("captions")
    @Produces({Body.LINES, Body.CSV})
    public Response export(@PathParam("dataset") String dataset, @HeaderParam("Accept") @Nullable String accept)
            throws IOException {
        String type = accept != null && accept.contains(Body.CSV) ? Body.CSV : Body.LINES;
        String text = CaptionFile.write(Body.fileName("captions", type), captions.lines(dataset));
        return Response.ok(text.getBytes(StandardCharsets.UTF_8), type).build();
    }

    @POST
    @Path("captions")
    @Consumes({Body.LINES, Body.CSV})
    public DatasetCaptions.Taken take(
            @PathParam("dataset") String dataset, @HeaderParam("Content-Type") String type, byte[] body)
            throws IOException {
        return captions.take(dataset, Body.fileName("captions", type), Body.text(body));
    }

    @POST
    @Path("captions/replace")
    @Consumes(MediaType.APPLICATION_JSON)
    public ReplacedAnswer replace(@PathParam("dataset") String dataset, byte[] body) throws IOException {
        Find wanted = Body.json(body, Find.class);
        String find = Body.required("find", wanted.find(), "a text");
        String replace = Body.required("replace", wanted.replace(), "a text; an empty one for nothing");
        boolean dryRun = Boolean.TRUE.equals(wanted.dryRun());
        Replacement replacement = Boolean.TRUE.equals(wanted.regex())
                ? Replacement.ofRegex(find, replace)
                : Replacement.ofText(find, replace);
        DatasetCaptions.Replaced replaced = captions.replace(dataset, replacement, dryRun);
        return new ReplacedAnswer(replaced.captions(), dryRun, replaced.changes());
    }

    @GET
    @Path("captions/statistics")
    public StatisticsAnswer statistics(@PathParam("dataset") String dataset) throws IOException {
        DatasetCaptions.Statistics statistics = captions.statistics(dataset);
        CaptionStatistics found = statistics.found();
        return new StatisticsAnswer(
                found.captions(),
                found.edited(),
                found.meanTokens(),
                found.mostTokens(),
                statistics.maxTokens(),
                statistics.counter().orElse(null),
                found.words(),
                found.tags(),
                found.identical(),
                found.near(),
                found.forbidden());
    }

    @GET
    @Path("captions/pairs")
    @Produces(Body.LINES)
    public byte[] pairs(@PathParam("dataset") String dataset) throws IOException {
        return DatasetCaptions.pairs(captions.lines(dataset)).getBytes(StandardCharsets.UTF_8);
    }
}
