package io.sluice.model;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * What {@code models/} of the repository holds, as it comes with the program: manifests of models that can be pulled, and in
 * folders below {@code starter/} the starter models with their files.
 */
public final class ShippedModels {
    /** In place of a model's id: the starter model of the role. */
    public static final String STARTER = "starter";

    /** A file of the folder that is always there. */
    private static final String ANY_FILE = "shipped/README.md";

    private ShippedModels() {}

    /**
     * The folder: of the disk, or of the program's own archive, which stays open.
     *
     * @throws IllegalStateException if the program was packaged without it, or its archive cannot be opened
     */
    public static Path folder() {
        URL place = Objects.requireNonNull(ShippedModels.class.getResource(ANY_FILE), ANY_FILE);
        try {
            URI file = place.toURI();
            if (file.getScheme().equals("jar")) {
                open(file);
            }
            return Objects.requireNonNull(Path.of(file).getParent(), "a file has a folder");
        } catch (URISyntaxException | IOException e) {
            throw new IllegalStateException("models that come with the program cannot be read from " + place, e);
        }
    }

    private static synchronized void open(URI file) throws IOException {
        try {
            FileSystems.newFileSystem(file, Map.of());
        } catch (FileSystemAlreadyExistsException e) {
            // It is open, as it should be.
            return;
        }
    }
}
