package io.sluice.model;

import io.sluice.Assets;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.Device;
import io.sluice.onnx.OnnxRuntime;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Model folders for tests: manifests of the test resources, with the files they name. */
public final class ModelFiles {
    private ModelFiles() {}

    /** Puts {@code models/<name>.yaml} into the folder, with the given files of the test assets beside it. */
    public static void put(Path folder, String name, String... assets) throws IOException {
        Files.copy(resource("/models/" + name + ".yaml"), folder.resolve(name + ".yaml"));
        for (String asset : assets) {
            Path file = Assets.path("models/" + asset);
            Files.copy(file, folder.resolve(file.getFileName().toString()));
        }
    }

    public static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(ModelFiles.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Models of a folder, on the CPU. */
    public static Models open(Path folder) {
        return new Models(new ModelFolder(folder, Kinds.ALL), new OnnxRuntime(Device.CPU));
    }
}
