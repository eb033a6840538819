package io.sluice.application;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask over HTTP. On the loopback interface everybody, unless there is a token; on any other there must be one. With a token
 * each request carries it, {@code Authorization: Bearer TOKEN}, but for those to {@code /q/health}: probes have none.
 */
@ApplicationScoped
public class HttpAccess {
    static final int SHORTEST = 16;

    private static final String OPEN = "/q/health";
    private static final String SCHEME = "Bearer ";

    /** Before everything else that answers. */
    private static final int FIRST = 1_000_000;

    void guard(@Observes Filters filters, Settings settings) {
        check(settings.http());
        settings.http().token().ifPresent(token -> filters.register(context -> admit(context, token), FIRST));
    }

    /** @throws SettingsException if the address can be reached from outside and there is no token, or a poor one */
    static void check(Settings.Http http) {
        http.token().filter(token -> token.length() < SHORTEST).ifPresent(token -> {
            throw new SettingsException("sluice.http.token: its length, " + token.length()
                    + ", is not allowed; allowed: " + SHORTEST + " characters or more");
        });
        if (http.token().isEmpty() && !isLoopback(http.host())) {
            throw new SettingsException("sluice.http.host: '" + http.host()
                    + "' is not allowed without a token; allowed: an address of this machine alone, as in 127.0.0.1,"
                    + " or any with sluice.http.token (the variable SLUICE_HTTP_TOKEN)");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new SettingsException(
                    "sluice.http.host: '" + host + "' is not allowed; allowed: an address of this machine");
        }
    }

    private static void admit(RoutingContext context, String token) {
        String path = context.normalizedPath();
        if (path.equals(OPEN)
                || path.startsWith(OPEN + "/")
                || holds(context.request().getHeader(HttpHeaders.AUTHORIZATION), token)) {
            context.next();
            return;
        }
        context.response()
                .setStatusCode(401)
                .putHeader("WWW-Authenticate", "Bearer realm=\"sluice\"")
                .end();
    }

    private static boolean holds(@Nullable String header, String token) {
        return header != null
                && header.startsWith(SCHEME)
                // takes as long for a token that is nearly right as for any other
                && MessageDigest.isEqual(
                        header.substring(SCHEME.length()).getBytes(StandardCharsets.UTF_8),
                        token.getBytes(StandardCharsets.UTF_8));
    }
}
