package io.sluice.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The schemas of an OpenAPI document, to compare real answers with. A field that the document does not tell of is a fault, and so is a
 * status or a media type. Remembers which operations have answered, and how.
 */
public final class ApiSchemas {
    static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private final JsonNode document;
    private final Map<String, Pattern> paths = new TreeMap<>();
    private final Set<String> seen = new TreeSet<>();

    /** @param document as it is served */
    public ApiSchemas(JsonNode document) {
        this.document = closed(document);
        document.path("paths")
                .fieldNames()
                .forEachRemaining(path -> paths.put(path, Pattern.compile(path.replaceAll("\\{[a-z]+}", "[^/]+"))));
    }

    /** With every field in it that the document tells of, and no other: but for what another schema is made of. */
    private static JsonNode closed(JsonNode document) {
        JsonNode copy = document.deepCopy();
        Set<String> parts = new TreeSet<>();
        copy.findValues("allOf")
                .forEach(all -> all.forEach(part -> parts.add(part.path("$ref").asText())));
        copy.path("components").path("schemas").properties().forEach(schema -> {
            if (!parts.contains("#/components/schemas/" + schema.getKey())) {
                close(schema.getValue());
            }
        });
        close(copy.path("paths"));
        return copy;
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("unevaluatedProperties", false);
        }
        node.forEach(ApiSchemas::close);
    }

    /** Operations and statuses that have come, as in {@code get /api/datasets 200}. */
    public Set<String> seen() {
        return Set.copyOf(seen);
    }

    /** Operations with each of their statuses, as {@link #seen} tells them. */
    public Set<String> all() {
        Set<String> all = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> METHODS.forEach(method -> path.getValue()
                        .path(method)
                        .path("responses")
                        .fieldNames()
                        .forEachRemaining(status -> all.add(method + " " + path.getKey() + " " + status))));
        return all;
    }

    /**
     * What an answer is not as the document says; empty if it is.
     *
     * @param path without query
     * @param type of the answer; empty where there is no body
     */
    public List<String> faults(String method, String path, int status, String type, String body) {
        String verb = method.toLowerCase(java.util.Locale.ROOT);
        List<String> templates = paths.entrySet().stream()
                .filter(entry -> entry.getValue().matcher(path).matches())
                .map(Map.Entry::getKey)
                .sorted((a, b) -> Integer.compare(a.split("\\{").length, b.split("\\{").length))
                .toList();
        for (String template : templates) {
            JsonNode operation = document.path("paths").path(template).path(verb);
            if (operation.isObject()) {
                seen.add(verb + " " + template + " " + status);
                return faults(operation, status, type, body);
            }
        }
        return List.of(verb + " " + path + " is not in the document");
    }

    private List<String> faults(JsonNode operation, int status, String type, String body) {
        JsonNode answer = target(operation.path("responses").path(String.valueOf(status)));
        if (!answer.isObject()) {
            return List.of("status " + status + " is not in the document; the answer: " + body);
        }
        JsonNode content = answer.path("content");
        if (content.isMissingNode()) {
            return body.isEmpty() ? List.of() : List.of("the document knows no body; the answer: " + body);
        }
        String plain = type.replaceFirst(";.*", "").strip();
        if (!content.has(plain)) {
            return List.of("media type '" + type + "' is not in the document; the answer: " + body);
        }
        if (!plain.equals("application/json") && !plain.endsWith("+json")) {
            return List.of();
        }
        try {
            return errors(content.path(plain).path("schema"), JSON.readTree(body));
        } catch (JsonProcessingException e) {
            return List.of("no JSON: " + body);
        }
    }

    /** What a value is not as a schema of the document says. */
    List<String> errors(JsonNode schema, JsonNode value) {
        ObjectNode root = JSON.createObjectNode();
        root.setAll((ObjectNode) local(schema));
        root.set("$defs", local(document.path("components").path("schemas")));
        List<String> errors = new ArrayList<>();
        for (ValidationMessage message : FACTORY.getSchema(root).validate(value)) {
            errors.add(message.getMessage());
        }
        return errors;
    }

    /** With references as a schema by itself has them. */
    private static JsonNode local(JsonNode schema) {
        try {
            return JSON.readTree(schema.toString().replace("#/components/schemas/", "#/$defs/"));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** What a reference is to, or the node itself. */
    JsonNode target(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }

    JsonNode document() {
        return document;
    }
}
