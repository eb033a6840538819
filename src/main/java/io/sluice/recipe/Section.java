package io.sluice.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One level of a recipe while it is read. Each key is read once, with its default and range; what was not read when the section
 * is closed is unknown. Collects the canonical form on the way.
 */
final class Section {
    private static final Pattern TIME = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ms|s|m|h)");

    private static final Pattern PICTURE = Pattern.compile("(?i)\\.(jpe?g|png)$");
    private static final String EXAMPLE = "example";
    private static final String SHA256 = "sha256";

    private final String path;
    private final ObjectNode node;
    private final Map<String, JsonNode> read = new TreeMap<>();

    Section(ObjectNode node) {
        this("", node);
    }

    private Section(String path, ObjectNode node) {
        this.path = path;
        this.node = node;
    }

    Section section(String key) {
        JsonNode child = node.get(key);
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        if (child instanceof ObjectNode present) {
            object = present;
        } else if (value(key) != null) {
            throw RecipeException.of(path + key, shown(key), "keys and values below it");
        }
        Section section = new Section(path + key + ".", object);
        read.put(key, JsonNodeFactory.instance.objectNode());
        sections.put(key, section);
        return section;
    }

    private final Map<String, Section> sections = new TreeMap<>();

    String text(String key, String byDefault, Pattern allowed, String allowedWords) {
        // An empty text is a value here, and for some keys the default.
        JsonNode value = node.get(key) == null || node.get(key).isNull() ? null : node.get(key);
        String text = value == null ? byDefault : value.asText().strip();
        if (value != null && !value.isValueNode() || !allowed.matcher(text).matches()) {
            throw RecipeException.of(path + key, shown(key), allowedWords);
        }
        return keep(key, text, JsonNodeFactory.instance.textNode(text));
    }

    <E extends Enum<E>> E choice(String key, E byDefault) {
        JsonNode value = value(key);
        String text = value == null ? word(byDefault) : value.asText();
        for (E constant : byDefault.getDeclaringClass().getEnumConstants()) {
            if (word(constant).equals(text)) {
                return keep(key, constant, JsonNodeFactory.instance.textNode(text));
            }
        }
        throw RecipeException.of(
                path + key,
                shown(key),
                Stream.of(byDefault.getDeclaringClass().getEnumConstants())
                        .map(Section::word)
                        .collect(Collectors.joining(", ")));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    double number(String key, double byDefault, double min, double max) {
        JsonNode value = value(key);
        double number = value == null ? byDefault : inRange(key, value, min, max, "");
        return keep(key, number, JsonNodeFactory.instance.numberNode(number));
    }

    int integer(String key, int byDefault, int min, int max) {
        JsonNode value = value(key);
        if (value != null
                && (!value.canConvertToInt()
                        || !value.isIntegralNumber()
                        || value.asInt() < min
                        || value.asInt() > max)) {
            throw RecipeException.of(path + key, shown(key), "a whole number from " + min + " to " + max);
        }
        int number = value == null ? byDefault : value.asInt();
        return keep(key, number, JsonNodeFactory.instance.numberNode(number));
    }

    boolean flag(String key, boolean byDefault) {
        JsonNode value = value(key);
        if (value != null && !value.isBoolean()) {
            throw RecipeException.of(path + key, shown(key), "true or false");
        }
        boolean flag = value == null ? byDefault : value.asBoolean();
        return keep(key, flag, JsonNodeFactory.instance.booleanNode(flag));
    }

    /** A number, or empty for {@code word}, which is the default. */
    OptionalDouble numberOr(String key, String word, double min, double max) {
        JsonNode value = value(key);
        if (value == null || value.asText().equals(word)) {
            return keep(key, OptionalDouble.empty(), JsonNodeFactory.instance.textNode(word));
        }
        double number = inRange(key, value, min, max, word + " or ");
        return keep(key, OptionalDouble.of(number), JsonNodeFactory.instance.numberNode(number));
    }

    /** A share above 0 to 1, or none. */
    OptionalDouble share(String key) {
        JsonNode value = value(key);
        if (value != null
                && !value.asText().equals("none")
                && !(value.isNumber() && value.asDouble() > 0 && value.asDouble() <= 1)) {
            throw RecipeException.of(path + key, shown(key), "none or a number above 0 to 1");
        }
        return numberOr(key, "none", 0, 1);
    }

    /** A whole number from 1, or none. */
    OptionalInt count(String key) {
        JsonNode value = value(key);
        if (value == null || value.asText().equals("none")) {
            return keep(key, OptionalInt.empty(), JsonNodeFactory.instance.textNode("none"));
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
            throw RecipeException.of(path + key, shown(key), "none or a whole number from 1");
        }
        return keep(key, OptionalInt.of(value.asInt()), JsonNodeFactory.instance.numberNode(value.asInt()));
    }

    /** Words in the order in which they were written, each once. */
    List<String> words(String key) {
        JsonNode value = value(key);
        List<String> words = new ArrayList<>();
        if (value != null) {
            if (!value.isArray()) {
                throw RecipeException.of(path + key, shown(key), "a list, as in [dog, cat]");
            }
            for (JsonNode word : value) {
                if (!word.isTextual() || word.asText().isBlank()) {
                    throw RecipeException.of(path + key, shown(key), "a list of words, as in [dog, cat]");
                }
                String stripped = word.asText().strip();
                if (!words.contains(stripped)) {
                    words.add(stripped);
                }
            }
        }
        var array = JsonNodeFactory.instance.arrayNode();
        words.forEach(array::add);
        return keep(key, List.copyOf(words), array);
    }

    /**
     * Words, and example pictures: what ends like the name of a picture is one. A name is made absolute, and gets the digest of the
     * file's content, so that the canonical form says the same wherever and whenever it is read.
     *
     * @param folder that names of pictures are relative to; nothing where examples are not allowed
     */
    List<Recipe.Like> likes(String key, @Nullable Path folder) {
        JsonNode value = value(key);
        String allowed = "a list of words and of JPEG and PNG files, as in [a red bicycle, bicycle.jpg]";
        if (value != null && !value.isArray()) {
            throw RecipeException.of(path + key, shown(key), allowed);
        }
        List<Recipe.Like> likes = new ArrayList<>();
        ArrayNode canonical = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : value == null ? canonical : value) {
            Recipe.Like like;
            if (folder == null
                    && (!item.isTextual()
                            || PICTURE.matcher(item.asText().strip()).find())) {
                throw RecipeException.of(
                        path + key, shown(key), "a list of words; a recipe in a request may not name files");
            }
            if (item.isObject()
                    && item.size() == 2
                    && item.path(EXAMPLE).isTextual()
                    && item.path(SHA256).isTextual()) {
                like = new Recipe.Like(
                        item.path(EXAMPLE).textValue(), item.path(SHA256).textValue());
            } else if (item.isTextual() && !item.asText().isBlank()) {
                String text = item.asText().strip();
                like = folder != null && PICTURE.matcher(text).find()
                        ? example(key, text, folder)
                        : new Recipe.Like(text, "");
            } else {
                throw RecipeException.of(path + key, shown(key), allowed);
            }
            if (!likes.contains(like)) {
                likes.add(like);
                if (like.isExample()) {
                    canonical.addObject().put(EXAMPLE, like.target()).put(SHA256, like.sha256());
                } else {
                    canonical.add(like.target());
                }
            }
        }
        return keep(key, List.copyOf(likes), canonical);
    }

    private Recipe.Like example(String key, String name, Path folder) {
        try {
            Path file = folder.resolve(name).toAbsolutePath().normalize();
            return new Recipe.Like(
                    file.toString(),
                    HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file))));
        } catch (IOException | InvalidPathException e) {
            throw RecipeException.of(
                    path + key,
                    name,
                    "a picture that can be read, relative to '" + folder.toAbsolutePath() + "': " + e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    long micros(String key, long byDefault) {
        JsonNode value = value(key);
        long micros = value == null ? byDefault : time(key, value, "");
        return keep(key, micros, JsonNodeFactory.instance.textNode(micros / 1e6 + "s"));
    }

    /** A time, or empty for {@code end}, the default. */
    Optional<Long> end(String key) {
        JsonNode value = value(key);
        if (value == null || value.asText().equals("end")) {
            return keep(key, Optional.empty(), JsonNodeFactory.instance.textNode("end"));
        }
        long micros = time(key, value, "end or ");
        return keep(key, Optional.of(micros), JsonNodeFactory.instance.textNode(micros / 1e6 + "s"));
    }

    /** @throws RecipeException if the recipe has a key here that nobody has read */
    void close() {
        node.fieldNames().forEachRemaining(key -> {
            if (!read.containsKey(key)) {
                throw new RecipeException(
                        "recipe: unknown key '" + path + key + "'; allowed here: " + String.join(", ", read.keySet()));
            }
        });
    }

    String canonical() {
        return tree().toString();
    }

    /** The value as the user wrote it, for messages. */
    String shown(String key) {
        JsonNode value = node.get(key);
        return value == null ? "" : value.isValueNode() ? value.asText() : value.toString();
    }

    private ObjectNode tree() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        read.forEach((key, value) -> {
            Section section = sections.get(key);
            tree.set(key, section == null ? value : section.tree());
        });
        return tree;
    }

    /** Null where the key is missing or nothing stands behind it, which Jackson reads as an empty text. */
    private @Nullable JsonNode value(String key) {
        JsonNode value = node.get(key);
        return value == null
                        || value.isNull()
                        || value.isTextual() && value.textValue().isEmpty()
                ? null
                : value;
    }

    private <T> T keep(String key, T value, JsonNode canonical) {
        read.put(key, canonical);
        return value;
    }

    private double inRange(String key, JsonNode value, double min, double max, String or) {
        double number = value.isNumber() ? value.asDouble() : Double.NaN;
        if (!(number >= min && number <= max)) {
            throw RecipeException.of(path + key, shown(key), or + "a number from " + min + " to " + max);
        }
        return number;
    }

    private long time(String key, JsonNode value, String or) {
        Matcher time = TIME.matcher(value.asText());
        if (!time.matches()) {
            throw RecipeException.of(path + key, shown(key), or + "a time with its unit, as in 500ms, 10s, 1.5m or 1h");
        }
        double seconds = Double.parseDouble(time.group(1))
                * switch (time.group(2)) {
                    case "ms" -> 0.001;
                    case "s" -> 1;
                    case "m" -> 60;
                    default -> 3600;
                };
        return Math.round(seconds * 1e6);
    }
}
