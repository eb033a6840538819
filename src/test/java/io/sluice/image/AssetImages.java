package io.sluice.image;

import io.sluice.Assets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/** Photos among the test assets. */
public final class AssetImages {
    public static final List<String> KODAK =
            List.of("01", "04", "05", "07", "10", "13", "16", "19", "22", "23").stream()
                    .map(number -> "images/kodak/" + number + ".png")
                    .toList();

    private AssetImages() {}

    /** The calling test is skipped where the assets are absent. */
    public static Image read(String path) {
        try {
            return ImageCodec.decode(Files.readAllBytes(Assets.path(path)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
