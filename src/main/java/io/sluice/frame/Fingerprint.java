package io.sluice.frame;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Identity of what makes a measurement: the algorithm and its version, the configuration that changes its result, the models'
 * SHA-256, and the fingerprints of the measurements it builds on. Equal fingerprints promise equal annotations for equal
 * frames; thresholds are not part of it.
 */
public record Fingerprint(String value) {

    /** @param parts in a fixed order; each counts as a whole, so {@code ("ab", "c")} differs from {@code ("a", "bc")} */
    public static Fingerprint of(Object... parts) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        for (Object part : parts) {
            byte[] bytes = String.valueOf(part).getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
        }
        return new Fingerprint(HexFormat.of().formatHex(digest.digest(), 0, 8));
    }

    @Override
    public String toString() {
        return value;
    }
}
