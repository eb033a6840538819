package io.sluice.api;

import io.sluice.web.ServedDocument;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** The description of the API at {@code /openapi}: one document, OpenAPI 3.1, of every path with its parameters, bodies and answers. */
@Singleton
public final class ApiDescription {
    private static final String FILE = "openapi.yaml";

    private final ServedDocument document = new ServedDocument(ApiDescription.class, FILE);

    /** The document as it is written. */
    public static String yaml() {
        return ServedDocument.text(ApiDescription.class, FILE);
    }

    void serve(@Observes Router router) {
        document.serve(router, "/openapi");
    }
}
