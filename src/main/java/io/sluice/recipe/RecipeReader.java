package io.sluice.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.sluice.recipe.Recipe.Assess;
import io.sluice.recipe.Recipe.CaptionDetail;
import io.sluice.recipe.Recipe.CaptionMode;
import io.sluice.recipe.Recipe.Encoding;
import io.sluice.recipe.Recipe.Mode;
import io.sluice.recipe.Recipe.Sampler;
import io.sluice.recipe.Recipe.Subject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a recipe from YAML and from {@code key=value} settings that win over it. Thread-safe.
 *
 * <p>A name that needs a model (a target, text to remove) is checked for the model elsewhere, before any work; here only the
 * form is.
 */
public final class RecipeReader {
    private static final ObjectMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // A dataset called "on" is not called "true".
                    .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                    .build())
            // A second document would be ignored in silence.
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Pattern MODEL = Pattern.compile("[a-z0-9._-]+");
    private static final Pattern DATASET = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern FOLDER_WORDS = Pattern.compile("[^/\\\\:*?\"<>|\\p{Cntrl}.]*");

    private static final int MOST_BEAMS = 16;

    /** Seconds for one caption; the route of captions has the patience for a batch of them. */
    public static final int LONGEST_CAPTION = 120;

    private RecipeReader() {}

    /**
     * @param yaml the recipe file's text; empty for all defaults
     * @param settings dotted keys and YAML values, as of {@code --set}
     * @throws RecipeException if anything in it is not allowed
     */
    public static Recipe read(String yaml, Map<String, String> settings) {
        return read(yaml, settings, Path.of(""));
    }

    /**
     * @param yaml the recipe file's text; empty for all defaults
     * @param settings dotted keys and YAML values, as of {@code --set}
     * @param folder that names of example pictures are relative to: the recipe file's
     * @throws RecipeException if anything in it is not allowed, or an example picture cannot be read
     */
    public static Recipe read(String yaml, Map<String, String> settings, Path folder) {
        return read(tree(yaml, settings), folder);
    }

    /**
     * A recipe of somebody who must not read this machine's files: one that names an example picture is not allowed, and the
     * picture is not looked for.
     *
     * @param yaml the recipe's text; empty for all defaults
     * @param settings dotted keys and YAML values, as of {@code --set}
     * @throws RecipeException if anything in it is not allowed
     */
    public static Recipe readForeign(String yaml, Map<String, String> settings) {
        return read(tree(yaml, settings), null);
    }

    private static ObjectNode tree(String yaml, Map<String, String> settings) {
        ObjectNode tree = parse(yaml);
        settings.forEach((key, value) -> set(tree, key, value));
        return tree;
    }

    private static ObjectNode parse(String yaml) {
        JsonNode tree;
        try {
            tree = YAML.readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new RecipeException("recipe: not valid YAML: " + e.getOriginalMessage() + " at line "
                    + (e.getLocation() == null
                            ? "?"
                            : String.valueOf(e.getLocation().getLineNr())));
        }
        if (tree == null
                || tree.isMissingNode()
                || tree.isNull()
                || tree.isTextual() && tree.textValue().isEmpty()) {
            return YAML.createObjectNode();
        }
        if (!(tree instanceof ObjectNode object)) {
            throw new RecipeException(
                    "recipe: '" + tree + "' is not allowed; allowed: keys and values, as in 'dataset: rex'");
        }
        return object;
    }

    private static void set(ObjectNode tree, String key, String value) {
        String[] path = key.split("\\.", -1);
        ObjectNode node = tree;
        for (int i = 0; i < path.length - 1; i++) {
            JsonNode child = node.get(path[i]);
            if (child == null || child.isNull()) {
                node = node.putObject(path[i]);
            } else if (child instanceof ObjectNode object) {
                node = object;
            } else {
                throw RecipeException.of(key, value, path[i] + " has no keys below it");
            }
        }
        try {
            JsonNode parsed = YAML.readTree(value);
            node.set(
                    path[path.length - 1],
                    // What starts with # is a comment to YAML, and here a trigger, say.
                    parsed.isMissingNode() ? YAML.getNodeFactory().textNode(value.strip()) : parsed);
        } catch (JsonProcessingException e) {
            throw RecipeException.of(key, value, "a YAML value");
        }
    }

    /** @param folder nothing where the recipe may name no files */
    private static Recipe read(ObjectNode tree, @Nullable Path folder) {
        Section root = new Section(tree);
        String dataset = root.text("dataset", "dataset", DATASET, "1 to 64 letters, digits, - and _");
        Assess assess = root.choice("assess", Assess.NONE);
        Section s = root.section("extract");
        Recipe.Extract extract = new Recipe.Extract(
                s.choice("mode", Mode.KEYFRAMES),
                s.numberOr("minFps", "none", 0.01, 120),
                s.number("maxFps", 2, 0.01, 120),
                s.micros("from", 0),
                s.end("to"),
                s.count("limit"),
                s.integer("perShot", 1, 1, 10),
                s.flag("cropBlackBars", true));
        if (extract.minFps().isPresent() && extract.minFps().getAsDouble() > extract.maxFps()) {
            throw RecipeException.of("extract.minFps", s.shown("minFps"), "none, or at most extract.maxFps");
        }
        if (extract.toMicros().isPresent() && extract.toMicros().get() <= extract.fromMicros()) {
            throw RecipeException.of("extract.to", s.shown("to"), "a time after extract.from, or end");
        }
        s.close();
        s = root.section("blur");
        Recipe.Blur blur = new Recipe.Blur(s.numberOr("threshold", "auto", 0, 1), s.share("keepSharpest"));
        s.close();
        s = root.section("blank");
        Recipe.Blank blank = new Recipe.Blank(s.number("minLumaDeviation", 3, 0, 128));
        s.close();
        s = root.section("embed");
        Recipe.Embed embed = new Recipe.Embed(
                s.text("image", "auto", MODEL, "auto, none or the id of a model"),
                s.text("text", "auto", MODEL, "auto or the id of a model"));
        s.close();
        s = root.section("detect");
        Recipe.Detect detect = new Recipe.Detect(
                s.words("target"),
                s.choice("subject", Subject.ALL),
                s.number("minConfidence", 0.4, 0.05, 1),
                s.number("minArea", 0.01, 0, 1),
                s.number("contextShare", 0, 0, 1),
                s.likes("like", folder),
                s.number("minLikeness", 0.5, 0, 1),
                s.number("minResemblance", 0.8, 0, 1),
                s.text("method", "auto", MODEL, "auto or the id of a model"));
        s.close();
        s = root.section("aesthetic");
        Recipe.Aesthetic aesthetic = new Recipe.Aesthetic(
                s.numberOr("threshold", "none", 0, 10),
                s.share("keepBest"),
                s.text("method", "auto", MODEL, "auto, photographic-quality or the id of a model"));
        s.close();
        s = root.section("select");
        Recipe.Select select = new Recipe.Select(
                s.numberOr("similarity", "auto", 0, 1),
                s.numberOr("cosine", "auto", 0, 1),
                s.count("goal"),
                s.count("perVideo"),
                s.count("minSide"),
                s.numberOr("maxAspect", "none", 1, 100));
        s.close();
        s = root.section("inpaint");
        Recipe.Inpaint inpaint = new Recipe.Inpaint(
                s.words("objects"),
                s.flag("text", false),
                s.integer("grow", 12, 0, 200),
                s.integer("feather", 16, 0, 200),
                s.number("maxArea", 0.35, 0, 1),
                s.text("method", "auto", MODEL, "auto, telea, navier-stokes or the id of a model"),
                s.text("outline", "auto", MODEL, "auto, box or the id of a model"),
                s.text("textMethod", "auto", MODEL, "auto or the id of a model"),
                s.text("prompt", "", Pattern.compile("[^\\p{Cntrl}]*"), "one line of text"),
                s.text("negative", "", Pattern.compile("[^\\p{Cntrl}]*"), "one line of text"),
                s.choice("sampler", Sampler.DPM),
                s.integer("steps", 20, 1, 1000),
                s.number("guidance", 7.5, 0, 50),
                s.number("strength", 1, 0.01, 1),
                s.integer("seed", 0, 0, Integer.MAX_VALUE));
        s.close();
        s = root.section("crop");
        Recipe.Crop crop = new Recipe.Crop(
                s.words("around"),
                s.choice("subject", Subject.ALL),
                s.number("margin", 0.25, 0, 5),
                s.integer("minSide", 512, 1, 100_000),
                s.number("maxAspect", 2, 1, 100));
        s.close();
        s = root.section("caption");
        Recipe.Caption caption = new Recipe.Caption(
                s.text("trigger", "", Pattern.compile("[^\\p{Cntrl}]*"), "one line of text"),
                s.choice("mode", CaptionMode.PREFIX),
                s.integer("maxTokens", 75, 1, 1024),
                s.text("method", "auto", MODEL, "auto, names or the id of a model"),
                s.text("prompt", "", Pattern.compile("[^\\p{Cntrl}]*"), "one line of text"),
                s.choice("detail", CaptionDetail.SHORT),
                s.count("beams"),
                s.integer("maxSeconds", 60, 1, LONGEST_CAPTION),
                s.words("forbidden"));
        if (caption.beams().isPresent() && caption.beams().getAsInt() > MOST_BEAMS) {
            throw RecipeException.of(
                    "caption.beams", s.shown("beams"), "none, or a whole number from 1 to " + MOST_BEAMS);
        }
        s.close();
        s = root.section("export");
        Section image = s.section("image");
        Recipe.Export export = new Recipe.Export(
                s.text("layout", "kohya", Pattern.compile("kohya"), "kohya"),
                s.integer("repeats", 10, 1, 10_000),
                s.text("concept", "", FOLDER_WORDS, "words without / \\ : * ? \" < > | and dots"),
                image.choice("encode", Encoding.JPEG),
                image.integer("quality", 97, 1, 100));
        image.close();
        s.close();
        root.close();
        for (String removed : inpaint.objects()) {
            if (detect.target().contains(removed) && detect.subject() == Subject.ALL) {
                throw RecipeException.of(
                        "inpaint.objects",
                        List.of(removed),
                        "labels that are not in detect.target, or any with detect.subject: largest");
            }
        }
        for (String removed : inpaint.objects()) {
            if (crop.around().contains(removed)) {
                throw RecipeException.of("crop.around", List.of(removed), "labels that are not in inpaint.objects");
            }
        }
        return new Recipe(
                dataset,
                assess,
                extract,
                blur,
                blank,
                embed,
                detect,
                aesthetic,
                select,
                inpaint,
                crop,
                caption,
                export,
                root.canonical());
    }
}
