package io.sluice.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One level of a manifest while it is read. What was not asked for when the section is closed is unknown. Every method throws
 * {@link ModelException} if a value is not allowed. Not thread-safe.
 */
public final class ManifestSection {
    static final Pattern LINE = Pattern.compile("\\S.*");

    private final Path source;
    private final String prefix;
    private final ObjectNode node;
    private final TreeSet<String> known = new TreeSet<>();
    /** One set for all levels. */
    private final Set<Path> files;

    ManifestSection(Path source, ObjectNode node) {
        this(source, "", node, new TreeSet<>());
    }

    private ManifestSection(Path source, String prefix, ObjectNode node, Set<Path> files) {
        this.source = source;
        this.prefix = prefix;
        this.node = node;
        this.files = files;
    }

    public Path source() {
        return source;
    }

    /** A missing section is an empty one. */
    public ManifestSection section(String key) {
        JsonNode child = value(key);
        if (child == null) {
            return new ManifestSection(source, prefix + key + ".", JsonNodeFactory.instance.objectNode(), files);
        }
        if (child instanceof ObjectNode object) {
            return new ManifestSection(source, prefix + key + ".", object, files);
        }
        throw wrong(key, "keys and values below it");
    }

    public boolean has(String key) {
        return value(key) != null;
    }

    public boolean isText(String key) {
        JsonNode value = value(key);
        return value != null && value.isTextual();
    }

    public void required(String key) {
        if (!has(key)) {
            throw new ModelException("manifest '" + source + "': key '" + prefix + key + "' is missing");
        }
    }

    public String text(String key, Pattern allowed, String allowedWords) {
        required(key);
        return optionalText(key, allowed, allowedWords).orElseThrow();
    }

    public Optional<String> optionalText(String key, Pattern allowed, String allowedWords) {
        JsonNode value = value(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isTextual() || !allowed.matcher(value.asText()).matches()) {
            throw wrong(key, allowedWords);
        }
        return Optional.of(value.asText());
    }

    public <E> E choice(String key, List<E> choices, Function<? super E, String> word) {
        required(key);
        String text = node.path(key).asText();
        return choices.stream()
                .filter(choice -> word.apply(choice).equals(text))
                .findFirst()
                .orElseThrow(() -> wrong(key, choices.stream().map(word).collect(Collectors.joining(", "))));
    }

    public boolean flag(String key, boolean byDefault) {
        JsonNode value = value(key);
        if (value == null) {
            return byDefault;
        }
        if (!value.isBoolean()) {
            throw wrong(key, "true or false");
        }
        return value.asBoolean();
    }

    public double number(String key, double byDefault, double min, double max, boolean whole) {
        JsonNode value = value(key);
        if (value == null) {
            return byDefault;
        }
        if (!inRange(value, min, max) || whole && !value.isIntegralNumber()) {
            throw wrong(
                    key,
                    (whole ? "a whole number from " : "a number from ") + shown(min, whole) + " to "
                            + shown(max, whole));
        }
        return value.asDouble();
    }

    /** @param count how many there must be; 0 for at least one */
    public List<Double> numbers(String key, List<Double> byDefault, int count, double min, double max) {
        JsonNode value = value(key);
        if (value == null) {
            return byDefault;
        }
        List<Double> numbers = new ArrayList<>();
        boolean allowed = value.isArray();
        for (JsonNode item : value) {
            allowed &= inRange(item, min, max);
            numbers.add(item.asDouble());
        }
        if (!allowed || numbers.isEmpty() || count > 0 && numbers.size() != count) {
            throw wrong(
                    key,
                    "a list of " + (count == 0 ? "at least one number" : count + " numbers") + " from " + min + " to "
                            + max);
        }
        return numbers;
    }

    public List<String> words(String key) {
        required(key);
        JsonNode value = node.path(key);
        List<String> words = new ArrayList<>();
        boolean allowed = value.isArray();
        for (JsonNode item : value) {
            allowed &= item.isTextual() && !item.asText().isBlank();
            words.add(item.asText().strip());
        }
        if (!allowed) {
            throw wrong(key, "a list of words, as in [dog, cat], or the name of a text file with a word in each line");
        }
        return words;
    }

    /** The file of this name, in the manifest's folder or below it; links do not lead out of it either. */
    public Path file(String key, String name) {
        Path folder = source.toAbsolutePath().normalize().getParent();
        Path file = folder == null ? null : folder.resolve(name).normalize();
        if (folder == null || file == null || !file.startsWith(folder) || file.equals(folder)) {
            throw wrong(key, "a file in the manifest's folder or below it");
        }
        if (leaves(folder, file)) {
            throw wrong(key, "a file in the manifest's folder or below it, and no link that leads out of it");
        }
        files.add(file);
        return file;
    }

    /** All that {@link #file} has answered, on any level. */
    Set<Path> files() {
        return Set.copyOf(files);
    }

    /** Whether the file, or the nearest folder above it that is there, is somewhere else in truth. */
    private boolean leaves(Path folder, Path file) {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            Path there = file;
            while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS) && !there.equals(folder)) {
                there = Objects.requireNonNull(there.getParent(), "it is below the folder");
            }
            return !there.toRealPath().startsWith(folder.toRealPath());
        } catch (NoSuchFileException e) {
            // A link to nothing: what would be written through it lies where it points to.
            return true;
        } catch (IOException e) {
            throw new ModelException("manifest '" + source + "': file '" + file + "' cannot be looked at: " + e, e);
        }
    }

    /** Words for classes, of which there is at least one: a list, or the name of a text file with a word in each line. */
    public List<String> labels() {
        String key = "labels";
        List<String> labels;
        if (isText(key)) {
            Path file = file(key, text(key, LINE, "a list, or the name of a text file"));
            try {
                labels = Files.readAllLines(file).stream()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
            } catch (IOException e) {
                throw new ModelException(
                        "manifest '" + source + "': labels: file '" + file + "' cannot be read: " + e, e);
            }
        } else {
            labels = words(key);
        }
        Set<String> seen = new HashSet<>();
        for (String label : labels) {
            if (!seen.add(label)) {
                throw new ModelException(
                        "manifest '" + source + "': labels: '" + label + "' is there twice; allowed: once");
            }
        }
        if (labels.isEmpty()) {
            throw wrong(key, "at least one label");
        }
        return labels;
    }

    /** @throws ModelException if there is a key here that nobody has asked for */
    public void close() {
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                throw new ModelException("manifest '" + source + "': unknown key '" + prefix + key + "'; allowed here: "
                        + String.join(", ", known));
            }
        });
    }

    public ModelException wrong(String key, String allowed) {
        JsonNode value = node.path(key);
        String shown = value.isValueNode() ? value.asText() : value.toString();
        return new ModelException(
                "manifest '" + source + "': " + prefix + key + ": '" + shown + "' is not allowed; allowed: " + allowed);
    }

    private @Nullable JsonNode value(String key) {
        known.add(key);
        JsonNode value = node.get(key);
        return value == null || value.isNull() ? null : value;
    }

    private static boolean inRange(JsonNode value, double min, double max) {
        return value.isNumber() && value.asDouble() >= min && value.asDouble() <= max;
    }

    private static String shown(double limit, boolean whole) {
        return whole ? Long.toString((long) limit) : Double.toString(limit);
    }
}
