package io.sluice.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import io.sluice.model.Role;
import io.sluice.route.Duty;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Settings of a process among others: duties, access, traces. */
class ServiceSettingsTest {

    private static Settings settings(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(Settings.class)
                .withDefaultValues(values)
                .build()
                .getConfigMapping(Settings.class);
    }

    @Test
    void by_default_a_process_does_everything_for_this_machine_alone_without_traces() {
        Settings defaults = settings(Map.of());

        assertThat(Duties.of(defaults).all()).containsExactlyInAnyOrder(Duty.values());
        HttpAccess.check(defaults.http());
        assertThat(TraceSettings.telemetry(defaults.traces(), "local")).isSameAs(OpenTelemetry.noop());
    }

    @Test
    void duties_are_told_by_commas() {
        assertThat(Duties.of(settings(Map.of("sluice.stages", "plan,extract"))).all())
                .containsExactlyInAnyOrder(Duty.PLAN, Duty.EXTRACT);
        assertThatThrownBy(() -> Duties.of(settings(Map.of("sluice.stages", "extracts"))))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("sluice.stages: 'extracts' is not allowed; allowed: all, or some of ingest,");
    }

    @Test
    void a_process_warms_the_models_of_its_duties() {
        assertThat(WarmModels.roles(EnumSet.of(Duty.BLUR, Duty.CONTROL))).isEmpty();
        assertThat(WarmModels.roles(EnumSet.of(Duty.DETECT)))
                .containsExactlyInAnyOrder(Role.DETECT, Role.IMAGE_EMBED, Role.TEXT_EMBED);
        assertThat(WarmModels.roles(EnumSet.allOf(Duty.class))).containsExactlyInAnyOrderElementsOf(Role.all());
    }

    @Test
    void an_address_that_others_reach_needs_a_token() {
        assertThatThrownBy(() -> HttpAccess.check(
                        settings(Map.of("sluice.http.host", "0.0.0.0")).http()))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("sluice.http.host: '0.0.0.0' is not allowed without a token");
        assertThatThrownBy(() -> HttpAccess.check(
                        settings(Map.of("sluice.http.token", "short")).http()))
                .hasMessage("sluice.http.token: its length, 5, is not allowed; allowed: 16 characters or more");
        HttpAccess.check(settings(Map.of("sluice.http.host", "0.0.0.0", "sluice.http.token", "0123456789abcdef"))
                .http());
        HttpAccess.check(settings(Map.of("sluice.http.host", "::1")).http());
    }

    @Test
    void a_wrong_place_or_share_of_traces_is_named() {
        assertThatThrownBy(() -> TraceSettings.telemetry(
                        settings(Map.of("sluice.traces.endpoint", "collector:4318"))
                                .traces(),
                        "local"))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("sluice.traces.endpoint: 'collector:4318' is not allowed");
        assertThatThrownBy(() -> TraceSettings.telemetry(
                        settings(Map.of("sluice.traces.ratio", "2")).traces(), "local"))
                .hasMessage("sluice.traces.ratio: '2.0' is not allowed; allowed: 0 to 1");
    }
}
