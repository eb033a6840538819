package io.sluice.api;

import io.sluice.application.Settings;
import io.sluice.curation.AbsentException;
import io.sluice.curation.DatasetExport;
import io.sluice.curation.KnownDatasets;
import io.sluice.export.BucketSettings;
import io.sluice.export.ExportException;
import io.sluice.export.ExportResult;
import io.sluice.export.Layout;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Exports of a dataset. They take as long as copying the dataset, so they are started, and looked at. */
@Path("datasets/{dataset}/exports")
@Produces(MediaType.APPLICATION_JSON)
public final class ExportsResource {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final List<String> USUAL_RESOLUTION = List.of("1024");
    private static final int USUAL_MIN = 256;
    private static final int USUAL_STEP = 64;
    private static final long USUAL_SHARD = 256;
    private static final long LARGEST_SHARD = 100_000;
    private static final long MEGABYTE = 1_000_000;

    /** The options of the command that settings of an export are called after, in its messages, by what they are called here. */
    private static final Map<String, String> OPTIONS = Map.of(
            "--resolution", "resolutions",
            "--min-bucket", "minBucket",
            "--max-bucket", "maxBucket",
            "--bucket-step", "bucketStep",
            "--masks", "masks",
            "--balance", "balanced",
            "--to", "name");

    private final ExportRuns runs;
    private final KnownDatasets known;
    private final java.nio.file.Path folder;

    ExportsResource(ExportRuns runs, KnownDatasets known, Settings settings) {
        this.runs = runs;
        this.known = known;
        this.folder = settings.http().exports().toAbsolutePath().normalize();
    }

    /**
     * @param name of the export; null for the layout's word
     * @param with other datasets that go into it
     * @param balanced whether all concepts are shown equally often
     * @param root folder of the export as the trainer sees it; null for where it is
     */
    record Order(
            @Nullable String layout,
            @Nullable String name,
            @Nullable List<String> with,
            @Nullable Boolean balanced,
            @Nullable Boolean masks,
            @Nullable List<String> resolutions,
            @Nullable Integer minBucket,
            @Nullable Integer maxBucket,
            @Nullable Integer bucketStep,
            @Nullable Boolean upscale,
            @Nullable Long shardMegabytes,
            @Nullable String root) {}

    /**
     * @param folder on the machine of the service
     * @param error why it has failed
     * @param pictures and what follows: null until it has ended, and after a restart of the service
     */
    record ExportAnswer(
            String dataset,
            String name,
            String layout,
            String state,
            String folder,
            @Nullable String error,
            @Nullable Integer pictures,
            @Nullable Long bytes,
            @Nullable List<ExportResult.Concept> concepts,
            @Nullable Integer masks,
            @Nullable String masksBy,
            @Nullable Double seconds,
            @Nullable List<ExportResult.Table> buckets,
            @Nullable List<String> warnings,
            @Nullable List<String> differences) {

        static ExportAnswer of(ExportRuns.Run run) {
            return new ExportAnswer(
                    run.dataset(),
                    run.name(),
                    run.layout(),
                    run.state().name().toLowerCase(Locale.ROOT),
                    run.folder().toString(),
                    run.error(),
                    run.result().map(ExportResult::pictures).orElse(null),
                    run.result().map(ExportResult::bytes).orElse(null),
                    run.result().map(ExportResult::concepts).orElse(null),
                    run.result().map(ExportResult::masks).orElse(null),
                    run.exported() == null ? null : run.exported().masksBy().orElse(null),
                    run.exported() == null ? null : run.exported().seconds(),
                    run.result().map(ExportResult::tables).orElse(null),
                    run.result().map(ExportResult::warnings).orElse(null),
                    run.result().map(ExportResult::differences).orElse(null));
        }
    }

    record ExportsAnswer(List<ExportAnswer> exports) {}

    @GET
    public ExportsAnswer list(@PathParam("dataset") String dataset) throws IOException {
        return new ExportsAnswer(
                runs.of(dataset, folder).values().stream().map(ExportAnswer::of).toList());
    }

    @GET
    @Path("{export}")
    public ExportAnswer export(@PathParam("dataset") String dataset, @PathParam("export") String export)
            throws IOException {
        ExportRuns.Run run = runs.of(dataset, folder).get(export);
        if (run == null) {
            throw new AbsentException("dataset '" + dataset + "' has no export '" + export + "'");
        }
        return ExportAnswer.of(run);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response start(@PathParam("dataset") String dataset, byte[] body) throws IOException {
        known.out(dataset);
        Order wanted = Body.json(body, Order.class);
        Layout layout = Query.choice(
                        "layout",
                        Body.required("layout", wanted.layout(), "kohya, onetrainer, imagefolder, webdataset, jsonl"),
                        Layout.values(),
                        Layout::word)
                .orElseThrow();
        String name = wanted.name() == null ? layout.word() : wanted.name();
        if (!NAME.matcher(name).matches()) {
            throw RequestException.of("name", name, "letters, digits, - and _, 64 at most");
        }
        java.nio.file.Path to = folder.resolve(dataset).resolve(name);
        ExportRuns.Run run;
        try {
            run = runs.start(
                    new DatasetExport.Order(
                            datasets(dataset, wanted),
                            layout,
                            to,
                            Boolean.TRUE.equals(wanted.masks()),
                            buckets(wanted),
                            shard(wanted),
                            Boolean.TRUE.equals(wanted.balanced()),
                            root(wanted, to)),
                    name);
        } catch (ExportException e) {
            throw new RequestException(renamed(String.valueOf(e.getMessage())));
        }
        return Response.accepted(ExportAnswer.of(run))
                .header(HttpHeaders.LOCATION, "/api/datasets/" + dataset + "/exports/" + name)
                .build();
    }

    private List<String> datasets(String dataset, Order wanted) {
        List<String> all = new ArrayList<>(List.of(dataset));
        if (wanted.with() != null) {
            for (@Nullable String other : wanted.with()) {
                known.out(String.valueOf(other));
                all.add(String.valueOf(other));
            }
        }
        return all;
    }

    private static List<BucketSettings> buckets(Order wanted) {
        List<String> resolutions = wanted.resolutions() == null ? USUAL_RESOLUTION : wanted.resolutions();
        if (resolutions.isEmpty()) {
            throw RequestException.of("resolutions", "[]", "one at least, as in [\"1024\"]");
        }
        return resolutions.stream()
                .map(resolution -> BucketSettings.of(
                        String.valueOf(resolution),
                        wanted.minBucket() == null ? USUAL_MIN : wanted.minBucket(),
                        wanted.maxBucket(),
                        wanted.bucketStep() == null ? USUAL_STEP : wanted.bucketStep(),
                        wanted.upscale() == null || wanted.upscale()))
                .toList();
    }

    private static long shard(Order wanted) {
        long megabytes = wanted.shardMegabytes() == null ? USUAL_SHARD : wanted.shardMegabytes();
        if (megabytes < 1 || megabytes > LARGEST_SHARD) {
            throw RequestException.of("shardMegabytes", megabytes, "1 to " + LARGEST_SHARD);
        }
        return megabytes * MEGABYTE;
    }

    /** It is written into a file for the trainer, and never opened here. */
    private static String root(Order wanted, java.nio.file.Path to) {
        return wanted.root() == null
                ? to.toString().replace('\\', '/')
                : wanted.root().replaceFirst("/+$", "");
    }

    private static String renamed(String message) {
        String option = message.replaceFirst(":.*", "");
        return OPTIONS.containsKey(option) ? OPTIONS.get(option) + message.substring(option.length()) : message;
    }
}
