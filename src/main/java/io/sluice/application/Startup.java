package io.sluice.application;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.sluice.application.Components.Broker;
import io.sluice.route.Duty;
import io.sluice.route.FailPoint;
import io.sluice.route.HoldLease;
import io.sluice.route.KafkaClients;
import io.sluice.route.Presence;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.util.EnumSet;
import java.util.Set;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.spi.CamelEvent.CamelContextInitializingEvent;
import org.apache.camel.spi.CamelEvent.CamelContextStoppedEvent;
import org.jboss.logging.Logger;

/** Has the broker run and the Kafka component know it before any route starts, and says which routes start. */
@ApplicationScoped
public class Startup {
    private static final Logger LOG = Logger.getLogger(Startup.class);

    /**
     * Has wrong duties end the start with their own words: Camel only logs what is thrown while it initialises, and then starts
     * without them.
     *
     * @param first the first event of a start whose exceptions end it
     * @param duties made for this, and so read
     */
    void beforeCamel(@Observes Filters first, Duties duties) {
        LOG.debugf("duties: %s", duties.all());
    }

    void beforeRoutes(
            @Observes CamelContextInitializingEvent event,
            Instance<Broker> broker,
            Instance<Presence> presence,
            Duties duties,
            Settings settings) {
        FailPoint.START_UP.pass();
        Set<Duty> running = settings.transport() ? EnumSet.copyOf(duties.all()) : EnumSet.noneOf(Duty.class);
        if (!settings.inbox().watched()) {
            running.remove(Duty.INGEST);
        }
        Duty.properties(running).forEach(event.getContext().getPropertiesComponent()::addInitialProperty);
        long session = settings.kafka().sessionTimeout().toMillis();
        event.getContext().getPropertiesComponent().addInitialProperty("session-timeout-ms", String.valueOf(session));
        event.getContext()
                .getPropertiesComponent()
                .addInitialProperty("heartbeat-interval-ms", String.valueOf(session / 4));
        if (settings.transport()) {
            presence.get().start();
            KafkaClients.connect(
                    event.getContext().getComponent("kafka", KafkaComponent.class),
                    broker.get().cluster());
        }
    }

    /** Nobody has to wait for a process that has ended in good order. */
    void afterRoutes(
            @Observes CamelContextStoppedEvent event,
            Instance<Presence> presence,
            @Any Instance<HoldLease> leases,
            Settings settings) {
        if (settings.transport()) {
            leases.forEach(HoldLease::release);
            presence.get().close();
        }
    }
}
