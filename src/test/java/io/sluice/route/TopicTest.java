package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sluice.stage.StageName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The topics, and the route files, which name them again. */
class TopicTest {
    private static final Path ROUTES = Path.of("routes");
    private static final String SUFFIX = ".camel.yaml";

    @Test
    void a_topic_has_a_word_and_a_full_name() {
        assertThat(Topic.FRAMES_EXTRACTED.word()).isEqualTo("frames.extracted");
        assertThat(Topic.FRAMES_EXTRACTED.fullName()).isEqualTo("sluice.frames.extracted");
        assertThat(Topic.fullNames()).hasSize(Topic.values().length).doesNotHaveDuplicates();
    }

    @Test
    void nothing_comes_after_the_dataset_writer() {
        assertThatThrownBy(() -> Topic.after(StageName.DATASET)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Stream.of(StageName.values())
                        .filter(stage -> stage != StageName.DATASET)
                        .map(Topic::after))
                .doesNotHaveDuplicates();
    }

    @Test
    void these_routes_exist_and_no_others() throws IOException {
        List<String> ids = new ArrayList<>();
        for (List<JsonNode> elements : files().values()) {
            elements.forEach(element -> ids.add(id(element)));
        }
        assertThat(ids)
                .containsExactlyInAnyOrder(
                        "inbox",
                        "accepted",
                        "bucket",
                        "notifications",
                        "take",
                        "plan",
                        "extract",
                        "blur",
                        "detect",
                        "aesthetic",
                        "inpaint",
                        "caption",
                        "dataset",
                        "progress",
                        "sweep",
                        "retention",
                        "observe",
                        "consumer",
                        "publish",
                        "routeConfiguration");
    }

    @Test
    void every_file_has_the_one_route_that_it_is_named_after() throws IOException {
        Map<String, List<JsonNode>> files = files();
        assertThat(ids(files, "delivery")).containsExactly("routeConfiguration", "consumer", "publish");
        files.forEach((file, elements) -> {
            if (!file.equals("delivery")) {
                assertThat(elements.stream().map(TopicTest::id)).containsExactly(file);
            }
        });
    }

    private static List<String> ids(Map<String, List<JsonNode>> files, String file) {
        return files.getOrDefault(file, List.of()).stream().map(TopicTest::id).toList();
    }

    @Test
    void every_stage_reads_what_the_stage_before_it_keeps() throws IOException {
        Map<String, Map<String, String>> consumers = consumers();
        for (StageName stage : StageName.values()) {
            if (stage == StageName.SELECT) {
                assertThat(consumers).as("select runs on the catalogue").doesNotContainKey(stage.word());
                continue;
            }
            assertThat(consumers).containsKey(stage.word());
            Map<String, String> parameters = consumers.getOrDefault(stage.word(), Map.of());
            assertThat(parameters).as(stage.word()).containsEntry("stage", stage.word());
            Topic from = stage == StageName.EXTRACT
                    ? Topic.SEGMENTS_PLANNED
                    : Topic.after(StageName.values()[stage.ordinal() - 1]);
            assertThat(parameters).as(stage.word()).containsEntry("from", from.word());
            if (parameters.containsKey("processor")) {
                // these publish to topics that they name themselves
                assertThat(parameters).as(stage.word()).doesNotContainKey("kept");
            } else {
                assertThat(parameters)
                        .as(stage.word())
                        .containsEntry("kept", Topic.after(stage).word());
            }
        }
        assertThat(consumers.remove("plan"))
                .containsEntry("stage", "plan")
                .containsEntry("from", Topic.VIDEOS_ARRIVED.word())
                .doesNotContainKey("kept");
        assertThat(consumers).hasSize(StageName.values().length - 1);
    }

    /** Parameters of each instance of the template, by route id. */
    private static Map<String, Map<String, String>> consumers() throws IOException {
        Map<String, Map<String, String>> consumers = new HashMap<>();
        for (List<JsonNode> elements : files().values()) {
            for (JsonNode element : elements) {
                JsonNode route = element.path("templatedRoute");
                if (route.isMissingNode()) {
                    continue;
                }
                assertThat(route.path("routeTemplateRef").asText()).isEqualTo("consumer");
                Map<String, String> parameters = new HashMap<>();
                route.path("parameters")
                        .forEach(parameter -> parameters.put(
                                parameter.path("name").asText(),
                                parameter.path("value").asText()));
                consumers.put(route.path("routeId").asText(), parameters);
            }
        }
        return consumers;
    }

    /** The elements of each route file, by its name without the suffix. */
    private static Map<String, List<JsonNode>> files() throws IOException {
        Map<String, List<JsonNode>> files = new TreeMap<>();
        try (Stream<Path> paths = Files.list(ROUTES)) {
            for (Path path : paths.toList()) {
                String name = path.getFileName().toString();
                assertThat(name).endsWith(SUFFIX);
                List<JsonNode> elements = new ArrayList<>();
                new YAMLMapper().readTree(path.toFile()).forEach(elements::add);
                files.put(name.substring(0, name.length() - SUFFIX.length()), elements);
            }
        }
        return files;
    }

    private static String id(JsonNode element) {
        if (element.has("templatedRoute")) {
            return element.path("templatedRoute").path("routeId").asText();
        }
        if (element.has("routeTemplate")) {
            return element.path("routeTemplate").path("id").asText();
        }
        if (element.has("route")) {
            return element.path("route").path("id").asText();
        }
        return element.fieldNames().next();
    }
}
