package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The document of the API, beside the methods that answer. */
class ApiDescriptionTest {
    private static final List<Class<?>> RESOURCES = List.of(
            DatasetsResource.class,
            FramesResource.class,
            CaptionsResource.class,
            RatingsResource.class,
            TasteResource.class,
            HeadsResource.class,
            ExportsResource.class);
    private static final JsonNode DOCUMENT = document();
    private static final ApiSchemas SCHEMAS = new ApiSchemas(DOCUMENT);

    private static JsonNode document() {
        try {
            return new YAMLMapper().readTree(ApiDescription.yaml());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private record Operation(JsonNode node, JsonNode path) {
        Set<String> parameters() {
            Set<String> found = new TreeSet<>();
            for (JsonNode place : List.of(path, node)) {
                place.path("parameters").forEach(parameter -> {
                    JsonNode told = SCHEMAS.target(parameter);
                    found.add(told.path("in").asText() + " " + told.path("name").asText());
                });
            }
            return found;
        }

        Set<String> bodies() {
            return names(node.path("requestBody").path("content"));
        }

        /** Of answers that are no refusals. */
        Set<String> answers() {
            Set<String> types = new TreeSet<>();
            node.path("responses").properties().forEach(response -> {
                if (response.getKey().startsWith("2")) {
                    types.addAll(names(SCHEMAS.target(response.getValue()).path("content")));
                }
            });
            return types;
        }
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Map<String, Operation> told() {
        Map<String, Operation> operations = new TreeMap<>();
        DOCUMENT.path("paths")
                .properties()
                .forEach(path -> ApiSchemas.METHODS.forEach(method -> {
                    JsonNode node = path.getValue().path(method);
                    if (!node.isMissingNode()) {
                        operations.put(method + " " + path.getKey(), new Operation(node, path.getValue()));
                    }
                }));
        return operations;
    }

    private static Map<String, Method> methods() {
        Map<String, Method> methods = new TreeMap<>();
        for (Class<?> resource : RESOURCES) {
            String root = resource.getAnnotation(Path.class).value();
            for (Method method : resource.getDeclaredMethods()) {
                for (Annotation annotation : method.getAnnotations()) {
                    HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
                    if (verb != null) {
                        Path own = method.getAnnotation(Path.class);
                        String path = "/api/" + root + (root.isEmpty() || own == null ? "" : "/")
                                + (own == null ? "" : own.value());
                        methods.put(verb.value().toLowerCase(Locale.ROOT) + " " + path, method);
                    }
                }
            }
        }
        return methods;
    }

    private static Set<String> parameters(Method method) {
        Set<String> found = new TreeSet<>();
        for (Annotation[] annotations : method.getParameterAnnotations()) {
            for (Annotation annotation : annotations) {
                if (annotation instanceof PathParam path) {
                    found.add("path " + path.value());
                } else if (annotation instanceof QueryParam query) {
                    found.add("query " + query.value());
                } else if (annotation instanceof HeaderParam header) {
                    found.add("header " + header.value());
                }
            }
        }
        return found;
    }

    @Test
    void every_operation_is_there_and_no_other() {
        assertThat(told().keySet()).isEqualTo(methods().keySet());
    }

    @Test
    void parameters_and_media_types_are_those_of_the_methods() {
        Map<String, Operation> told = told();
        methods().forEach((name, method) -> {
            Operation operation = told.get(name);
            assertThat(operation).as(name).isNotNull();
            assertThat(operation.parameters()).as(name).isEqualTo(parameters(method));
            Consumes consumes = method.getAnnotation(Consumes.class);
            assertThat(operation.bodies())
                    .as(name)
                    .isEqualTo(consumes == null ? Set.of() : new TreeSet<>(Arrays.asList(consumes.value())));
            Produces produces = method.getAnnotation(Produces.class) == null
                    ? method.getDeclaringClass().getAnnotation(Produces.class)
                    : method.getAnnotation(Produces.class);
            assertThat(operation.answers()).as(name).isEqualTo(new TreeSet<>(Arrays.asList(produces.value())));
        });
    }

    @Test
    void every_operation_tells_its_refusals() {
        told().forEach((name, operation) -> {
            Set<String> statuses = names(operation.node().path("responses"));
            assertThat(statuses).as(name).contains("401", "403");
            if (name.contains("{dataset}")) {
                assertThat(statuses).as(name).contains("404");
            }
            if (!operation.bodies().isEmpty()) {
                assertThat(statuses).as(name).contains("400", "415");
            }
            if (operation.parameters().stream().anyMatch(parameter -> parameter.startsWith("query "))) {
                assertThat(statuses).as(name).contains("400");
            }
            assertThat(operation.node().path("operationId").asText()).as(name).isNotBlank();
            assertThat(operation.node().path("summary").asText()).as(name).isNotBlank();
        });
        assertThat(told().values().stream()
                        .map(operation -> operation.node().path("operationId").asText()))
                .doesNotHaveDuplicates();
    }

    @Test
    void every_reference_is_to_something_and_every_part_is_referred_to() {
        Set<String> references = new TreeSet<>();
        DOCUMENT.findValues("$ref").forEach(reference -> references.add(reference.asText()));

        assertThat(references)
                .allSatisfy(reference -> assertThat(
                                DOCUMENT.at(reference.substring(1)).isMissingNode())
                        .isFalse());
        Set<String> parts = new TreeSet<>();
        for (String kind : List.of("schemas", "responses", "parameters", "headers")) {
            names(DOCUMENT.path("components").path(kind))
                    .forEach(name -> parts.add("#/components/" + kind + "/" + name));
        }
        assertThat(references).isEqualTo(parts);
    }

    /** A comma or a colon that was meant for a sentence makes such a key. */
    @Test
    void no_key_is_without_a_value() {
        assertThat(keysWithoutValue(DOCUMENT)).isEmpty();
    }

    private static List<String> keysWithoutValue(JsonNode node) {
        List<String> found = new ArrayList<>();
        node.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                found.add(field.getKey());
            }
        });
        node.forEach(child -> found.addAll(keysWithoutValue(child)));
        return found;
    }

    @Test
    void examples_are_as_their_schemas_say() {
        int examples = 0;
        for (Operation operation : told().values()) {
            for (JsonNode body : operation.node().path("requestBody").path("content")) {
                if (body.has("example")) {
                    examples++;
                    assertThat(SCHEMAS.errors(body.path("schema"), body.path("example")))
                            .isEmpty();
                }
            }
        }
        assertThat(examples).isGreaterThan(2);
    }

    @Test
    void an_answer_that_is_not_as_the_document_says_is_found() {
        String right = "{\"dataset\":\"rex\",\"videos\":1}";

        String path = "/api/datasets/rex/continue";
        assertThat(SCHEMAS.faults("POST", path, 202, "application/json", right)).isEmpty();
        assertThat(SCHEMAS.faults("POST", path, 202, "application/json", right.replace("1", "\"1\"")))
                .isNotEmpty();
        assertThat(SCHEMAS.faults("POST", path, 202, "application/json", "{\"dataset\":\"rex\"}"))
                .isNotEmpty();
        assertThat(SCHEMAS.faults("POST", path, 202, "application/json", right.replace("}", ",\"later\":1}")))
                .isNotEmpty();
        assertThat(SCHEMAS.faults("POST", path, 200, "application/json", right)).isNotEmpty();
        assertThat(SCHEMAS.faults("POST", path, 202, "text/plain", right)).isNotEmpty();
        assertThat(SCHEMAS.faults("GET", path, 202, "application/json", right)).isNotEmpty();
        assertThat(SCHEMAS.faults("GET", "/api/nothing", 200, "application/json", right))
                .isNotEmpty();
    }
}
