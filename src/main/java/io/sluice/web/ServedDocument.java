package io.sluice.web;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A description in YAML that lies beside a class, served as it is written, or as JSON for who asks for it by {@code Accept:
 * application/json} or by {@code .json} at the end of the path. Immutable.
 */
public final class ServedDocument {
    private static final String YAML = "application/yaml";
    private static final String JSON = "application/json";

    private final String yaml;
    private final String json;

    /** @param file name of the resource in the package of {@code beside} */
    public ServedDocument(Class<?> beside, String file) {
        yaml = text(beside, file);
        try {
            json = JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(new YAMLMapper().readTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException("resource '" + file + "' is not YAML", e);
        }
    }

    /** The resource as it is written. */
    public static String text(Class<?> beside, String file) {
        try (InputStream bytes = beside.getResourceAsStream(file)) {
            if (bytes == null) {
                throw new IllegalStateException("resource '" + file + "' is not there");
            }
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("resource '" + file + "' cannot be read", e);
        }
    }

    /** @param path as {@code /asyncapi} */
    public void serve(Router router, String path) {
        router.get(path + ".yaml").handler(request -> answer(request, YAML, yaml));
        router.get(path + ".json").handler(request -> answer(request, JSON, json));
        router.get(path).produces(YAML).handler(request -> answer(request, YAML, yaml));
        router.get(path).produces(JSON).handler(request -> answer(request, JSON, json));
        // Browsers ask for pages and get the text.
        router.get(path).handler(request -> answer(request, YAML, yaml));
    }

    private static void answer(RoutingContext request, String type, String document) {
        request.response().putHeader("Content-Type", type + "; charset=utf-8").end(document);
    }
}
