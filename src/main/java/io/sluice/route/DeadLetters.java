package io.sluice.route;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Records that are not worked on, on their way to where nothing is lost: {@code records.parked} as they came, with all their
 * headers, for a later version or a person; {@code videos.refused} with the reason, for whoever has made the request.
 */
final class DeadLetters {
    /** Headers of a parked record; those that it came with follow {@link #ORIGINAL}. */
    static final String TOPIC = "parked_topic";

    static final String PARTITION = "parked_partition";
    static final String OFFSET = "parked_offset";
    static final String REASON = "parked_reason";

    /** {@value #NEWER} where a later version may read it, else {@value #UNREADABLE}. */
    static final String BECAUSE = "parked_because";

    static final String NEWER = "newer-version";
    static final String UNREADABLE = "unreadable";
    static final String ORIGINAL = "parked_header_";

    /**
     * What comes near the million bytes that a broker takes by default would not go through again with more around it, and its
     * partition would stand still. So of a text this many characters are passed on within JSON, where one may become six bytes ...
     */
    static final int LONGEST = 100_000;

    /** ... this many bytes of a parked record's value, and of its headers together ... */
    private static final int LARGEST = 850_000;

    private static final int LARGEST_HEADERS = 50_000;

    /** ... and a key of this many characters at most. */
    private static final int LONGEST_KEY = 1_000;

    private DeadLetters() {}

    /** The record for {@code records.parked}. */
    static Exchange parked(Exchange batch, Exchange record, String reader, MessageException error) {
        Place place = Place.of(record);
        String text = text(record);
        boolean whole = text.getBytes(StandardCharsets.UTF_8).length <= LARGEST;
        Exchange parked = Publisher.exchange(
                batch.getContext(),
                new Publisher.Record(
                        Topic.RECORDS_PARKED,
                        key(record, place),
                        reader,
                        place.toString(),
                        place.toString(),
                        whole ? text : cut(text)));
        // It may be anything.
        Publisher.header(parked, "content-type", "application/octet-stream");
        Publisher.header(parked, TOPIC, place.topic());
        Publisher.header(parked, PARTITION, place.partition());
        Publisher.header(parked, OFFSET, place.offset());
        Publisher.header(parked, BECAUSE, error.isNewer() && whole ? NEWER : UNREADABLE);
        Publisher.header(
                parked,
                REASON,
                error.getMessage() + (whole ? "" : "; only its first " + LONGEST + " characters are here"));
        Headers headers = record.getMessage().getHeader(KafkaConstants.HEADERS, Headers.class);
        if (headers != null && bytes(headers) <= LARGEST_HEADERS) {
            for (Header header : headers) {
                parked.getMessage().setHeader(ORIGINAL + header.key(), header.value());
            }
        }
        return parked;
    }

    /** The record for {@code videos.refused}. */
    static Exchange refused(Exchange batch, Exchange record, RefusedException refusal) {
        Place place = Place.of(record);
        ObjectNode json = MessageJson.empty();
        json.put("reason", refusal.getMessage());
        json.put("what", refusal.what());
        json.put("value", refusal.value());
        json.put("allowed", refusal.allowed());
        json.put("request", cut(text(record)));
        ObjectNode at = json.putObject("record");
        at.put("topic", place.topic());
        at.put("partition", Integer.parseInt(place.partition()));
        at.put("offset", Long.parseLong(place.offset()));
        return Publisher.exchange(
                batch.getContext(),
                new Publisher.Record(
                        Topic.VIDEOS_REFUSED,
                        key(record, place),
                        "plan",
                        place.toString(),
                        place.toString(),
                        Instant.now().truncatedTo(ChronoUnit.MILLIS),
                        json.toString()));
    }

    static String text(Exchange record) {
        String text = record.getMessage().getBody(String.class);
        return text == null ? "" : text;
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    /** The record's own, so that whoever made it finds it. */
    private static String key(Exchange record, Place place) {
        Object key = record.getMessage().getHeader(KafkaConstants.KEY);
        String text = key instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(key);
        return key == null || text.length() > LONGEST_KEY ? place.toString() : text;
    }

    private static long bytes(Headers headers) {
        long bytes = 0;
        for (Header header : headers) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    /** Where a record was read. */
    record Place(String topic, String partition, String offset) {
        static Place of(Exchange record) {
            return new Place(
                    String.valueOf(record.getMessage().getHeader(KafkaConstants.TOPIC)),
                    String.valueOf(record.getMessage().getHeader(KafkaConstants.PARTITION)),
                    String.valueOf(record.getMessage().getHeader(KafkaConstants.OFFSET)));
        }

        @Override
        public String toString() {
            return topic + "/" + partition + "/" + offset;
        }
    }
}
