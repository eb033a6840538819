package io.sluice.application;

import io.sluice.catalogue.Catalogue;
import io.sluice.frame.InfrastructureException;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while the database does not answer. Liveness knows nothing of it. */
@ApplicationScoped
@Readiness
public class CatalogueReachable implements HealthCheck {
    private final Catalogue catalogue;

    CatalogueReachable(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            catalogue.read(rows -> rows.videos().countByStatus());
            return HealthCheckResponse.named("catalogue").up().build();
        } catch (InfrastructureException e) {
            return HealthCheckResponse.named("catalogue")
                    .down()
                    .withData("error", String.valueOf(e.getMessage()))
                    .build();
        }
    }
}
