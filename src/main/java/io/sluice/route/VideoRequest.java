package io.sluice.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A request on {@code videos.arrived}, made by somebody else: a video at a place, for a dataset.
 *
 * @param location absolute path or URL
 * @param recipeName of a recipe that this installation has
 * @param recipe as it would be in the recipe file
 */
record VideoRequest(String location, String dataset, Optional<String> recipeName, Optional<ObjectNode> recipe) {
    private static final Set<String> FIELDS = Set.of("schemaVersion", "location", "dataset", "recipe");
    private static final Pattern DATASET = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** Whether the message is a request. What says which video it is, by its digest, is a fact of this program. */
    static boolean isOne(ObjectNode message) {
        return message.has("location") || !message.has("video");
    }

    /**
     * @throws MessageException if it is of a version that this one does not read
     * @throws RefusedException if something in it is not allowed
     */
    static VideoRequest parse(ObjectNode json) throws MessageException, RefusedException {
        if (json.has("schemaVersion")) {
            MessageJson.check(json);
        }
        // A misspelt key would be a wish that nobody grants, so it is no addition to be passed over.
        for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!FIELDS.contains(name)) {
                throw new RefusedException("request", name, "location, dataset, recipe and schemaVersion, each once");
            }
        }
        String location = text(json, "location", "an absolute path or a URL");
        String dataset = text(json, "dataset", "1 to 64 letters, digits, - and _");
        if (!DATASET.matcher(dataset).matches()) {
            throw new RefusedException("dataset", dataset, "1 to 64 letters, digits, - and _");
        }
        JsonNode recipe = json.get("recipe");
        if (recipe == null || recipe.isNull()) {
            return new VideoRequest(location, dataset, Optional.empty(), Optional.empty());
        }
        if (recipe instanceof ObjectNode object) {
            return new VideoRequest(location, dataset, Optional.empty(), Optional.of(object));
        }
        if (!recipe.isTextual() || !DATASET.matcher(recipe.textValue()).matches()) {
            throw new RefusedException(
                    "recipe",
                    recipe.isTextual() ? recipe.textValue() : recipe.toString(),
                    "a recipe as a JSON object, or the name of one: 1 to 64 letters, digits, - and _");
        }
        return new VideoRequest(location, dataset, Optional.of(recipe.textValue()), Optional.empty());
    }

    private static String text(ObjectNode json, String key, String allowed) throws RefusedException {
        JsonNode value = json.get(key);
        if (value == null || !value.isTextual() || value.textValue().isBlank()) {
            throw new RefusedException(
                    key, value == null ? "nothing" : value.isTextual() ? value.textValue() : value.toString(), allowed);
        }
        return value.textValue();
    }
}
