package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Frame;
import io.sluice.stage.Outcome;
import io.sluice.stage.StageName;
import io.sluice.web.EventDescription;
import io.sluice.web.EventSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Messages of other versions, as files: {@code samples/VERSION/TOPIC.json}. Those of 1.0 are as that version wrote them, and are never
 * changed; the others stand for versions to come.
 */
class MessageSamplesTest {
    private static final Path SAMPLES = Path.of("src/test/resources/io/sluice/route/samples");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static String sample(String version, String topic) throws IOException {
        return Files.readString(SAMPLES.resolve(version).resolve(topic + ".json"));
    }

    static List<String> topics() throws IOException {
        try (Stream<Path> files = Files.list(SAMPLES.resolve("1.0"))) {
            return files.map(file -> file.getFileName().toString().replace(".json", ""))
                    .sorted()
                    .toList();
        }
    }

    static List<String> frameTopics() throws IOException {
        return topics().stream().filter(topic -> topic.startsWith("frames.")).toList();
    }

    @Test
    void there_is_a_sample_of_every_topic_that_version_1_0_had() throws IOException {
        assertThat(topics())
                .containsExactlyInAnyOrder(
                        "videos.arrived",
                        "segments.planned",
                        "frames.extracted",
                        "frames.sharp",
                        "frames.detected",
                        "frames.rated",
                        "frames.selected",
                        "frames.cleaned",
                        "frames.captioned",
                        "frames.rejected",
                        "frames.failed",
                        "videos.completed",
                        "videos.failed");
    }

    @ParameterizedTest
    @MethodSource("topics")
    void who_reads_by_the_document_of_today_reads_what_was_sent_then(String topic) throws IOException {
        EventSchemas schemas = EventSchemas.of(new YAMLMapper().readTree(EventDescription.yaml()));

        assertThat(schemas.payloadFaults(Topic.PREFIX + topic, JSON.readTree(sample("1.0", topic))))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("frameTopics")
    void a_frame_of_version_1_0_is_read_and_nothing_of_it_is_lost(String topic) throws Exception {
        JsonNode sent = JSON.readTree(sample("1.0", topic));

        FrameMessage message = FrameMessage.parse(sample("1.0", topic));

        assertThat(JSON.readTree(message.text())).isEqualTo(sent);
        assertThat(JSON.readTree(FrameMessage.of(message.dataset(), message.recipe(), message.frame())
                                .text())
                        .path("frame"))
                .isEqualTo(sent.path("frame"));
        assertThat(message.dataset()).isEqualTo(sent.path("dataset").asText());
        assertThat(message.recipe()).isEqualTo(sent.path("recipe").asText());
        assertThat(message.frame().annotations())
                .hasSize(sent.path("frame").path("annotations").size());
    }

    @Test
    void a_video_and_a_segment_of_version_1_0_are_read() throws Exception {
        JsonNode arrived = JSON.readTree(sample("1.0", "videos.arrived"));
        VideoMessage video = VideoMessage.parse(sample("1.0", "videos.arrived"));
        assertThat(video.video().sha256()).isEqualTo(arrived.path("video").asText());
        assertThat(video.dataset()).isEqualTo(arrived.path("dataset").asText());
        assertThat(video.recipe()).isEqualTo(arrived.path("recipe").asText());
        assertThat(video.source()).isEmpty();

        JsonNode planned = JSON.readTree(sample("1.0", "segments.planned"));
        SegmentMessage segment = SegmentMessage.parse(sample("1.0", "segments.planned"));
        assertThat(segment.video().sha256()).isEqualTo(planned.path("video").asText());
        assertThat(segment.segment()).isEqualTo(planned.path("segment").asInt());
    }

    @Test
    void what_a_later_minor_version_has_added_passes_through_a_stage_untouched() throws Exception {
        JsonNode sent = JSON.readTree(sample("1.9", "frames.detected"));
        FrameMessage message = FrameMessage.parse(sample("1.9", "frames.detected"));
        Frame rated = message.frame().with(new AestheticScore("photographic-quality", 6, "0123456789abcdef"));

        JsonNode next = JSON.readTree(
                message.after(StageName.AESTHETIC, new Outcome.Kept(rated)).text());

        assertThat(next.path("schemaVersion")).isEqualTo(sent.path("schemaVersion"));
        assertThat(next.path("campaign")).isEqualTo(sent.path("campaign")).isNotEmpty();
        assertThat(next.path("frame").path("camera"))
                .isEqualTo(sent.path("frame").path("camera"))
                .isNotEmpty();
        assertThat(next.path("frame").path("image"))
                .isEqualTo(sent.path("frame").path("image"));
        ArrayNode before = (ArrayNode) sent.path("frame").path("annotations");
        ArrayNode after = (ArrayNode) next.path("frame").path("annotations");
        assertThat(after).hasSize(before.size() + 1);
        for (int i = 0; i < before.size(); i++) {
            assertThat(after.get(i)).isEqualTo(before.get(i));
        }
    }

    @Test
    void a_later_major_version_is_not_read_and_said_to_be_newer() throws IOException {
        String text = sample("2.0", "frames.detected");

        MessageException refusal = catchThrowableOfType(MessageException.class, () -> FrameMessage.parse(text));

        assertThat(refusal).hasMessageContaining("'2.0'");
        assertThat(refusal.isNewer()).isTrue();
    }
}
