package io.sluice.api;

import io.sluice.captions.CaptionException;
import io.sluice.curation.AbsentException;
import io.sluice.curation.ConflictException;
import io.sluice.export.ExportException;
import io.sluice.frame.InfrastructureException;
import io.sluice.onnx.ModelException;
import io.sluice.recipe.RecipeException;
import io.sluice.taste.OpinionException;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Which answer an exception is. */
@Singleton
final class Problems {
    private static final Logger LOG = Logger.getLogger(Problems.class);
    private static final int UNAVAILABLE = 503;
    private static final int INTERNAL = 500;

    @ServerExceptionMapper({
        RequestException.class,
        RecipeException.class,
        CaptionException.class,
        OpinionException.class,
        ExportException.class
    })
    Response notAllowed(RuntimeException error) {
        return Problem.of(Response.Status.BAD_REQUEST.getStatusCode(), message(error))
                .response();
    }

    @ServerExceptionMapper(AbsentException.class)
    Response absent(AbsentException error) {
        return Problem.of(Response.Status.NOT_FOUND.getStatusCode(), message(error))
                .response();
    }

    /** A model that the recipe wants and that is not there is a state too: the same request may do after a pull. */
    @ServerExceptionMapper({ConflictException.class, ModelException.class})
    Response conflict(RuntimeException error) {
        return Problem.of(Response.Status.CONFLICT.getStatusCode(), message(error))
                .response();
    }

    @ServerExceptionMapper(InfrastructureException.class)
    Response unavailable(InfrastructureException error) {
        LOG.warnf("a request failed: %s", error.getMessage());
        return Problem.of(UNAVAILABLE, message(error)).response();
    }

    /** What the framework refuses: paths, methods, media types. */
    @ServerExceptionMapper(WebApplicationException.class)
    Response framework(WebApplicationException error) {
        Response refused = error.getResponse();
        Response answer = Problem.of(refused.getStatus(), message(error)).response();
        return refused.getHeaderString("Allow") == null
                ? answer
                : Response.fromResponse(answer)
                        .header("Allow", refused.getHeaderString("Allow"))
                        .build();
    }

    @ServerExceptionMapper(Exception.class)
    Response internal(Exception error) {
        LOG.error("a request failed", error);
        return Problem.of(INTERNAL, "internal error; the log of the service says more")
                .response();
    }

    private static String message(Throwable error) {
        return error.getMessage() == null ? error.toString() : error.getMessage();
    }
}
