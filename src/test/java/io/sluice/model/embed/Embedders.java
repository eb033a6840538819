package io.sluice.model.embed;

import io.sluice.image.Image;
import io.sluice.model.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The small encoders and heads of {@code make_embedders.py}. */
public final class Embedders {
    /** Everything that a recipe can ask for. */
    public static final List<String> ALL = List.of("tiny-clip-image", "tiny-clip-text", "tiny-head");

    private Embedders() {}

    /** Puts the model of this name into the folder, with its manifest, in which words may be replaced. */
    public static void put(Path folder, String name, String... changes) throws IOException {
        String yaml = Files.readString(ModelFiles.resource("/models/" + name + ".yaml"));
        for (int i = 0; i < changes.length; i += 2) {
            yaml = yaml.replace(changes[i], changes[i + 1]);
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(name + ".yaml"), yaml);
        try (Stream<Path> files = Files.list(ModelFiles.resource("/io/sluice/model/embed"))) {
            for (Path file : files.toList()) {
                String fileName = file.getFileName().toString();
                if (yaml.contains("file: " + fileName)) {
                    Files.copy(file, folder.resolve(fileName), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    /** The picture for which {@code expected.json} says what comes out. */
    public static Image pattern(int width, int height) {
        byte[] bgr = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = 3 * (y * width + x);
                bgr[at + 2] = (byte) (x * 37 + y * 11);
                bgr[at + 1] = (byte) (x * x + y * 53);
                bgr[at] = (byte) (x * 5 + y * y * 3);
            }
        }
        return new Image(width, height, bgr);
    }
}
