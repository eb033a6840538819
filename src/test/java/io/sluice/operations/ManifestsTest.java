package io.sluice.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.application.Settings;
import io.sluice.route.Duty;
import io.sluice.route.Topic;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests of {@code k8s/}: every field exists, and what they say fits what the program says. */
class ManifestsTest {
    private static final List<String> OVERLAYS = List.of("single", "production", "production-gpu");
    private static final Map<String, List<JsonNode>> RENDERED = new HashMap<>();

    static Stream<Path> files() {
        return Manifests.files().stream();
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_field_that_is_written_exists(Path file) {
        List<JsonNode> manifests = Manifests.read(file);
        assertThat(manifests).isNotEmpty();
        manifests.forEach(manifest -> StrictManifest.check(Manifests.withoutDirectives(manifest)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"single", "production", "production-gpu"})
    void every_field_that_is_rendered_exists(String overlay) throws Exception {
        List<JsonNode> manifests = render(overlay);
        assertThat(manifests).isNotEmpty();
        manifests.forEach(StrictManifest::check);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "base/stage/deployment.yaml | apps/v1/Deployment | /spec/template/spec/containers/0 | readinessProbe",
                "base/stage/deployment.yaml | apps/v1/Deployment | /spec/template/spec/containers/0/startupProbe | failureThreshold",
                "base/stage/deployment.yaml | apps/v1/Deployment | /spec/template/spec/securityContext | runAsNonRoot",
                "base/account/service-account.yaml | v1/ServiceAccount | '' | automountServiceAccountToken",
                "overlays/single/volume.yaml | v1/PersistentVolumeClaim | /spec | accessModes",
                "components/network-policies/policies.yaml | networking.k8s.io/v1/NetworkPolicy | /spec/ingress/0 | from",
                "components/disruption-budgets/budgets.yaml | policy/v1/PodDisruptionBudget | /spec | maxUnavailable",
                "components/monitoring/pod-monitor.yaml | monitoring.coreos.com/v1/PodMonitor | /spec/podMetricsEndpoints/0 | scrapeTimeout",
                "components/monitoring/alerts.yaml | monitoring.coreos.com/v1/PrometheusRule | /spec/groups/0/rules/0 | expr",
                "overlays/production/kafka.yaml | kafka.strimzi.io/v1beta2/Kafka | /spec/kafka/listeners/0 | tls",
                "overlays/production/kafka.yaml | kafka.strimzi.io/v1beta2/KafkaNodePool | /spec/storage/volumes/0 | deleteClaim",
                "overlays/production/topics.yaml | kafka.strimzi.io/v1beta2/KafkaTopic | /spec | partitions",
                "components/keda/scaled-objects.yaml | keda.sh/v1alpha1/ScaledObject | /spec | minReplicaCount",
                "components/keda/scaled-objects.yaml | keda.sh/v1alpha1/ScaledObject | /spec/triggers/0/metadata | lagThreshold",
            })
    void a_misspelt_field_is_an_error(String file, String kind, String place, String field) {
        JsonNode manifest = Manifests.read(Manifests.ROOT.resolve(file)).stream()
                .filter(document -> StrictManifest.kind(document).equals(kind))
                .findFirst()
                .orElseThrow();
        StrictManifest.check(manifest);
        ObjectNode parent = (ObjectNode) manifest.at(place);
        String misspelt = field.substring(0, field.length() - 1) + "z";
        parent.set(misspelt, parent.remove(field));

        assertThatThrownBy(() -> StrictManifest.check(manifest))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(kind)
                .hasMessageContaining("\"" + misspelt + "\"");
    }

    @Test
    void every_kind_is_tried_with_a_misspelt_field() throws Exception {
        Method test = ManifestsTest.class.getDeclaredMethod(
                "a_misspelt_field_is_an_error", String.class, String.class, String.class, String.class);
        Set<String> tried = new TreeSet<>();
        for (String row :
                Objects.requireNonNull(test.getAnnotation(CsvSource.class)).value()) {
            tried.add(row.split("\\|")[1].strip());
        }
        // made by kustomize, with no field of its own
        tried.add("v1/ConfigMap");
        assertThat(tried).isEqualTo(new TreeSet<>(StrictManifest.kinds()));
    }

    @Test
    void a_value_of_another_type_is_an_error() {
        JsonNode manifest = Manifests.read(Manifests.ROOT.resolve("components/keda/scaled-objects.yaml"))
                .get(0);
        ((ObjectNode) manifest.at("/spec")).put("maxReplicaCount", "many");

        assertThatThrownBy(() -> StrictManifest.check(manifest)).hasMessageContaining("maxReplicaCount");
    }

    @ParameterizedTest
    @ValueSource(strings = {"single", "production", "production-gpu"})
    void pods_are_confined_probed_and_drained(String overlay) throws Exception {
        List<JsonNode> deployments = deployments(overlay);
        assertThat(deployments).isNotEmpty();
        for (JsonNode deployment : deployments) {
            String name = deployment.at("/metadata/name").asText();
            JsonNode pod = deployment.at("/spec/template/spec");
            assertThat(pod.at("/automountServiceAccountToken").asBoolean(true))
                    .as(name)
                    .isFalse();
            assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean())
                    .as(name)
                    .isTrue();
            assertThat(pod.at("/securityContext/runAsUser").asInt()).as(name).isPositive();
            assertThat(pod.at("/securityContext/seccompProfile/type").asText())
                    .as(name)
                    .isEqualTo("RuntimeDefault");
            assertThat(pod.at("/terminationGracePeriodSeconds").asInt())
                    .as("what stopping may take, twice, and what the decoders and the broker need")
                    .isGreaterThan(2 * shutdownSeconds() + 20);
            Set<String> volumes = new HashSet<>(pod.path("volumes").findValuesAsText("name"));
            List<JsonNode> containers = new ArrayList<>();
            pod.path("initContainers").forEach(containers::add);
            pod.path("containers").forEach(containers::add);
            assertThat(containers).hasSize(2);
            for (JsonNode container : containers) {
                JsonNode security = container.path("securityContext");
                assertThat(security.path("readOnlyRootFilesystem").asBoolean())
                        .as(name)
                        .isTrue();
                assertThat(security.path("allowPrivilegeEscalation").asBoolean(true))
                        .as(name)
                        .isFalse();
                assertThat(security.at("/capabilities/drop/0").asText())
                        .as(name)
                        .isEqualTo("ALL");
                assertThat(container.at("/resources/requests/cpu").isMissingNode())
                        .as(name)
                        .isFalse();
                assertThat(container.at("/resources/requests/memory").isMissingNode())
                        .as(name)
                        .isFalse();
                assertThat(container.at("/resources/limits/memory").isMissingNode())
                        .as(name)
                        .isFalse();
                Set<String> places = new HashSet<>();
                for (JsonNode mount : container.path("volumeMounts")) {
                    assertThat(volumes).as(name).contains(mount.path("name").asText());
                    places.add(mount.path("mountPath").asText());
                }
                assertThat(places).as("what is written to").contains("/tmp", "/cache", "/models");
            }
            for (String probe : List.of("startup", "readiness", "liveness")) {
                JsonNode asked = containers.get(1).at("/" + probe + "Probe/httpGet");
                assertThat(asked.path("path").asText())
                        .as(name)
                        .isEqualTo("/q/health/"
                                + Map.of("startup", "started", "readiness", "ready", "liveness", "live")
                                        .get(probe));
                assertThat(asked.path("port").asText())
                        .isEqualTo(containers.get(1).at("/ports/0/name").asText());
            }
            JsonNode labels = deployment.at("/spec/template/metadata/labels");
            deployment
                    .at("/spec/selector/matchLabels")
                    .properties()
                    .forEach(label -> assertThat(labels.path(label.getKey())).isEqualTo(label.getValue()));
        }
    }

    private static int shutdownSeconds() throws IOException {
        Properties properties = new Properties();
        properties.load(Files.newBufferedReader(Path.of("src/main/resources/application.properties")));
        return Integer.parseInt(properties.getProperty("camel.main.shutdown-timeout"));
    }

    @Test
    void the_deployments_share_all_duties() throws Exception {
        assertThat(duties("single")).containsExactly(Duty.ALL);
        List<String> words = Stream.of(Duty.values()).map(Duty::word).toList();
        assertThat(duties("production")).containsExactlyInAnyOrderElementsOf(words);
        assertThat(duties("production-gpu")).containsExactlyInAnyOrderElementsOf(words);
    }

    private static List<String> duties(String overlay) throws Exception {
        List<String> duties = new ArrayList<>();
        for (JsonNode deployment : deployments(overlay)) {
            JsonNode pod = deployment.at("/spec/template");
            List<String> paths = new ArrayList<>();
            for (JsonNode variable : pod.at("/spec/containers/0/env")) {
                if (variable.path("name").asText().equals("SLUICE_STAGES")) {
                    paths.add(variable.at("/valueFrom/fieldRef/fieldPath").asText());
                }
            }
            assertThat(paths).containsExactly("metadata.labels['app.kubernetes.io/component']");
            String word = pod.at("/metadata/labels")
                    .path("app.kubernetes.io/component")
                    .asText();
            Duty.parse(List.of(word));
            duties.add(word);
        }
        return duties;
    }

    @ParameterizedTest
    @ValueSource(strings = {"single", "production", "production-gpu"})
    void every_variable_is_a_setting(String overlay) throws Exception {
        Set<String> known = new TreeSet<>();
        collect(Settings.class, "sluice", known);
        List<JsonNode> manifests = render(overlay);
        Set<String> used = new TreeSet<>();
        for (JsonNode deployment : deployments(overlay)) {
            deployment
                    .at("/spec/template/spec/containers/0/env")
                    .forEach(variable -> used.add(variable.path("name").asText()));
            JsonNode from = deployment.at("/spec/template/spec/containers/0/envFrom/0/configMapRef/name");
            JsonNode configuration = named(manifests, "v1/ConfigMap", from.asText());
            configuration.path("data").fieldNames().forEachRemaining(used::add);
        }
        assertThat(used).isNotEmpty();
        assertThat(used.stream().filter(variable -> variable.startsWith("SLUICE_")))
                .isSubsetOf(known);
    }

    /** Variables of the environment for the settings of a mapping. */
    private static void collect(Class<?> mapping, String prefix, Set<String> variables) {
        for (Method method : mapping.getMethods()) {
            String key = prefix + "_" + method.getName().replaceAll("([A-Z])", "_$1");
            if (method.getReturnType().isInterface() && method.getReturnType().getEnclosingClass() == Settings.class) {
                collect(method.getReturnType(), key, variables);
            } else {
                variables.add(key.toUpperCase(Locale.ROOT));
            }
        }
    }

    private static JsonNode named(List<JsonNode> manifests, String kind, String name) {
        return manifests.stream()
                .filter(manifest -> StrictManifest.kind(manifest).equals(kind)
                        && manifest.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(kind + " '" + name + "' is not there"));
    }

    @Test
    void secrets_that_must_be_there_are_told() throws Exception {
        String told = Files.readString(Manifests.ROOT.resolve("README.md"));
        Set<String> secrets = new TreeSet<>();
        for (String overlay : OVERLAYS) {
            for (JsonNode manifest : render(overlay)) {
                manifest.findValues("secretKeyRef")
                        .forEach(ref -> secrets.add(ref.path("name").asText() + "."
                                + ref.path("key").asText()));
            }
        }
        assertThat(secrets).isNotEmpty();
        for (String secret : secrets) {
            assertThat(told).contains("`" + secret.split("\\.")[0] + "`", "`" + secret.split("\\.")[1] + "`");
        }
    }

    @Test
    void the_topics_are_those_of_the_program() throws Exception {
        List<JsonNode> topics = ofKind("production", "kafka.strimzi.io/v1beta2/KafkaTopic");
        Set<String> names = new TreeSet<>(Topic.fullNames());
        assertThat(topics)
                .extracting(topic -> topic.at("/metadata/name").asText())
                .containsExactlyInAnyOrderElementsOf(names);
        String partitions = named(
                        render("production"),
                        "v1/ConfigMap",
                        deployments("production")
                                .get(0)
                                .at("/spec/template/spec/containers/0/envFrom/0/configMapRef/name")
                                .asText())
                .at("/data/SLUICE_KAFKA_PARTITIONS")
                .asText();
        assertThat(topics)
                .allMatch(topic -> topic.at("/spec/partitions").asText().equals(partitions));
        assertThat(topics)
                .noneMatch(topic -> topic.at("/spec/config").toString().contains("compact"));
    }

    @Test
    void every_consumer_is_scaled_on_the_topic_that_its_route_reads() throws Exception {
        Map<String, String> routes = new HashMap<>();
        for (Duty duty : Duty.values()) {
            Path route = Path.of("routes/" + duty.word() + ".camel.yaml");
            if (Files.exists(route)) {
                var from = Pattern.compile("name: from, value: ([a-z.]+)").matcher(Files.readString(route));
                if (from.find()) {
                    routes.put(duty.word(), from.group(1));
                }
            }
        }
        assertThat(routes).hasSize(Duty.values().length - 2);
        List<JsonNode> scaled = ofKind("production", "keda.sh/v1alpha1/ScaledObject");
        assertThat(scaled).hasSize(routes.size());
        int partitions = ofKind("production", "kafka.strimzi.io/v1beta2/KafkaTopic")
                .get(0)
                .at("/spec/partitions")
                .asInt();
        for (JsonNode object : scaled) {
            String name = object.at("/spec/scaleTargetRef/name").asText();
            JsonNode deployment = named(render("production"), "apps/v1/Deployment", name);
            assertThat(deployment.at("/spec/replicas").isMissingNode())
                    .as("replicas of " + name + " are KEDA's")
                    .isTrue();
            String stage = deployment
                    .at("/metadata/labels")
                    .path("app.kubernetes.io/component")
                    .asText();
            JsonNode trigger = object.at("/spec/triggers/0/metadata");
            assertThat(trigger.path("consumerGroup").asText()).isEqualTo("sluice-" + stage);
            assertThat(trigger.path("topic").asText()).isEqualTo("sluice." + routes.get(stage));
            assertThat(object.at("/spec/maxReplicaCount").asInt()).isLessThanOrEqualTo(partitions);
            boolean hasModels =
                    Set.of("detect", "aesthetic", "inpaint", "caption").contains(stage);
            assertThat(object.at("/spec/minReplicaCount").asInt()).as(stage).isEqualTo(hasModels ? 0 : 1);
        }
    }

    @Test
    void gpus_are_where_models_are() throws Exception {
        for (JsonNode deployment : deployments("production-gpu")) {
            String stage = deployment
                    .at("/metadata/labels")
                    .path("app.kubernetes.io/component")
                    .asText();
            JsonNode container = deployment.at("/spec/template/spec/containers/0");
            boolean onGpu = Set.of("detect", "aesthetic", "inpaint", "caption").contains(stage);
            assertThat(container.at("/resources/limits").has("nvidia.com/gpu"))
                    .as(stage)
                    .isEqualTo(onGpu);
            assertThat(container.path("image").asText().contains("cuda"))
                    .as(stage)
                    .isEqualTo(onGpu);
            assertThat(container.path("env").findValuesAsText("name").contains("SLUICE_ONNX_DEVICE"))
                    .as(stage)
                    .isEqualTo(onGpu);
        }
    }

    private static List<JsonNode> deployments(String overlay) throws Exception {
        return ofKind(overlay, "apps/v1/Deployment");
    }

    private static List<JsonNode> ofKind(String overlay, String kind) throws Exception {
        return render(overlay).stream()
                .filter(manifest -> StrictManifest.kind(manifest).equals(kind))
                .toList();
    }

    private static List<JsonNode> render(String overlay) throws Exception {
        boolean there = Command.isThere("kubectl");
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            assertThat(there).as("kubectl, which CI has").isTrue();
        }
        assumeTrue(there, "kubectl is not installed, so nothing is rendered");
        List<JsonNode> known = RENDERED.get(overlay);
        if (known == null) {
            Command.Ended ended = Command.run(
                    "kubectl",
                    "kustomize",
                    Manifests.ROOT.resolve("overlays/" + overlay).toString());
            assertThat(ended.exitCode()).as(ended.output()).isZero();
            known = Manifests.parse(ended.output());
            RENDERED.put(overlay, known);
        }
        return known;
    }
}
