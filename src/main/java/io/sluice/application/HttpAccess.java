package io.sluice.application;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask over HTTP. On the loopback interface everybody, unless there is a token; on any other there must be one. With a token
 * each request carries it, {@code Authorization: Bearer TOKEN}, but for those to {@code /q/health}: probes have none. Without one,
 * requests to {@code /api} come from programs of this machine, or from pages that it serves itself.
 */
@ApplicationScoped
public class HttpAccess {
    static final int SHORTEST = 16;

    private static final String OPEN = "/q/health";
    private static final String API = "/api";

    /** Host headers that only requests to this machine have. */
    private static final Pattern OWN = Pattern.compile(
            "(?:localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1\\])(?::[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);

    private static final String SCHEME = "Bearer ";

    /** Before everything else that answers. */
    private static final int FIRST = 1_000_000;

    void guard(@Observes Filters filters, Settings settings) {
        check(settings.http());
        settings.http()
                .token()
                .ifPresentOrElse(
                        token -> filters.register(context -> admit(context, token), FIRST),
                        () -> filters.register(HttpAccess::admitOwn, FIRST));
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
        context.response().putHeader("WWW-Authenticate", "Bearer realm=\"sluice\"");
        refuse(context, 401, "Unauthorized", "the header Authorization: Bearer TOKEN is missing or wrong");
    }

    /**
     * Without a token, programs of this machine may use the API, but no page of another site that a browser of this machine shows: a
     * browser names the page's site as the origin, or, where that site's name was made to point here, as the host.
     */
    private static void admitOwn(RoutingContext context) {
        String path = context.normalizedPath();
        if (path.equals(API) || path.startsWith(API + "/")) {
            // as HTTP/1 has it in a header of that name, and HTTP/2 has not
            HostAndPort authority = context.request().authority();
            String host = authority == null ? "" : authority.toString();
            String origin = context.request().getHeader(HttpHeaders.ORIGIN);
            if (!OWN.matcher(host).matches() || origin != null && !origin.equals("http://" + host)) {
                refuse(
                        context,
                        403,
                        "Forbidden",
                        "host '" + host + "'" + (origin == null ? "" : " and origin '" + origin + "'")
                                + " are not allowed without a token; allowed: this machine's own, as in 127.0.0.1");
                return;
            }
        }
        context.next();
    }

    private static void refuse(RoutingContext context, int status, String title, String detail) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .end(new JsonObject()
                        .put("type", "about:blank")
                        .put("title", title)
                        .put("status", status)
                        .put("detail", detail)
                        .encode());
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
