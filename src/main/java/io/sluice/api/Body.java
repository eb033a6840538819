package io.sluice.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Bodies of requests, read strictly: a key that is not known is refused, so that a mistyped one is not passed over. */
final class Body {
    static final String LINES = "application/x-ndjson";
    static final String CSV = "text/csv";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Body() {}

    /** @throws RequestException if it is no JSON object of this form */
    static <T> T json(byte[] body, Class<T> form) {
        T value;
        try {
            value = JSON.readValue(text(body), form);
        } catch (UnrecognizedPropertyException e) {
            throw RequestException.of(path(e), e.getPropertyName(), "the keys " + e.getKnownPropertyIds());
        } catch (JsonMappingException e) {
            throw new RequestException(path(e) + ": " + e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            throw new RequestException("body: no JSON: " + e.getOriginalMessage());
        }
        if (value == null) {
            throw RequestException.of("body", "null", "a JSON object");
        }
        return value;
    }

    /** Items of a JSON array as lines. */
    static String lines(byte[] body) {
        JsonNode items = json(body, JsonNode.class);
        if (!items.isArray()) {
            throw RequestException.of("body", shortened(items.toString()), "an array of objects");
        }
        StringBuilder lines = new StringBuilder();
        items.forEach(item -> lines.append(item).append('\n'));
        return lines.toString();
    }

    /** @throws RequestException if it is no UTF-8 */
    static String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RequestException("body: it is not UTF-8; allowed: UTF-8");
        }
    }

    /** What a file with this content would be called. */
    static String fileName(String stem, String mediaType) {
        return stem + (mediaType.startsWith(CSV) ? ".csv" : ".jsonl");
    }

    /** @throws RequestException if the value is not there */
    static <T> T required(String key, @Nullable T value, String allowed) {
        if (value == null) {
            throw new RequestException(key + ": it is missing; allowed: " + allowed);
        }
        return value;
    }

    /**
     * Settings of a recipe by dotted keys, as the command line takes them.
     *
     * @throws RequestException if there is none, or a value is neither text, number nor true or false, nor a list of these
     */
    static Map<String, String> settings(@Nullable Map<String, JsonNode> set) {
        Map<String, String> settings = new TreeMap<>();
        required("set", set, "an object with settings of the recipe, as in {\"blur.threshold\": 0.4}")
                .forEach((key, value) -> settings.put(key, setting(key, value)));
        if (settings.isEmpty()) {
            throw RequestException.of("set", "{}", "one setting of the recipe at least");
        }
        return settings;
    }

    private static String setting(String key, @Nullable JsonNode value) {
        if (value != null && value.isValueNode() && !value.isNull()) {
            return value.asText();
        }
        if (value == null || !value.isArray()) {
            throw RequestException.of(
                    "set." + key, String.valueOf(value), "a text, a number, true, false, or a list of these");
        }
        // JSON is YAML.
        return value.toString();
    }

    private static String path(JsonMappingException error) {
        List<JsonMappingException.Reference> path = error.getPath();
        return path.isEmpty()
                ? "body"
                : path.stream()
                        .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                        .collect(Collectors.joining("."));
    }

    private static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }
}
