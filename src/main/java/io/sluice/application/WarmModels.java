package io.sluice.application;

import io.sluice.model.Models;
import io.sluice.model.Role;
import io.sluice.route.Duty;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Default;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * Ready, and started, means warm: every model that this process works with has answered once before the process counts as there.
 */
@ApplicationScoped
@Default // a bean with a qualifier is not found by its type alone
@Startup
@Readiness
public class WarmModels implements HealthCheck {
    private final Models models;
    private final Duties duties;
    private volatile boolean warm;

    WarmModels(Models models, Duties duties) {
        this.models = models;
        this.duties = duties;
    }

    /** Opens every model that is there and that this process's duties ask, and has it answer once. */
    public void warmUp() {
        models.warmUp(roles(duties.all()));
        warm = true;
    }

    static Set<Role<?, ?>> roles(Set<Duty> duties) {
        Set<Role<?, ?>> roles = new LinkedHashSet<>();
        for (Duty duty : duties) {
            roles.addAll(
                    switch (duty) {
                        case DETECT -> List.of(Role.DETECT, Role.IMAGE_EMBED, Role.TEXT_EMBED);
                        case AESTHETIC -> List.of(Role.IMAGE_EMBED, Role.AESTHETIC);
                        case INPAINT -> List.of(Role.TEXT_DETECT, Role.TEXT_READ, Role.SEGMENT, Role.INPAINT);
                        case CAPTION -> List.of(Role.CAPTION, Role.TOKEN_COUNT);
                        case INGEST, PLAN, EXTRACT, BLUR, DATASET, CONTROL -> List.of();
                    });
        }
        return roles;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("models").status(warm).build();
    }
}
