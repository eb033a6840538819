package io.sluice.api;

import io.sluice.application.Duties;
import io.sluice.route.Duty;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Lets only the process that selects change anything: a change elsewhere would come between its decisions, which it takes undisturbed in
 * its own memory.
 */
@Singleton
final class ControlOnly {
    private static final Set<String> LOOKING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    /** Asked when a request comes: filters are made before there are settings. */
    private final Instance<Duties> duties;

    ControlOnly(Instance<Duties> duties) {
        this.duties = duties;
    }

    @ServerRequestFilter
    Optional<Response> admit(ContainerRequestContext request) {
        return duties.get().has(Duty.CONTROL) || LOOKING.contains(request.getMethod())
                ? Optional.empty()
                : Optional.of(Problem.of(
                                Response.Status.CONFLICT.getStatusCode(),
                                "this process does not have the duty '" + Duty.CONTROL
                                        + "', and only one that has it changes datasets; ask that one")
                        .response());
    }
}
