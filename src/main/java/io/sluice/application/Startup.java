package io.sluice.application;

import io.sluice.application.Components.Broker;
import io.sluice.route.FailPoint;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.spi.CamelEvent.CamelContextInitializingEvent;

/** Checks settings that would else be found wrong in the middle of work; has the broker run and Kafka's component know it. */
@ApplicationScoped
public class Startup {

    void beforeRoutes(@Observes CamelContextInitializingEvent event, Instance<Broker> broker, Settings settings) {
        DecoderSettings.processes(settings.decoder());
        DecoderSettings.limits(settings.decoder());
        FailPoint.START_UP.pass();
        event.getContext()
                .getComponent("kafka", KafkaComponent.class)
                .getConfiguration()
                .setBrokers(broker.get().bootstrapServers());
    }
}
