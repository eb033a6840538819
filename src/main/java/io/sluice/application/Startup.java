package io.sluice.application;

import io.sluice.application.Components.Broker;
import io.sluice.route.Duty;
import io.sluice.route.FailPoint;
import io.sluice.route.KafkaClients;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.util.EnumSet;
import java.util.Set;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.spi.CamelEvent.CamelContextInitializingEvent;

/** Has the broker run and the Kafka component know it before any route starts, and says which routes start. */
@ApplicationScoped
public class Startup {

    void beforeRoutes(
            @Observes CamelContextInitializingEvent event, Instance<Broker> broker, Duties duties, Settings settings) {
        FailPoint.START_UP.pass();
        Set<Duty> running = settings.transport() ? EnumSet.copyOf(duties.all()) : EnumSet.noneOf(Duty.class);
        if (!settings.inbox().watched()) {
            running.remove(Duty.INGEST);
        }
        Duty.properties(running).forEach(event.getContext().getPropertiesComponent()::addInitialProperty);
        if (settings.transport()) {
            KafkaClients.connect(
                    event.getContext().getComponent("kafka", KafkaComponent.class),
                    broker.get().cluster());
        }
    }
}
