package io.sluice.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads an exported folder by the rules of the trainers' own readers, knowing nothing of what was written: which folders, which
 * extensions, which caption, which mask. What such a reader stops at is an {@link ExportException}.
 */
final class TrainersView {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> EXTENSIONS = Set.of(".png", ".jpg", ".jpeg", ".webp", ".bmp");

    private TrainersView() {}

    /** In the order in which the reader finds them. */
    static List<ReadExample> of(Layout layout, Path folder) throws IOException {
        return switch (layout) {
            case KOHYA -> kohya(folder);
            case ONETRAINER -> oneTrainer(folder);
            case IMAGEFOLDER -> imageFolder(folder);
            case WEBDATASET -> webDataset(folder);
            case JSONL -> jsonLines(folder);
        };
    }

    /** {@code img} is the train_data_dir; a child that is not {@code N_text} with N of 1 or more is passed over. */
    private static List<ReadExample> kohya(Path root) throws IOException {
        List<ReadExample> examples = new ArrayList<>();
        for (Path folder : children(root.resolve("img"))) {
            String name = folder.getFileName().toString();
            String first = name.split("_", 2)[0];
            if (!Files.isDirectory(folder) || !first.matches("[0-9]+") || Integer.parseInt(first) < 1) {
                continue;
            }
            for (Path picture : pictures(folder)) {
                String caption = text(beside(picture, ".txt"))
                        .lines()
                        .findFirst()
                        .orElse("")
                        .strip();
                Path masks = root.resolve("masks").resolve(name);
                examples.add(new ReadExample(
                        stem(picture),
                        Integer.parseInt(first),
                        notEmpty(caption, picture),
                        sha256(picture),
                        Files.isDirectory(masks) ? maskNamedAlike(masks, picture) : null));
            }
        }
        return examples;
    }

    /** Older versions of the trainer look for the whole name, newer ones for the stem; neither goes on without. */
    private static String maskNamedAlike(Path masks, Path picture) throws IOException {
        Path mask = masks.resolve(picture.getFileName().toString());
        if (!Files.exists(mask)) {
            throw new ExportException("no mask '" + mask + "': with conditioning_data_dir the trainer stops there");
        }
        return sha256(mask);
    }

    /** Each folder is a concept; masks are not pictures; of a caption's file each line that is not empty is a caption. */
    private static List<ReadExample> oneTrainer(Path root) throws IOException {
        List<ReadExample> examples = new ArrayList<>();
        for (Path folder : children(root)) {
            if (!Files.isDirectory(folder)) {
                continue;
            }
            String first = folder.getFileName().toString().split("_", 2)[0];
            for (Path picture : pictures(folder)) {
                if (stem(picture).endsWith("-masklabel") || stem(picture).endsWith("-condlabel")) {
                    continue;
                }
                List<String> captions = text(beside(picture, ".txt"))
                        .lines()
                        .filter(line -> !line.isBlank())
                        .toList();
                Path mask = beside(picture, "-masklabel.png");
                examples.add(new ReadExample(
                        stem(picture),
                        first.matches("[0-9]+") ? Integer.parseInt(first) : 0,
                        notEmpty(String.join("\n", captions), picture),
                        sha256(picture),
                        Files.exists(mask) ? sha256(mask) : null));
            }
        }
        return examples;
    }

    /** The split is the folder; its list names every picture once, and there is none that it does not name. */
    private static List<ReadExample> imageFolder(Path root) throws IOException {
        Path split = root.resolve("train");
        Map<String, Path> there = new TreeMap<>();
        pictures(split).forEach(picture -> there.put(picture.getFileName().toString(), picture));
        List<ReadExample> examples = new ArrayList<>();
        for (JsonNode line : lines(split.resolve("metadata.jsonl"))) {
            String name = line.path("file_name").asText();
            Path picture = there.remove(name);
            if (picture == null) {
                throw new ExportException("metadata.jsonl names '" + name + "', which is not there, or twice");
            }
            @Nullable
            Path mask = line.has("mask") ? split.resolve(line.path("mask").asText()) : null;
            examples.add(new ReadExample(
                    stem(picture),
                    0,
                    notEmpty(line.path("text").asText(), picture),
                    sha256(picture),
                    mask == null ? null : sha256(mask)));
        }
        if (!there.isEmpty()) {
            throw new ExportException("metadata.jsonl does not name " + there.keySet());
        }
        return examples;
    }

    /** An example is a run of entries with one key: what is before the first dot. */
    private static List<ReadExample> webDataset(Path root) throws IOException {
        Map<String, Map<String, byte[]>> samples = new LinkedHashMap<>();
        List<ReadExample> examples = new ArrayList<>();
        for (Path shard : children(root)) {
            if (!shard.getFileName().toString().endsWith(".tar")) {
                continue;
            }
            try (TarArchiveInputStream tar =
                    new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(shard)))) {
                String current = "";
                Map<String, byte[]> sample = new TreeMap<>();
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    String name = entry.getName();
                    String key = name.substring(0, name.indexOf('.'));
                    if (!key.equals(current)) {
                        close(examples, samples, current, sample);
                        current = key;
                        sample = new TreeMap<>();
                    }
                    String extension = name.substring(name.indexOf('.') + 1).toLowerCase(Locale.ROOT);
                    if (sample.put(extension, tar.readAllBytes()) != null) {
                        throw new ExportException("'" + name + "' is twice in '" + shard.getFileName() + "'");
                    }
                }
                close(examples, samples, current, sample);
            }
        }
        return examples;
    }

    private static void close(
            List<ReadExample> examples, Map<String, Map<String, byte[]>> seen, String key, Map<String, byte[]> sample)
            throws IOException {
        if (sample.isEmpty()) {
            return;
        }
        if (seen.put(key, Map.of()) != null) {
            throw new ExportException("key '" + key + "' is in two places: its files must be next to each other");
        }
        byte[] picture = sample.containsKey("jpg") ? sample.get("jpg") : sample.get("png");
        byte[] text = sample.get("txt");
        byte[] json = sample.get("json");
        byte[] mask = sample.get("mask.png");
        if (picture == null || text == null || json == null) {
            throw new ExportException("key '" + key + "' has only " + sample.keySet());
        }
        String caption = utf8(key + ".txt", text);
        JsonNode said = JSON.readTree(json);
        if (!said.path("caption").asText().equals(caption)
                || !said.path("key").asText().equals(key)) {
            throw new ExportException("key '" + key + "': its .json and its .txt do not agree");
        }
        examples.add(
                new ReadExample(key, said.path("repeats").asInt(), caption, Digests.sha256(picture), digest(mask)));
    }

    private static @Nullable String digest(byte @Nullable [] mask) {
        return mask == null ? null : Digests.sha256(mask);
    }

    private static List<ReadExample> jsonLines(Path root) throws IOException {
        List<ReadExample> examples = new ArrayList<>();
        for (JsonNode line : lines(root.resolve("data.jsonl"))) {
            Path picture = root.resolve(line.path("file").asText());
            examples.add(new ReadExample(
                    stem(picture),
                    line.path("repeats").asInt(),
                    notEmpty(line.path("caption").asText(), picture),
                    sha256(picture),
                    line.path("mask").isTextual()
                            ? sha256(root.resolve(line.path("mask").asText()))
                            : null));
        }
        return examples;
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : text(file).split("\n", -1)) {
            if (!line.isEmpty()) {
                try {
                    lines.add(JSON.readTree(line));
                } catch (JsonProcessingException e) {
                    throw new ExportException("'" + file + "' line " + (lines.size() + 1) + " is no JSON");
                }
            }
        }
        return lines;
    }

    private static String notEmpty(String caption, Path picture) {
        if (caption.isBlank()) {
            throw new ExportException("the caption of '" + picture + "' is empty: training stops there");
        }
        return caption;
    }

    private static String text(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new ExportException("'" + file + "' is not there");
        }
        return utf8(file.toString(), Files.readAllBytes(file));
    }

    private static String utf8(String name, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ExportException("'" + name + "' is not UTF-8");
        }
    }

    /** Files with an extension of pictures, in lower or in upper case; hidden ones are not read. */
    private static List<Path> pictures(Path folder) throws IOException {
        List<Path> pictures = new ArrayList<>();
        for (Path file : children(folder)) {
            String name = file.getFileName().toString();
            int dot = name.lastIndexOf('.');
            if (dot > 0 && (EXTENSIONS.contains(name.substring(dot)) || isUpper(name.substring(dot)))) {
                pictures.add(file);
            }
        }
        return pictures;
    }

    private static boolean isUpper(String extension) {
        return extension.equals(extension.toUpperCase(Locale.ROOT))
                && EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT));
    }

    private static Path beside(Path picture, String ending) {
        return picture.resolveSibling(stem(picture) + ending);
    }

    private static String stem(Path picture) {
        String name = picture.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static String sha256(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new ExportException("'" + file + "' is not there");
        }
        return Digests.sha256(Files.readAllBytes(file));
    }

    private static List<Path> children(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        }
    }
}
