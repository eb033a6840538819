package io.sluice.application;

import io.sluice.model.Models;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Default;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means warm: the process takes no work from a load balancer's view before every model has answered once. */
@ApplicationScoped
@Default // a bean with a qualifier is not found by its type alone
@Readiness
public class WarmModels implements HealthCheck {
    private final Models models;
    private volatile boolean warm;

    WarmModels(Models models) {
        this.models = models;
    }

    /** Opens every model that is there and has it answer once. */
    public void warmUp() {
        models.warmUp();
        warm = true;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("models").status(warm).build();
    }
}
