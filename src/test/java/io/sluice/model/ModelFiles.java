package io.sluice.model;

import io.sluice.Assets;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.Device;
import io.sluice.onnx.OnnxRuntime;
import io.sluice.onnx.Placement;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.stream.Stream;

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

    /** Puts the small network of this name into the folder, with its manifest, in which words may be replaced. */
    public static void putTiny(Path folder, String name, String... changes) throws IOException {
        String yaml = Files.readString(resource("/models/" + name + ".yaml"));
        for (int i = 0; i < changes.length; i += 2) {
            yaml = yaml.replace(changes[i], changes[i + 1]);
        }
        Files.writeString(folder.resolve(name + ".yaml"), yaml);
        try (Stream<Path> networks = Files.list(resource("/io/sluice/onnx"))) {
            for (Path network :
                    networks.filter(file -> file.toString().endsWith(".onnx")).toList()) {
                String file = network.getFileName().toString();
                if (yaml.contains(file)) {
                    Files.copy(network, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
                }
            }
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

    /** Models of a folder, where and as they are told to run. */
    public static Models open(Path folder, Placement placement) {
        return new Models(new ModelFolder(folder, Kinds.ALL), new OnnxRuntime(placement));
    }
}
