package io.sluice;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.model.ShippedModels;
import java.nio.file.Files;

/** The starter models, which stand in {@code models/starter} once they have been trained. */
public final class Starters {
    private Starters() {}

    /** Skips a test for which one of them is missing. */
    public static void assumeTrained() {
        for (String role : new String[] {
            "detect", "text-detect", "segment", "image-embed", "text-embed", "aesthetic", "inpaint", "caption"
        }) {
            assumeTrue(
                    Files.isDirectory(ShippedModels.folder().resolve("starter").resolve(role)),
                    "models/starter/" + role + " is not there: models/starter/train makes it");
        }
    }
}
