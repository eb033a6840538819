package io.sluice.store;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where files lie: a folder, or a prefix of keys in a bucket.
 *
 * @param bucket the bucket's name; empty for a folder
 * @param path in a bucket, the prefix, empty or with {@code /} at its end; otherwise the folder's absolute, normalized path
 */
public record Place(Optional<String> bucket, String path) {
    private static final String SCHEME = "s3://";

    /**
     * @param text {@code s3://bucket} or {@code s3://bucket/prefix}, or else a folder
     * @throws IllegalArgumentException if it names no bucket
     */
    public static Place of(String text) {
        if (!text.startsWith(SCHEME)) {
            return of(Path.of(text));
        }
        String rest = text.substring(SCHEME.length());
        int slash = rest.indexOf('/');
        String bucket = slash < 0 ? rest : rest.substring(0, slash);
        if (bucket.isBlank()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not allowed; allowed: a folder, or s3://bucket/prefix with the bucket's name");
        }
        return new Place(Optional.of(bucket), folder(slash < 0 ? "" : rest.substring(slash + 1)));
    }

    public static Place of(Path folder) {
        return new Place(Optional.empty(), folder.toAbsolutePath().normalize().toString());
    }

    /** The place of this name in it. */
    public Place resolve(String name) {
        return bucket.isPresent()
                ? new Place(bucket, folder(path + name))
                : Place.of(Path.of(path).resolve(name));
    }

    /** The prefix with one {@code /} at its end, or empty. */
    public static String folder(String prefix) {
        return prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    }

    /** As {@link #of(String)} takes it. */
    @Override
    public String toString() {
        return bucket.map(name -> SCHEME + name + "/" + path).orElse(path);
    }
}
