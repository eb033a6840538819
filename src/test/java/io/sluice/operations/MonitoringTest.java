package io.sluice.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The dashboard and the alert rules ask for metrics that there are. That there are these is what {@code ObservabilityIT} shows. */
class MonitoringTest {
    private static final Path MONITORING = Path.of("k8s/components/monitoring");

    private record Asked(String by, String expression) {}

    static List<Asked> dashboard() throws IOException {
        List<Asked> asked = new ArrayList<>();
        JsonNode json = JsonMapper.builder()
                .build()
                .readTree(MONITORING.resolve("dashboard.json").toFile());
        for (JsonNode panel : json.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                asked.add(new Asked(
                        panel.path("title").asText(), target.path("expr").asText()));
            }
        }
        return asked;
    }

    static List<Asked> alerts() throws IOException {
        List<Asked> asked = new ArrayList<>();
        for (JsonNode group : rules().path("spec").path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                asked.add(
                        new Asked(rule.path("alert").asText(), rule.path("expr").asText()));
            }
        }
        return asked;
    }

    private static JsonNode rules() throws IOException {
        return new YAMLMapper().readTree(MONITORING.resolve("alerts.yaml").toFile());
    }

    private static void assertDocumented(Asked asked) {
        Map<String, Set<String>> documented = DocumentedMetrics.read();
        Expression expression = new Expression(asked.expression());
        assertThat(expression.metrics()).as(asked.toString()).isNotEmpty().isSubsetOf(documented.keySet());
        Set<String> labels = new TreeSet<>();
        expression.metrics().forEach(metric -> labels.addAll(documented.getOrDefault(metric, Set.of())));
        assertThat(labels).as("labels of what is asked by " + asked).containsAll(expression.labels());
    }

    @ParameterizedTest
    @MethodSource("dashboard")
    void a_panel_asks_for_documented_metrics(Asked asked) {
        assertDocumented(asked);
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void an_alert_asks_for_documented_metrics(Asked asked) {
        assertDocumented(asked);
    }

    @Test
    void every_metric_is_on_the_dashboard() throws IOException {
        Set<String> shown = new TreeSet<>();
        for (Asked asked : dashboard()) {
            shown.addAll(new Expression(asked.expression()).metrics());
        }
        Set<String> documented = new TreeSet<>(DocumentedMetrics.read().keySet());
        // the same metric as the summary beside it, and what only a look at single measurements needs
        documented.remove("sluice_stage_measure_seconds_max");
        assertThat(shown).isEqualTo(documented);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sum by (stage) (rate(sluice_a_total{verdict=\"kept\", reason!=\"x\"}[5m])) / 60 | sluice_a_total | reason verdict",
                "sluice_b_seconds_sum / on (pod) sluice_b_seconds_count unless absent(up) | sluice_b_seconds up | ''",
                "60 * max(sluice_c) > 1e3 or sluice_d != sluice_d | sluice_c sluice_d | ''",
            })
    void the_names_in_an_expression_are_found(String expression, String metrics, String labels) {
        assertThat(String.join(" ", new Expression(expression).metrics())).isEqualTo(metrics);
        assertThat(String.join(" ", new Expression(expression).labels())).isEqualTo(labels);
    }

    @Test
    void promtool_takes_the_rules(@TempDir Path folder) throws Exception {
        assumeTrue(Command.isThere("promtool"), "promtool (Debian's package prometheus) is not installed");
        Path file = folder.resolve("rules.yaml");
        ObjectNode plain = new YAMLMapper().createObjectNode();
        plain.set("groups", rules().path("spec").path("groups"));
        Files.writeString(file, new YAMLMapper().writeValueAsString(plain), StandardCharsets.UTF_8);

        Command.Ended ended = Command.run("promtool", "check", "rules", file.toString());

        assertThat(ended.exitCode()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("SUCCESS: " + alerts().size() + " rules found");
    }
}
