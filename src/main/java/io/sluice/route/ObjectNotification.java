package io.sluice.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An object that a notification says was created, in the JSON that Amazon S3 and MinIO send.
 *
 * @param key decoded
 * @param version the ETag; empty if the notification does not tell
 * @param bytes empty if the notification does not tell
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html">Structure</a>
 */
record ObjectNotification(String bucket, String key, Optional<String> version, Optional<Long> bytes) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * The objects that were created, in their order; none for events of other kinds and for Amazon's test event.
     *
     * @throws MessageException if it is no notification
     */
    static List<ObjectNotification> parse(@Nullable String text) throws MessageException {
        if (text == null || text.isBlank()) {
            throw new MessageException("notification: it is empty; a JSON object with 'Records' is required");
        }
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new MessageException("notification: not valid JSON: " + e.getOriginalMessage());
        }
        if (json.path("Event").asText().equals("s3:TestEvent")) {
            return List.of();
        }
        JsonNode records = json.path("Records");
        if (!records.isArray()) {
            throw new MessageException("notification: 'Records' is missing or no list; keys: " + names(json));
        }
        List<ObjectNotification> created = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            String place = "notification: Records[" + i + "].";
            JsonNode record = records.get(i);
            // MinIO puts "s3:" in front.
            String event = text(record.path("eventName"), place + "eventName").replaceFirst("^s3:", "");
            if (event.toLowerCase(Locale.ROOT).startsWith("objectcreated:")) {
                created.add(created(record.path("s3"), place + "s3."));
            }
        }
        return created;
    }

    private static ObjectNotification created(JsonNode s3, String place) throws MessageException {
        JsonNode object = s3.path("object");
        String encoded = text(object.path("key"), place + "object.key");
        String key;
        try {
            // As in a query: a blank is a plus sign.
            key = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MessageException(place + "object.key: '" + encoded + "' is not URL-encoded: " + e.getMessage());
        }
        JsonNode size = object.path("size");
        if (!size.isMissingNode() && !(size.isIntegralNumber() && size.asLong() >= 0)) {
            throw new MessageException(
                    place + "object.size: '" + size + "' is not allowed; allowed: a number of bytes");
        }
        return new ObjectNotification(
                text(s3.path("bucket").path("name"), place + "bucket.name"),
                key,
                Optional.of(object.path("eTag").asText().replace("\"", "")).filter(tag -> !tag.isEmpty()),
                size.isMissingNode() ? Optional.empty() : Optional.of(size.asLong()));
    }

    private static String text(JsonNode node, String place) throws MessageException {
        if (!node.isTextual() || node.asText().isEmpty()) {
            throw new MessageException(place + ": '" + node + "' is not allowed; allowed: a text");
        }
        return node.asText();
    }

    private static List<String> names(JsonNode json) {
        List<String> names = new ArrayList<>();
        json.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
