package io.sluice.web;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The description of all events: one document, AsyncAPI 3.0, of every topic with its headers and messages. At {@code /asyncapi} as
 * YAML, or as JSON for who asks for it by {@code Accept: application/json} or by {@code /asyncapi.json}.
 */
@ApplicationScoped
public class EventDescription {
    private static final String FILE = "asyncapi.yaml";
    private static final String YAML = "application/yaml";
    private static final String JSON = "application/json";

    private final String yaml;
    private final String json;

    EventDescription() {
        yaml = yaml();
        try {
            json = JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(new YAMLMapper().readTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException("resource '" + FILE + "' is not YAML", e);
        }
    }

    /** The document as it is written. */
    public static String yaml() {
        try (InputStream file = EventDescription.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException("resource '" + FILE + "' is not there");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("resource '" + FILE + "' cannot be read", e);
        }
    }

    void serve(@Observes Router router) {
        router.get("/asyncapi.yaml").handler(request -> answer(request, YAML, yaml));
        router.get("/asyncapi.json").handler(request -> answer(request, JSON, json));
        router.get("/asyncapi").produces(YAML).handler(request -> answer(request, YAML, yaml));
        router.get("/asyncapi").produces(JSON).handler(request -> answer(request, JSON, json));
        // Browsers ask for pages and get the text.
        router.get("/asyncapi").handler(request -> answer(request, YAML, yaml));
    }

    private static void answer(RoutingContext request, String type, String document) {
        request.response().putHeader("Content-Type", type + "; charset=utf-8").end(document);
    }
}
