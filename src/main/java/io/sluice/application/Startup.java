package io.sluice.application;

import io.sluice.application.Components.Broker;
import io.sluice.route.FailPoint;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.spi.CamelEvent.CamelContextInitializingEvent;

/** Has the broker run and the Kafka component know it before any route starts. */
@ApplicationScoped
public class Startup {

    void beforeRoutes(@Observes CamelContextInitializingEvent event, Settings settings, Instance<Broker> broker) {
        FailPoint.START_UP.pass();
        if (!settings.transport()) {
            return;
        }
        event.getContext()
                .getComponent("kafka", KafkaComponent.class)
                .getConfiguration()
                .setBrokers(broker.get().bootstrapServers());
    }
}
