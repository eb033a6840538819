package io.sluice.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Annotation;
import io.sluice.frame.Box;
import io.sluice.frame.Caption;
import io.sluice.frame.Crop;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Likeness;
import io.sluice.frame.Removal;
import io.sluice.frame.Sharpness;
import io.sluice.frame.VideoId;
import io.sluice.route.FrameMessage;
import io.sluice.route.Topic;
import io.sluice.stage.StageName;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The document of all events, beside the types that the events are made of. */
class EventDescriptionTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final JsonNode DOCUMENT = document();
    private static final VideoId VIDEO = new VideoId("ab".repeat(32));
    private static final Detection DOG = new Detection("dog", 0.75, new Box(1, 2.5, 30, 40));
    private static final Frame FRAME = new Frame(
            FrameId.of(VIDEO, 0, 512, 0),
            VIDEO,
            3,
            1_000,
            new ImageRef("a/b.jpg", 64, 48, ImageRef.JPEG, 9, "cd".repeat(32)),
            List.of(
                    new Sharpness(0.5, 0.1, 0.2, 31.5, 100.25, 40),
                    new Detections("yolo", List.of(DOG), List.of(new Likeness("a red bicycle", false, 0.25))),
                    new AestheticScore("photographic-quality", 6.5, "0123456789abcdef", "0123"),
                    new Removal(
                            "telea",
                            0.05,
                            List.of(DOG),
                            List.of(List.of(0.0, 0.0, 9.0, 0.0, 9.0, 5.0, 0.0, 5.0)),
                            List.of("exit"),
                            Optional.of(new Crop(1, 2, 31, 42, 64, 48))),
                    new Caption("größer 犬", "florence", "too-slow")));

    private static JsonNode document() {
        try {
            return new YAMLMapper().readTree(EventDescription.yaml());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ConsumerRecord<String, String> frame(String text) {
        ConsumerRecord<String, String> record =
                new ConsumerRecord<>(Topic.FRAMES_CAPTIONED.fullName(), 0, 0, "abababababababab/3", text);
        header(record, "ce_specversion", "1.0");
        header(record, "ce_id", "rex/12/x/frames.captioned");
        header(record, "ce_source", "/sluice/caption");
        header(record, "ce_type", "io.sluice.frames.captioned");
        header(record, "ce_time", "2026-01-02T03:04:05.678Z");
        header(record, "ce_subject", "x");
        header(record, "content-type", "application/json");
        return record;
    }

    private static void header(ConsumerRecord<String, String> record, String name, String value) {
        record.headers().add(name, value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static String captioned() {
        return FrameMessage.of("rex", "0123456789abcdef", FRAME)
                .after(StageName.CAPTION, new io.sluice.stage.Outcome.Kept(FRAME))
                .text();
    }

    @Test
    void every_topic_is_there_and_no_other() {
        assertThat(EventSchemas.of(DOCUMENT).topics()).containsExactlyInAnyOrderElementsOf(Topic.fullNames());
    }

    @Test
    void every_topic_is_told_of_by_an_operation() {
        Set<String> told = new TreeSet<>();
        for (JsonNode operation : DOCUMENT.path("operations")) {
            assertThat(operation.path("action").asText()).isIn("send", "receive");
            String reference = operation.path("channel").path("$ref").asText();
            JsonNode channel = DOCUMENT.at(reference.substring(1));
            told.add(channel.path("address").asText());
            for (JsonNode message : operation.path("messages")) {
                assertThat(message.path("$ref").asText()).startsWith(reference + "/messages/");
                assertThat(DOCUMENT.at(message.path("$ref").asText().substring(1))
                                .isMissingNode())
                        .as(message.toString())
                        .isFalse();
            }
        }
        assertThat(told).containsExactlyInAnyOrderElementsOf(Topic.fullNames());
    }

    /** Keys as in https://www.asyncapi.com/docs/reference/specification/v3.0.0, of which these are used here. */
    @ParameterizedTest
    @CsvSource({
        "/, asyncapi info defaultContentType servers channels operations components",
        "/info, title version description license",
        "/servers/*, host protocol description variables",
        "/channels/*, address title summary description messages bindings",
        "/operations/*, action channel messages title summary description",
        "/components, messages schemas",
        "/components/messages/*, name title summary description contentType headers payload bindings examples",
    })
    void the_document_has_no_key_that_asyncapi_does_not_know(String place, String allowed) {
        assertThat(DOCUMENT.path("asyncapi").asText()).isEqualTo("3.0.0");
        List<JsonNode> nodes = place.endsWith("/*")
                ? Stream.of(DOCUMENT.at(place.substring(0, place.length() - 2)))
                        .flatMap(node -> node.properties().stream())
                        .map(java.util.Map.Entry::getValue)
                        .toList()
                : List.of(place.equals("/") ? DOCUMENT : DOCUMENT.at(place));
        assertThat(nodes).isNotEmpty();
        for (JsonNode node : nodes) {
            assertThat(node.properties().stream().map(java.util.Map.Entry::getKey))
                    .isNotEmpty()
                    .isSubsetOf(allowed.split(" "));
        }
    }

    @Test
    void fields_of_the_types_are_those_of_the_document() {
        EventSchemas schemas = EventSchemas.of(DOCUMENT);

        assertThat(schemas.fields("frame")).isEqualTo(components(Frame.class));
        assertThat(schemas.fields("image")).isEqualTo(components(ImageRef.class));
        assertThat(schemas.fields("box")).isEqualTo(components(Box.class));
        assertThat(schemas.fields("detection")).isEqualTo(components(Detection.class));
        assertThat(schemas.fields("likeness")).isEqualTo(components(Likeness.class));
        for (Class<?> annotation : Annotation.class.getPermittedSubclasses()) {
            String type = annotation.getAnnotation(com.fasterxml.jackson.annotation.JsonTypeName.class) == null
                    ? type(annotation)
                    : "";
            Set<String> expected = components(annotation);
            expected.add("type");
            assertThat(schemas.fields(type)).as(type).isEqualTo(expected);
        }
    }

    private static String type(Class<?> annotation) {
        return Stream.of(Annotation.class
                        .getAnnotation(com.fasterxml.jackson.annotation.JsonSubTypes.class)
                        .value())
                .filter(type -> type.value() == annotation)
                .map(com.fasterxml.jackson.annotation.JsonSubTypes.Type::name)
                .findAny()
                .orElseThrow();
    }

    private static Set<String> components(Class<?> type) {
        return Stream.of(type.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void a_message_with_everything_is_as_the_document_says_and_shows_all_of_it() {
        EventSchemas schemas = EventSchemas.closed(DOCUMENT);

        assertThat(schemas.faults(frame(captioned()))).isEmpty();
        assertThat(schemas.unseen())
                .filteredOn(field ->
                        field.startsWith("frameMessage.") || field.startsWith("frame.") || field.startsWith("headers."))
                .filteredOn(field -> !field.startsWith("headers.parked_"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/later", "/frame/later", "/frame/image/later", "/frame/annotations/0/later"})
    void a_field_that_is_not_in_the_document_is_found_and_a_consumer_passes_it_over(String field) throws IOException {
        ObjectNode message = (ObjectNode) JSON.readTree(captioned());
        ((ObjectNode) message.at(field.substring(0, field.lastIndexOf('/')))).put("later", 1);

        assertThat(EventSchemas.closed(DOCUMENT).faults(frame(message.toString())))
                .isNotEmpty();
        assertThat(EventSchemas.of(DOCUMENT).faults(frame(message.toString()))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/components/schemas/frame, timeMicros",
        "/components/schemas/headers, ce_subject",
        "/channels, framesCaptioned"
    })
    void what_is_missing_in_the_document_is_found(String place, String name) {
        JsonNode poorer = DOCUMENT.deepCopy();
        JsonNode node = poorer.at(place);
        ((ObjectNode) (node.has("properties") ? node.get("properties") : node)).remove(name);

        assertThat(EventSchemas.closed(poorer).faults(frame(captioned()))).isNotEmpty();
    }

    @Test
    void examples_of_requests_are_as_the_document_says() {
        JsonNode examples = DOCUMENT.at("/components/messages/VideoRequested/examples");
        assertThat(examples).hasSize(4);
        examples.forEach(
                example -> assertThat(EventSchemas.of(DOCUMENT).faults("videoRequested", example.path("payload")))
                        .isEmpty());
    }
}
