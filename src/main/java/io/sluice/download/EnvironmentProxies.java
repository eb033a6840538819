package io.sluice.download;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Proxies as the variables {@code https_proxy}, {@code http_proxy}, {@code all_proxy} and {@code no_proxy} name them, in small or
 * capital letters; where they name none, the system properties {@code https.proxyHost} and its kin decide.
 */
final class EnvironmentProxies extends ProxySelector {
    private final Map<String, String> environment;
    private final @Nullable ProxySelector properties;

    EnvironmentProxies(Map<String, String> environment, @Nullable ProxySelector properties) {
        this.environment = Map.copyOf(environment);
        this.properties = properties;
    }

    @Override
    public List<Proxy> select(URI uri) {
        String scheme = String.valueOf(uri.getScheme());
        if (System.getProperty(scheme + ".proxyHost") == null) {
            String named = variable(scheme + "_proxy");
            if (named.isEmpty()) {
                named = variable("all_proxy");
            }
            if (!named.isEmpty()) {
                return List.of(excepted(String.valueOf(uri.getHost())) ? Proxy.NO_PROXY : proxy(named));
            }
        }
        return properties == null ? List.of(Proxy.NO_PROXY) : properties.select(uri);
    }

    private String variable(String name) {
        String value = environment.get(name);
        if (value == null) {
            value = environment.get(name.toUpperCase(Locale.ROOT));
        }
        return value == null ? "" : value.strip();
    }

    private boolean excepted(String host) {
        for (String entry : variable("no_proxy").split(",", -1)) {
            String name = entry.strip();
            String domain = name.startsWith(".") ? name.substring(1) : name;
            if (name.equals("*")
                    || (!domain.isEmpty()
                            && ("." + host.toLowerCase(Locale.ROOT)).endsWith("." + domain.toLowerCase(Locale.ROOT)))) {
                return true;
            }
        }
        return false;
    }

    private static Proxy proxy(String named) {
        URI uri;
        try {
            uri = URI.create(named.contains("://") ? named : "http://" + named);
        } catch (IllegalArgumentException e) {
            throw wrong(named, e);
        }
        if (uri.getHost() == null || !"http".equals(uri.getScheme())) {
            throw wrong(named, null);
        }
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port));
    }

    private static IllegalArgumentException wrong(String named, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "the proxy '" + named.replaceAll("//[^/@]*@", "//")
                        + "' of the environment is not allowed; allowed: http://HOST:PORT",
                cause);
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException fault) {
        // The request fails with the same words.
    }
}
