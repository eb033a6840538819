package io.sluice.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Reads a training folder by the rules of kohya-ss/sd-scripts with the caption extension {@code .txt}. */
final class KohyaReader {
    private static final Set<String> EXTENSIONS = Set.of(".png", ".jpg", ".jpeg", ".webp", ".bmp");

    private KohyaReader() {}

    /** @param classTokens what follows the first underscore of the folder's name */
    record Picture(int repeats, String classTokens, String file, String caption) {}

    static List<Picture> read(Path trainFolder) throws IOException {
        List<Picture> pictures = new ArrayList<>();
        for (Path folder : children(trainFolder)) {
            String name = folder.getFileName().toString();
            String[] tokens = name.split("_", 2);
            if (!Files.isDirectory(folder) || !tokens[0].matches("[0-9]+")) {
                continue;
            }
            int repeats = Integer.parseInt(tokens[0]);
            if (repeats < 1) {
                continue;
            }
            for (Path file : children(folder)) {
                String image = file.getFileName().toString();
                int dot = image.lastIndexOf('.');
                if (image.startsWith(".") || dot < 0 || !EXTENSIONS.contains(image.substring(dot))) {
                    continue;
                }
                String stem = image.substring(0, dot);
                Path text = folder.resolve(stem + ".txt");
                if (!Files.exists(text)) {
                    throw new IllegalStateException("no caption for " + file);
                }
                List<String> lines =
                        Files.readString(text, StandardCharsets.UTF_8).lines().toList();
                if (lines.isEmpty() || lines.get(0).isBlank()) {
                    throw new IllegalStateException("empty caption: training stops at " + text);
                }
                pictures.add(new Picture(
                        repeats,
                        tokens.length > 1 ? tokens[1] : "",
                        image,
                        lines.get(0).strip()));
            }
        }
        return pictures;
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        }
    }
}
