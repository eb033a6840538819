package io.sluice.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** JSON of the messages, with its schema version: additions raise the minor, anything else the major. */
final class MessageJson {
    private static final int MAJOR = 1;
    static final String VERSION = MAJOR + ".2";
    private static final Pattern VERSIONS = Pattern.compile("([0-9]{1,9})(\\..*)?");
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            // no part of a message is optional in this version
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private MessageJson() {}

    /** A message of this version, without anything in it. */
    static ObjectNode empty() {
        return MAPPER.createObjectNode().put("schemaVersion", VERSION);
    }

    static ObjectNode envelope(String dataset, String recipe) {
        ObjectNode json = empty();
        json.put("dataset", dataset);
        json.put("recipe", recipe);
        return json;
    }

    static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** @param text nothing where a record has no value */
    static ObjectNode parse(@Nullable String text, String... required) throws MessageException {
        ObjectNode object = object(text);
        check(object);
        for (String field : required) {
            if (!object.hasNonNull(field)) {
                throw new MessageException("message has no '" + field + "'");
            }
        }
        return object;
    }

    /** @throws MessageException if the text is no JSON object */
    static ObjectNode object(@Nullable String text) throws MessageException {
        JsonNode json;
        try {
            json = text == null ? null : MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new MessageException("message is not JSON: " + e.getOriginalMessage());
        }
        if (!(json instanceof ObjectNode object)) {
            throw new MessageException("message is not a JSON object");
        }
        return object;
    }

    /** @throws MessageException if the message is of a version that this one does not read */
    static void check(ObjectNode message) throws MessageException {
        String version = message.path("schemaVersion").asText();
        Matcher major = VERSIONS.matcher(version);
        if (!major.matches() || Integer.parseInt(major.group(1)) != MAJOR) {
            throw new MessageException(
                    "message has schemaVersion '" + version + "': " + MAJOR + ".x is what this version reads",
                    major.matches() && Integer.parseInt(major.group(1)) > MAJOR);
        }
    }

    static <T> T value(ObjectNode json, String field, Class<T> type) throws MessageException {
        try {
            return MAPPER.treeToValue(json.get(field), type);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new MessageException("message has a '" + field + "' that cannot be read: " + e.getMessage());
        }
    }
}
