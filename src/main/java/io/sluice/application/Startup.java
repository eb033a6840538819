package io.sluice.application;

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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.spi.CamelEvent.CamelContextInitializingEvent;
import org.apache.camel.spi.CamelEvent.CamelContextStoppedEvent;
import org.jspecify.annotations.Nullable;

/** Has the broker run and the Kafka component know it before any route starts, and says which routes start. */
@ApplicationScoped
public class Startup {
    private static final AtomicReference<@Nullable SettingsException> FAULT = new AtomicReference<>();

    /**
     * A wrong setting that was met before there were routes. Camel only logs what is thrown then, and its start fails over what is
     * missing for that, in words that say nothing of the setting.
     */
    public static Optional<SettingsException> fault() {
        return Optional.ofNullable(FAULT.get());
    }

    void beforeRoutes(
            @Observes CamelContextInitializingEvent event,
            Instance<Broker> broker,
            Instance<Presence> presence,
            Instance<Duties> duties,
            Settings settings) {
        FailPoint.START_UP.pass();
        try {
            prepare(event, broker, presence, duties, settings);
        } catch (SettingsException e) {
            FAULT.set(e);
            throw e;
        }
    }

    private static void prepare(
            CamelContextInitializingEvent event,
            Instance<Broker> broker,
            Instance<Presence> presence,
            Instance<Duties> duties,
            Settings settings) {
        Set<Duty> running = settings.transport() ? EnumSet.copyOf(duties.get().all()) : EnumSet.noneOf(Duty.class);
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
