package io.sluice.api;

import io.sluice.catalogue.FrameEdit;
import io.sluice.catalogue.Verdict;
import io.sluice.curation.DatasetAdjustment;
import io.sluice.curation.FrameList;
import io.sluice.stage.StageName;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Frames of a dataset, kept or not. */
@Path("datasets/{dataset}/frames")
@Produces(MediaType.APPLICATION_JSON)
public final class FramesResource {
    private static final int USUAL_PAGE = 100;
    private static final int LONGEST_PAGE = 1000;

    private final FrameList frames;
    private final DatasetAdjustment adjustment;

    FramesResource(FrameList frames, DatasetAdjustment adjustment) {
        this.frames = frames;
        this.adjustment = adjustment;
    }

    /**
     * @param total frames that the query takes
     * @param offset of the first here
     * @param next query for the page that follows, as an offset; null at the end
     */
    record Page(int total, int offset, @Nullable Integer next, List<FrameAnswer> frames) {}

    /** @param edit {@code pin} or {@code veto} */
    record Edit(@Nullable String edit) {}

    @GET
    public Page list(
            @PathParam("dataset") String dataset,
            @QueryParam("stage") @Nullable String stage,
            @QueryParam("verdict") @Nullable String verdict,
            @QueryParam("reason") @Nullable String reason,
            @QueryParam("video") @Nullable String video,
            @QueryParam("edit") @Nullable String edit,
            @QueryParam("sort") @Nullable String sort,
            @QueryParam("descending") @Nullable String descending,
            @QueryParam("offset") @Nullable String offset,
            @QueryParam("limit") @Nullable String limit) {
        FrameList.Filter filter = new FrameList.Filter(
                Query.choice("stage", stage, StageName.values(), StageName::word),
                Query.choice("verdict", verdict, Verdict.values(), Verdict::word),
                Optional.ofNullable(reason),
                Optional.ofNullable(video),
                Query.choice("edit", edit, FrameEdit.values(), FrameEdit::word));
        int from = Query.whole("offset", offset, 0, Integer.MAX_VALUE).orElse(0);
        FrameList.Page page = frames.page(
                dataset,
                filter,
                Query.choice(
                                "sort",
                                sort,
                                FrameList.Order.values(),
                                order -> order.name().toLowerCase(Locale.ROOT))
                        .orElse(FrameList.Order.TIME),
                Query.flag("descending", descending, false),
                from,
                Query.whole("limit", limit, 1, LONGEST_PAGE).orElse(USUAL_PAGE));
        int end = from + page.frames().size();
        return new Page(
                page.total(),
                from,
                end < page.total() && !page.frames().isEmpty() ? end : null,
                page.frames().stream()
                        .map(listed -> FrameAnswer.of(dataset, listed))
                        .toList());
    }

    @GET
    @Path("{frame}")
    public FrameAnswer frame(@PathParam("dataset") String dataset, @PathParam("frame") String frame) {
        return FrameAnswer.of(dataset, frames.frame(dataset, Query.frame(dataset, frame)));
    }

    @GET
    @Path("{frame}/picture")
    @Produces({"image/jpeg", "image/png"})
    public Response picture(
            @PathParam("dataset") String dataset,
            @PathParam("frame") String frame,
            @QueryParam("extracted") @Nullable String extracted,
            @HeaderParam("If-None-Match") @Nullable String known) {
        FrameList.Picture picture =
                frames.picture(dataset, Query.frame(dataset, frame), Query.flag("extracted", extracted, false));
        String tag = "\"" + picture.image().sha256() + "\"";
        Response.ResponseBuilder answer = tag.equals(known)
                ? Response.notModified()
                : Response.ok(picture.encoded(), picture.image().mediaType());
        return answer.header("ETag", tag)
                .header("Cache-Control", "private, no-cache")
                .build();
    }

    @PUT
    @Path("{frame}/edit")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response edit(@PathParam("dataset") String dataset, @PathParam("frame") String frame, byte[] body) {
        String word = Body.required("edit", Body.json(body, Edit.class).edit(), "pin, veto");
        Optional<FrameEdit> edit = Query.choice("edit", word, FrameEdit.values(), FrameEdit::word);
        return DatasetsResource.accepted(adjustment.edit(dataset, edit, List.of(Query.frame(dataset, frame))));
    }

    @DELETE
    @Path("{frame}/edit")
    public Response unpin(@PathParam("dataset") String dataset, @PathParam("frame") String frame) {
        return DatasetsResource.accepted(
                adjustment.edit(dataset, Optional.empty(), List.of(Query.frame(dataset, frame))));
    }
}
