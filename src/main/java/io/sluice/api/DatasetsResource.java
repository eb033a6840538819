package io.sluice.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.assess.AssessmentJson;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.FrameEdit;
import io.sluice.curation.DatasetAdjustment;
import io.sluice.curation.DatasetAssessment;
import io.sluice.curation.KnownDatasets;
import io.sluice.dataset.Report;
import io.sluice.frame.FrameId;
import io.sluice.route.AdjustDataset;
import io.sluice.route.Adjustment;
import io.sluice.route.DatasetReport;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Datasets: how they stand, and how they are adjusted. */
@Path("datasets")
@Produces(MediaType.APPLICATION_JSON)
public final class DatasetsResource {
    private static final int MOST_EDITED = 1000;

    private final Catalogue catalogue;
    private final KnownDatasets known;
    private final DatasetReport report;
    private final DatasetAssessment assessment;
    private final DatasetAdjustment adjustment;

    DatasetsResource(
            Catalogue catalogue,
            KnownDatasets known,
            DatasetReport report,
            DatasetAssessment assessment,
            DatasetAdjustment adjustment) {
        this.catalogue = catalogue;
        this.known = known;
        this.report = report;
        this.assessment = assessment;
        this.adjustment = adjustment;
    }

    /**
     * @param finished whether the files in the dataset's folder are those that the catalogue calls for
     * @param resting whether it rests for review
     * @param frames that were extracted
     * @param kept frames that are in the dataset
     * @param videos by status
     */
    record Summary(
            String name,
            String place,
            boolean finished,
            boolean resting,
            long frames,
            long kept,
            Map<String, Long> videos) {}

    /** @param datasets by name */
    record Summaries(List<Summary> datasets) {}

    /**
     * @param recipe in YAML
     * @param pinned and vetoed, ratings and preferences: how many there are
     */
    record Whole(
            Summary dataset,
            String recipe,
            int pinned,
            int vetoed,
            int ratings,
            int preferences,
            List<Report.Video> videos,
            List<Report.Stage> stages,
            List<Report.Model> models) {}

    /** @param set settings of the recipe, by dotted keys */
    record Settings(@Nullable Map<String, JsonNode> set) {}

    /** @param edit {@code pin}, {@code veto} or {@code none} */
    record Edits(@Nullable String edit, @Nullable List<String> frames) {}

    /** @param videos that go on */
    record GoneOn(String dataset, int videos) {}

    @GET
    public Summaries list() {
        return new Summaries(known.names().stream().map(this::summary).toList());
    }

    @GET
    @Path("{dataset}")
    public Whole dataset(@PathParam("dataset") String dataset) {
        known.out(dataset);
        Report told = report.of(dataset);
        Map<FrameId, FrameEdit> edits = catalogue.read(rows -> rows.frameEdits().of(dataset));
        long pinned = edits.values().stream().filter(FrameEdit.PIN::equals).count();
        var opinions = catalogue.read(rows -> rows.ratings().of(dataset));
        return new Whole(
                summary(dataset),
                AdjustDataset.current(catalogue, dataset).canonical(),
                (int) pinned,
                edits.size() - (int) pinned,
                opinions.ratings().size(),
                opinions.preferences().size(),
                told.videos(),
                told.stages(),
                told.models());
    }

    private Summary summary(String dataset) {
        Map<String, Long> videos = catalogue.read(rows -> rows.videos().of(dataset)).stream()
                .collect(Collectors.groupingBy(video -> video.status().word(), TreeMap::new, Collectors.counting()));
        return new Summary(
                dataset,
                known.out(dataset).resolve(dataset).toString(),
                known.isFinished(dataset),
                videos.containsKey("awaiting-review"),
                catalogue.read(rows -> rows.frames().count(dataset)),
                catalogue.read(rows -> rows.frames().countKept(dataset)),
                videos);
    }

    @GET
    @Path("{dataset}/assessment")
    public ObjectNode assess(
            @PathParam("dataset") String dataset,
            @QueryParam("set") List<String> set,
            @QueryParam("goal") @Nullable String goal,
            @QueryParam("goalPerVideo") @Nullable String goalPerVideo) {
        DatasetAssessment.Found found =
                assessment.of(dataset, DatasetAdjustment.foreign(Query.settings(set)), Query.goal(goal, goalPerVideo));
        ObjectNode answer = AssessmentJson.of(found.assessment(), found.whatIf(), found.suggestions());
        answer.put("note", found.note());
        return answer;
    }

    @POST
    @Path("{dataset}/adjust")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response adjust(@PathParam("dataset") String dataset, byte[] body) {
        Map<String, String> settings =
                Body.settings(Body.json(body, Settings.class).set());
        return accepted(adjustment.adjust(dataset, DatasetAdjustment.foreign(settings)));
    }

    @POST
    @Path("{dataset}/continue")
    public Response goOn(@PathParam("dataset") String dataset) throws Exception {
        int videos = adjustment.goOn(dataset);
        return Response.accepted(new GoneOn(dataset, videos))
                .header(HttpHeaders.LOCATION, place(dataset))
                .build();
    }

    @POST
    @Path("{dataset}/edits")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response edit(@PathParam("dataset") String dataset, byte[] body) {
        Edits wanted = Body.json(body, Edits.class);
        String word = Query.choice(
                        "edit",
                        Body.required("edit", wanted.edit(), "pin, veto, none"),
                        new String[] {"pin", "veto", "none"},
                        value -> value)
                .orElseThrow();
        Optional<FrameEdit> edit = Arrays.stream(FrameEdit.values())
                .filter(value -> value.word().equals(word))
                .findFirst();
        List<String> names = Body.required("frames", wanted.frames(), "ids of frames");
        if (names.isEmpty() || names.size() > MOST_EDITED) {
            throw RequestException.of("frames", names.size() + " frames", "1 to " + MOST_EDITED + " of them");
        }
        known.out(dataset);
        return accepted(adjustment.edit(
                dataset,
                edit,
                names.stream().map(id -> Query.frame(dataset, id)).toList()));
    }

    /** The dataset gets there by and by: whoever asks looks there. */
    static Response accepted(Adjustment made) {
        return Response.accepted(AdjustmentAnswer.of(made))
                .header(HttpHeaders.LOCATION, place(made.recipe().dataset()))
                .build();
    }

    private static String place(String dataset) {
        return "/api/datasets/" + dataset;
    }
}
