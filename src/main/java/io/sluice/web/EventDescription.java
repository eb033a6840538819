package io.sluice.web;

import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** The description of all events at {@code /asyncapi}: one document, AsyncAPI 3.0, of every topic with its headers and messages. */
@ApplicationScoped
public class EventDescription {
    private static final String FILE = "asyncapi.yaml";

    private final ServedDocument document = new ServedDocument(EventDescription.class, FILE);

    /** The document as it is written. */
    public static String yaml() {
        return ServedDocument.text(EventDescription.class, FILE);
    }

    void serve(@Observes Router router) {
        document.serve(router, "/asyncapi");
    }
}
