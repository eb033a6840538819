package io.sluice.download;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A place that has copies of files of many servers, each under its server's name and path, as {@code wget -x} lays them down:
 * {@code https://a.org/b/c.onnx} is at {@code BASE/a.org/b/c.onnx}.
 */
public final class Mirror {
    private final URI base;

    /**
     * @param base an address with https, http or file
     * @throws IllegalArgumentException if it is another
     */
    public Mirror(String base) {
        URI uri;
        try {
            uri = URI.create(base);
        } catch (IllegalArgumentException e) {
            throw wrong(base, e);
        }
        String scheme = String.valueOf(uri.getScheme());
        if (!scheme.matches("https?|file")
                || uri.getRawPath() == null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || (!scheme.equals("file") && uri.getHost() == null)) {
            throw wrong(base, null);
        }
        this.base = uri;
    }

    private static IllegalArgumentException wrong(String base, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "mirror '" + base
                        + "' is not allowed; allowed: the beginning of an address, as in https://mirror.example/models or file:///media/models",
                cause);
    }

    /** Where the copy is. A local file's address stays what it is. */
    public URI of(URI address) {
        if (address.getHost() == null) {
            return address;
        }
        String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
        return URI.create(
                base.toString().replaceAll("/+$", "") + "/" + address.getHost() + address.getRawPath() + query);
    }
}
