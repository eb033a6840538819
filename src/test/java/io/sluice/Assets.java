package io.sluice;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * The shared test assets: photos, videos, models and reference values, which are not in this repository. They are looked for at
 * {@code ../shared/assets}, or where the system property {@code sluice.assets} points.
 */
public final class Assets {
    private Assets() {}

    /** For a test that has another way where the assets are absent. */
    public static boolean areThere() {
        return Files.exists(root());
    }

    private static Path root() {
        return Path.of(System.getProperty("sluice.assets", "../shared/assets"));
    }

    /** A file or folder among the assets; the calling test is skipped where the assets are absent. */
    public static Path path(String relative) {
        Path root = root();
        Assumptions.assumeTrue(
                areThere(),
                "the test assets are not at '" + root.toAbsolutePath().normalize()
                        + "'; the system property sluice.assets names another place");
        return root.resolve(relative);
    }
}
