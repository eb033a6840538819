package io.sluice.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The schemas of an AsyncAPI document, to compare real records with. Two ways of reading them: as a consumer does, who passes over
 * fields that are not there; and closed, where such a field is an error, because the document should have told of it. Remembers which
 * of the fields that the document tells of have come.
 */
public final class EventSchemas {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7);

    private final JsonNode document;
    private final boolean closed;
    private final Map<String, List<Message>> channels = new TreeMap<>();
    private final Set<String> seen = new TreeSet<>();

    private EventSchemas(JsonNode document, boolean closed) {
        this.document = document;
        this.closed = closed;
        for (JsonNode channel : document.path("channels")) {
            List<Message> messages = new ArrayList<>();
            channel.path("messages").forEach(reference -> messages.add(message(target(reference))));
            channels.put(channel.path("address").asText(), messages);
        }
    }

    /** As a consumer reads it. */
    public static EventSchemas of(JsonNode document) {
        return new EventSchemas(document, false);
    }

    /** A field that the document does not tell of is an error. */
    public static EventSchemas closed(JsonNode document) {
        return new EventSchemas(document, true);
    }

    /**
     * @param name of the payload's schema
     */
    private record Message(String name, JsonNode payload, JsonNode headers, JsonNode key) {
        boolean isJson() {
            return !payload.path("type").asText().equals("string");
        }
    }

    private Message message(JsonNode message) {
        String payload = message.path("payload").path("$ref").asText("");
        return new Message(
                payload.substring(payload.lastIndexOf('/') + 1),
                resolved(message.path("payload")),
                resolved(message.path("headers")),
                resolved(message.path("bindings").path("kafka").path("key")));
    }

    public Set<String> topics() {
        return channels.keySet();
    }

    /** What the record is not as the document says; empty if one of its topic's messages fits it in all. */
    public List<String> faults(ConsumerRecord<String, String> record) {
        List<Message> messages = channels.get(record.topic());
        if (messages == null) {
            return List.of("topic " + record.topic() + " is not in the document");
        }
        Map<String, List<String>> faults = new LinkedHashMap<>();
        ObjectNode headers = JSON.createObjectNode();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        for (Message message : messages) {
            List<String> found = new ArrayList<>();
            JsonNode value = value(message, record.value(), found);
            found.addAll(errors("payload", message.payload(), value));
            if (!message.headers().isMissingNode()) {
                found.addAll(errors("headers", message.headers(), headers));
            }
            if (!message.key().isMissingNode()) {
                found.addAll(errors("key", message.key(), TextNode.valueOf(record.key())));
            }
            if (found.isEmpty()) {
                note(message.payload(), value, message.name());
                note(message.headers(), headers, "headers");
                return List.of();
            }
            faults.put(message.name(), found);
        }
        return faults.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(fault -> entry.getKey() + ": " + fault))
                .toList();
    }

    /** What a value on a topic is not as the document says, whatever its headers are; empty if one of the topic's messages fits. */
    public List<String> payloadFaults(String topic, JsonNode value) {
        List<String> faults = new ArrayList<>();
        for (Message message : channels.getOrDefault(topic, List.of())) {
            List<String> found = errors(message.name(), message.payload(), value);
            if (found.isEmpty()) {
                return List.of();
            }
            faults.addAll(found);
        }
        return faults.isEmpty() ? List.of("topic " + topic + " is not in the document") : faults;
    }

    /** What a value is not as the schema of this name says. */
    public List<String> faults(String schema, JsonNode value) {
        return errors(
                schema, resolved(document.path("components").path("schemas").path(schema)), value);
    }

    private static JsonNode value(Message message, String text, List<String> faults) {
        if (!message.isJson()) {
            return TextNode.valueOf(text);
        }
        try {
            return JSON.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            faults.add("no JSON: " + e.getMessage());
            return JSON.missingNode();
        }
    }

    private static List<String> errors(String what, JsonNode schema, JsonNode value) {
        JsonSchema validator = FACTORY.getSchema(
                schema,
                SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());
        return validator.validate(value).stream()
                .map(ValidationMessage::getMessage)
                .map(error -> what + " " + error)
                .toList();
    }

    /** Fields that the document tells of and that no record had, as {@code frame.image.key}. */
    public Set<String> unseen() {
        Set<String> unseen = new TreeSet<>();
        channels.values()
                .forEach(messages -> messages.forEach(message -> {
                    declared(message.payload(), message.name(), unseen);
                    declared(message.headers(), "headers", unseen);
                }));
        unseen.removeAll(seen);
        return unseen;
    }

    private static void declared(JsonNode schema, String path, Set<String> fields) {
        schema.path("properties").fields().forEachRemaining(field -> {
            String place = place(path, field.getKey());
            fields.add(place);
            declared(field.getValue(), place, fields);
        });
        if (schema.has("items")) {
            declared(schema.get("items"), path, fields);
        }
        schema.path("oneOf").forEach(one -> declared(one, path + kind(one), fields));
    }

    /** A frame is the same in every message. */
    private static String place(String path, String field) {
        return field.equals("frame") ? field : path + "." + field;
    }

    private void note(JsonNode schema, JsonNode value, String path) {
        schema.path("properties").fields().forEachRemaining(field -> {
            if (value.has(field.getKey())) {
                String place = place(path, field.getKey());
                seen.add(place);
                note(field.getValue(), value.get(field.getKey()), place);
            }
        });
        if (schema.has("items")) {
            value.forEach(item -> note(schema.get("items"), item, path));
        }
        schema.path("oneOf").forEach(one -> {
            if (one.path("properties").path("type").path("const").equals(value.path("type"))) {
                note(one, value, path + kind(one));
            }
        });
    }

    private static String kind(JsonNode one) {
        JsonNode type = one.path("properties").path("type").path("const");
        return type.isMissingNode() ? "" : "(" + type.asText() + ")";
    }

    /** What the reference points to; the node itself if it is none. */
    private JsonNode target(JsonNode node) {
        JsonNode reference = node.path("$ref");
        if (reference.isMissingNode()) {
            return node;
        }
        JsonNode target = document.at(reference.asText().substring(1));
        if (target.isMissingNode()) {
            throw new AssertionError("the document refers to " + reference + ", which is not there");
        }
        return target(target);
    }

    /** The schema with all that it refers to in it. */
    private JsonNode resolved(JsonNode schema) {
        JsonNode node = target(schema);
        if (node instanceof ObjectNode object) {
            ObjectNode whole = JSON.createObjectNode();
            object.fields().forEachRemaining(field -> whole.set(field.getKey(), resolved(field.getValue())));
            if (closed && whole.has("properties") && !whole.has("additionalProperties")) {
                whole.put("additionalProperties", false);
            }
            return whole;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode whole = JSON.createArrayNode();
            array.forEach(item -> whole.add(resolved(item)));
            return whole;
        }
        return node;
    }

    /** Names of the fields of the schema of this name. */
    public Set<String> fields(String schema) {
        Set<String> names = new TreeSet<>();
        resolved(document.path("components").path("schemas").path(schema))
                .path("properties")
                .fieldNames()
                .forEachRemaining(names::add);
        return names;
    }

    /** Names of the fields of the schema of this name that are always there. */
    public Set<String> required(String schema) {
        List<String> names = new ArrayList<>();
        document.path("components")
                .path("schemas")
                .path(schema)
                .path("required")
                .forEach(name -> names.add(name.asText()));
        return names.stream().collect(Collectors.toCollection(TreeSet::new));
    }
}
