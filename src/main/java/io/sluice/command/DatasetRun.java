package io.sluice.command;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.FrameEdit;
import io.sluice.catalogue.VideoStatus;
import io.sluice.curation.ConflictException;
import io.sluice.curation.DatasetAdjustment;
import io.sluice.curation.KnownDatasets;
import io.sluice.dataset.FunnelTable;
import io.sluice.dataset.Report;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.VideoId;
import io.sluice.model.Models;
import io.sluice.model.RecipeRequirements;
import io.sluice.onnx.ModelException;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeException;
import io.sluice.route.Adjustment;
import io.sluice.route.Arrivals;
import io.sluice.route.DatasetReport;
import io.sluice.route.DatasetSheet;
import io.sluice.sheet.ContactSheet;
import io.sluice.store.FrameStore;
import io.sluice.store.Place;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes videos into a dataset, waits until it is done, and tells what came of it. */
@ApplicationScoped
public class DatasetRun {
    private static final Set<VideoStatus> ENDED =
            EnumSet.of(VideoStatus.COMPLETED, VideoStatus.FAILED, VideoStatus.AWAITING_REVIEW);
    private static final long LOOK_AGAIN_MILLIS = 100;
    private static final int KEPT_ON_SHEET = 24;
    private static final int CLEANED_ON_SHEET = 6;
    private static final int OTHERS_ON_SHEET = 6;

    private final Catalogue catalogue;
    private final Arrivals arrivals;
    private final KnownDatasets known;
    private final DatasetReport report;
    private final DatasetSheet sheet;
    private final Models models;
    private final FrameStore store;
    private final DatasetAdjustment adjustment;
    private final PrintStream out = System.out;

    DatasetRun(
            Catalogue catalogue,
            Arrivals arrivals,
            KnownDatasets known,
            DatasetReport report,
            DatasetSheet sheet,
            Models models,
            FrameStore store,
            DatasetAdjustment adjustment) {
        this.catalogue = catalogue;
        this.arrivals = arrivals;
        this.known = known;
        this.report = report;
        this.sheet = sheet;
        this.models = models;
        this.store = store;
        this.adjustment = adjustment;
    }

    /**
     * @return the exit code
     * @throws RecipeException if the recipe needs a model that is not there
     */
    int curate(Recipe written, List<Path> videos, Place folder, @Nullable Path reportFile, @Nullable Path sheetFolder)
            throws IOException, InterruptedException {
        Recipe recipe;
        List<String> missing;
        try {
            recipe = RecipeRequirements.fixed(written, models);
            missing = RecipeRequirements.missing(recipe, models);
        } catch (ModelException e) {
            throw new UsageException(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        if (!missing.isEmpty()) {
            throw new RecipeException("recipe: " + String.join("\nrecipe: ", missing));
        }
        arrivals.open(recipe, folder);
        boolean allRead = true;
        for (Path video : videos) {
            VideoId id;
            try {
                id = Arrivals.identify(video);
            } catch (IOException e) {
                // Without its content it has no identity, and so no place in the catalogue or the report.
                out.println("failed: " + video + ": the file cannot be read: "
                        + (e instanceof AccessDeniedException ? "its permissions forbid it" : e.getMessage()));
                allRead = false;
                continue;
            }
            Arrivals.Arrival arrival = arrivals.arrive(recipe, id, video.toString(), video);
            if (arrival == Arrivals.Arrival.KNOWN) {
                out.println(video + ": already in dataset " + recipe.dataset());
            }
        }
        int code = await(recipe.dataset(), folder, reportFile);
        if (sheetFolder != null) {
            writeSheet(recipe.dataset(), sheetFolder);
        }
        return allRead ? code : ExitCode.SOME_FAILED;
    }

    private void writeSheet(String dataset, Path folder) throws IOException {
        ContactSheet page = sheet.of(dataset, KEPT_ON_SHEET, CLEANED_ON_SHEET, OTHERS_ON_SHEET);
        Path html = SheetFiles.write(page, folder);
        out.println("Contact sheet: " + html.toAbsolutePath().normalize());
    }

    /** Lets a dataset that rests for review go on. */
    int goOn(String dataset) throws Exception {
        Place folder = known.out(dataset);
        try {
            adjustment.goOn(dataset);
        } catch (ConflictException doesNotRest) {
            out.println(doesNotRest.getMessage() + "; its videos:");
        }
        return await(dataset, folder, null);
    }

    /** Gives the dataset other thresholds. */
    int adjust(String dataset, Map<String, String> settings) throws IOException, InterruptedException {
        Place folder = known.out(dataset);
        told(dataset, adjustment.adjust(dataset, settings));
        return await(dataset, folder, null);
    }

    /** Pins or vetoes frames, or takes it back. */
    int edit(String dataset, Optional<FrameEdit> edit, List<String> frames) throws IOException, InterruptedException {
        Place folder = known.out(dataset);
        List<FrameId> ids = new ArrayList<>();
        for (String frame : frames) {
            try {
                ids.add(new FrameId(frame));
            } catch (IllegalArgumentException e) {
                throw new UsageException("frame '" + frame + "' is not allowed; allowed: ids as in frames.jsonl and in "
                        + "assess --json");
            }
        }
        told(dataset, adjustment.edit(dataset, edit, ids));
        return await(dataset, folder, null);
    }

    private void told(String dataset, Adjustment made) {
        out.println("dataset " + dataset + ": "
                + frames(made.difference().promoted().size()) + " come in, "
                + frames(made.difference().demoted().size()) + " leave");
        made.outlook()
                .waiting()
                .forEach((stage, count) ->
                        out.println(frames(count) + " are measured first, from " + stage.word() + " on"));
        if (made.startedOver() > 0) {
            out.println(made.startedOver()
                    + (made.startedOver() == 1 ? " video that was" : " videos that were")
                    + " not through the filters go on under the new recipe");
        }
        made.notPromotable()
                .forEach(frame -> out.println("frame " + frame
                        + " cannot come in: its picture is not in the frame store any more, which"
                        + " sluice.retention.rejected may have deleted; retry extracts it from the video again"));
    }

    private static String frames(int count) {
        return count + (count == 1 ? " frame" : " frames");
    }

    /** Starts failed videos and videos with failed frames over; kept measurements are not made again. */
    int retry(String dataset) throws Exception {
        Place folder = known.out(dataset);
        int again = arrivals.retry(dataset);
        out.println("dataset " + dataset + ": " + again + (again == 1 ? " video is" : " videos are") + " tried again");
        return await(dataset, folder, null);
    }

    /**
     * Forgets a video with everything that came of it, in every dataset.
     *
     * @param name its digest or the beginning of it, the name it arrived under, or the file
     */
    int forget(String name) throws IOException, InterruptedException {
        List<VideoId> found = catalogue.read(rows -> rows.videos().named(name));
        if (found.isEmpty() && Files.isReadable(Path.of(name))) {
            VideoId id = Arrivals.identify(Path.of(name));
            found = catalogue.read(rows -> rows.videos().named(id.sha256()));
        }
        if (found.size() != 1) {
            throw new UsageException("video '" + name + "' is "
                    + (found.isEmpty() ? "not in this work folder" : "not one video but " + found.size())
                    + "; allowed: a file, a name as in the report, or the beginning of an id");
        }
        VideoId video = found.get(0);
        List<ImageRef> pictures = catalogue.write(rows -> rows.videos().forget(video));
        pictures.forEach(store::delete);
        while (!catalogue.read(rows -> rows.datasets().outdated()).isEmpty()) {
            // The routes work in other threads, and what they have done is in the catalogue: there is nothing else to
            // wait on.
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
        out.println("forgotten: video " + video + ", " + pictures.size() + " stored pictures");
        return ExitCode.COMPLETED;
    }

    private int await(String dataset, Place folder, @Nullable Path reportFile)
            throws IOException, InterruptedException {
        try (ProgressDisplay display = new ProgressDisplay(out)) {
            while (!isDone(dataset)) {
                display.show(() -> report.of(dataset));
                // As above: the catalogue is what tells, and it is looked at.
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        }
        Report result = report.of(dataset);
        out.println();
        out.print(FunnelTable.render(result, report.rejections(dataset)));
        boolean resting =
                result.videos().stream().anyMatch(video -> video.status().equals(VideoStatus.AWAITING_REVIEW.word()));
        if (resting) {
            out.println("The dataset rests for review. Go on with: continue " + dataset);
        } else {
            out.println("Dataset: " + folder.resolve(dataset));
        }
        if (reportFile != null) {
            Files.writeString(reportFile, result.toJson());
        }
        boolean failed =
                result.videos().stream().anyMatch(video -> video.status().equals(VideoStatus.FAILED.word()));
        return failed ? ExitCode.SOME_FAILED : ExitCode.COMPLETED;
    }

    private boolean isDone(String dataset) {
        List<DatasetVideo> videos = catalogue.read(rows -> rows.videos().of(dataset));
        return videos.stream().allMatch(video -> ENDED.contains(video.status()))
                && (videos.stream().anyMatch(video -> video.status() == VideoStatus.AWAITING_REVIEW)
                        || !catalogue.read(rows -> rows.datasets().outdated()).contains(dataset));
    }
}
