package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.camel.ServiceStatus;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DutyTest {

    @Test
    void all_means_every_duty() {
        assertThat(Duty.parse(List.of("all"))).containsExactly(Duty.values());
        assertThat(Duty.parse(List.of("blur", "control"))).containsExactly(Duty.BLUR, Duty.CONTROL);
    }

    @Test
    void a_word_that_is_no_duty_is_named_with_those_that_are() {
        assertThatThrownBy(() -> Duty.parse(List.of("blur", "all")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'all' is not allowed; allowed: all, or some of"
                        + " ingest,plan,extract,blur,detect,aesthetic,inpaint,caption,dataset,control");
        assertThatThrownBy(() -> Duty.parse(List.of())).hasMessageStartingWith("'' is not allowed");
    }

    @Test
    void only_routes_of_the_duties_start(@TempDir Path folder) throws Exception {
        try (Fixture fixture = new Fixture(folder, "d");
                DefaultCamelContext context = new DefaultCamelContext()) {
            StageMetrics metrics = new StageMetrics(new SimpleMeterRegistry());
            StageRunner runner = new StageRunner("run", fixture.catalogue, new Pipeline(List.of()), metrics, List::of);
            context.getRegistry()
                    .bind("runStage", new RunStage(runner, new Recipes(fixture.catalogue), FrameTraces.off()));
            context.getRegistry().bind("commitBatch", new CommitBatch());
            context.getRegistry().bind("followBatch", new FollowBatch(metrics));
            context.getRegistry().bind("sweepLostFrames", new CommitBatch());
            context.getRegistry().bind("holdControl", new CommitBatch());
            // a consumer that starts asks in vain, in a thread of its own, and the route counts as started
            context.getComponent("kafka", KafkaComponent.class)
                    .getConfiguration()
                    .setBrokers("127.0.0.1:1");
            context.getPropertiesComponent().addInitialProperty("sluice.instance", "test");
            context.getPropertiesComponent().addInitialProperty("sluice.sweep-period", "1h");
            Duty.properties(Set.of(Duty.BLUR)).forEach(context.getPropertiesComponent()::addInitialProperty);
            for (String file : List.of("delivery", "blur", "detect", "sweep")) {
                PluginHelper.getRoutesLoader(context)
                        .loadRoutes(PluginHelper.getResourceLoader(context)
                                .resolveResource("file:routes/" + file + ".camel.yaml"));
            }

            context.start();

            assertThat(context.getRouteController().getRouteStatus("blur")).isEqualTo(ServiceStatus.Started);
            assertThat(context.getRouteController().getRouteStatus("detect")).isEqualTo(ServiceStatus.Stopped);
            assertThat(context.getRouteController().getRouteStatus("sweep")).isEqualTo(ServiceStatus.Stopped);
            assertThat(context.getRouteController().getRouteStatus("publish")).isEqualTo(ServiceStatus.Started);
        }
    }
}
