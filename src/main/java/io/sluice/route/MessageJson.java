package io.sluice.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON of the messages, with its schema version: additions raise the minor, anything else the major. */
final class MessageJson {
    private static final int MAJOR = 1;
    private static final String VERSION = MAJOR + ".0";
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            // no part of a message is optional in this version
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private MessageJson() {}

    static ObjectNode envelope(String dataset, String recipe) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("schemaVersion", VERSION);
        json.put("dataset", dataset);
        json.put("recipe", recipe);
        return json;
    }

    static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    static ObjectNode parse(String text, String... required) throws MessageException {
        JsonNode json;
        try {
            json = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new MessageException("message is not JSON: " + e.getOriginalMessage());
        }
        if (!(json instanceof ObjectNode object)) {
            throw new MessageException("message is not a JSON object");
        }
        String version = object.path("schemaVersion").asText();
        if (!version.matches(MAJOR + "(\\..*)?")) {
            throw new MessageException(
                    "message has schemaVersion '" + version + "': " + MAJOR + ".x is what this version reads");
        }
        for (String field : required) {
            if (!object.hasNonNull(field)) {
                throw new MessageException("message has no '" + field + "'");
            }
        }
        return object;
    }

    static <T> T value(ObjectNode json, String field, Class<T> type) throws MessageException {
        try {
            return MAPPER.treeToValue(json.get(field), type);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new MessageException("message has a '" + field + "' that cannot be read: " + e.getMessage());
        }
    }
}
