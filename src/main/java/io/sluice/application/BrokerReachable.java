package io.sluice.application;

import io.sluice.frame.InfrastructureException;
import io.sluice.route.TransportLag;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while the broker does not answer. Liveness knows nothing of it: a restart does not bring a broker back. */
@ApplicationScoped
@Readiness
public class BrokerReachable implements HealthCheck {
    /** Below what a probe waits. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final TransportLag broker;

    BrokerReachable(TransportLag broker) {
        this.broker = broker;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            broker.reach(PATIENCE);
            return HealthCheckResponse.named("broker").up().build();
        } catch (InfrastructureException e) {
            return HealthCheckResponse.named("broker")
                    .down()
                    .withData("error", String.valueOf(e.getMessage()))
                    .build();
        }
    }
}
