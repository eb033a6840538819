package io.sluice.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sluice.image.LetterboxPixels;
import io.sluice.model.ModelManifest.GridOutput;
import io.sluice.model.ModelManifest.Input;
import io.sluice.model.ModelManifest.Output;
import io.sluice.model.ModelManifest.Resize;
import io.sluice.model.ModelManifest.TextOutput;
import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a manifest from YAML; nothing in it is guessed or passed over. Thread-safe. */
public final class ManifestReader {
    private static final ObjectMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern URL = Pattern.compile("(https?|file):\\S+");
    private static final Pattern LINE = Pattern.compile("\\S.*");
    private static final int LARGEST_SIDE = 4096;

    private ManifestReader() {}

    /**
     * @throws ModelException if the file cannot be read or anything in it is not allowed: the message names the file, the key,
     *     the value and what is allowed
     */
    public static ModelManifest read(Path manifest) {
        ManifestSection root = new ManifestSection(manifest, parse(manifest));
        String id = root.text("id", ID, "lower-case letters, digits, '.', '_' and '-'");
        Role role = root.choice("role", List.of(Role.values()), Role::word);
        List<ModelKind> kinds = List.of(ModelKind.values()).stream()
                .filter(kind -> kind.role() == role)
                .toList();
        ModelKind kind = root.choice("kind", kinds, ModelKind::word);
        Path file = inFolder(root, "file", root.text("file", LINE, "a file name"));
        Optional<URI> url = root.optionalText("url", URL, "an address with https, http or file")
                .map(text -> address(root, text));
        OptionalLong bytes = root.has("bytes")
                ? OptionalLong.of((long) root.number("bytes", 0, 1, 1L << 50, true))
                : OptionalLong.empty();
        Optional<String> sha256 = root.optionalText("sha256", SHA256, "64 digits of 0-9 and a-f");
        String licence = root.text("licence", LINE, "the licence of the weights, as in Apache-2.0");
        int priority = (int) root.number("priority", 0, -1000, 1000, true);
        Input input = input(root.section("input"), kind);
        Output output = output(root.section("output"), kind);
        List<String> labels = kind.labelled() ? labels(root) : List.of();
        root.close();
        return new ModelManifest(
                manifest, id, role, kind, file, url, bytes, sha256, licence, priority, input, output, labels);
    }

    private static Input input(ManifestSection section, ModelKind kind) {
        Resize resize = section.choice("resize", kind.resizes(), Resize::word);
        int width;
        int height;
        if (resize == Resize.LIMIT_SIDE) {
            width = (int) section.number("side", 960, 32, LARGEST_SIDE, true);
            if (width % 32 != 0) {
                throw section.wrong("side", "a multiple of 32");
            }
            height = width;
        } else {
            section.required("width");
            section.required("height");
            width = (int) section.number("width", 0, 1, LARGEST_SIDE, true);
            height = (int) section.number("height", 0, 1, LARGEST_SIDE, true);
        }
        boolean rgb =
                section.choice("colour", List.of("bgr", "rgb"), word -> word).equals("rgb");
        double scale = section.number("scale", 1, 0, 1, false);
        List<Double> mean = section.numbers("mean", List.of(0.0, 0.0, 0.0), 3, -1000, 1000);
        List<Double> std = section.numbers("std", List.of(1.0, 1.0, 1.0), 3, 1e-6, 1000);
        int pad = resize == Resize.LETTERBOX_TOP_LEFT || resize == Resize.LETTERBOX_CENTRE
                ? (int) section.number("pad", 0, 0, 255, true)
                : 0;
        section.close();
        return new Input(resize, width, height, new LetterboxPixels(rgb, scale, mean, std, pad));
    }

    private static Output output(ManifestSection section, ModelKind kind) {
        Output output = switch (kind) {
            case YOLOX -> grid(section, YoloxDetector.OVERLAP);
            case NANODET -> grid(section, NanoDetDetector.OVERLAP);
            case DB_TEXT ->
                new TextOutput(
                        section.number("threshold", DbTextDetector.THRESHOLD, 0, 1, false),
                        section.number("boxThreshold", DbTextDetector.BOX_THRESHOLD, 0, 1, false),
                        section.number("unclip", DbTextDetector.UNCLIP, 0, 10, false),
                        section.flag("dilate", true));
        };
        section.close();
        return output;
    }

    private static GridOutput grid(ManifestSection section, double overlap) {
        List<Double> strides = section.numbers("strides", List.of(8.0, 16.0, 32.0), 0, 1, 1024);
        if (strides.stream().anyMatch(stride -> stride != Math.rint(stride))) {
            throw section.wrong("strides", "whole numbers, as in [8, 16, 32]");
        }
        return new GridOutput(
                strides.stream().map(Double::intValue).toList(), section.number("overlap", overlap, 0, 1, false));
    }

    private static List<String> labels(ManifestSection root) {
        List<String> labels;
        if (root.isText("labels")) {
            Path file = inFolder(root, "labels", root.text("labels", LINE, "a list, or the name of a text file"));
            try {
                labels = Files.readAllLines(file).stream()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
            } catch (IOException e) {
                throw new ModelException(
                        "manifest '" + root.source() + "': labels: file '" + file + "' cannot be read: " + e, e);
            }
        } else {
            labels = root.words("labels");
        }
        Set<String> seen = new HashSet<>();
        for (String label : labels) {
            if (!seen.add(label)) {
                throw new ModelException(
                        "manifest '" + root.source() + "': labels: '" + label + "' is there twice; allowed: once");
            }
        }
        if (labels.isEmpty()) {
            throw root.wrong("labels", "at least one label");
        }
        return labels;
    }

    private static Path inFolder(ManifestSection root, String key, String name) {
        Path folder = root.source().toAbsolutePath().normalize().getParent();
        Path file = folder == null ? null : folder.resolve(name).normalize();
        if (file == null || !file.startsWith(folder) || file.equals(folder)) {
            throw root.wrong(key, "a file in the manifest's folder or below it");
        }
        return file;
    }

    private static URI address(ManifestSection root, String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw root.wrong("url", "an address: " + e.getMessage());
        }
    }

    private static ObjectNode parse(Path manifest) {
        JsonNode tree;
        try {
            tree = YAML.readTree(Files.readString(manifest));
        } catch (JsonProcessingException e) {
            throw new ModelException("manifest '" + manifest + "' is not valid YAML: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ModelException("manifest '" + manifest + "' cannot be read: " + e, e);
        }
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw new ModelException("manifest '" + manifest + "' is not a manifest: keys and values are required");
    }
}
