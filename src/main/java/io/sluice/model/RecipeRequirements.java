package io.sluice.model;

import io.sluice.onnx.ModelException;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a recipe needs of the models, asked before any work. */
public final class RecipeRequirements {
    private static final List<String> FILLINGS = List.of("telea", "navier-stokes");

    /** Word of {@code inpaint.outline} for boxes as they are. */
    public static final String BOX = "box";

    /** Word of {@code embed.image} for no embeddings. */
    public static final String NONE = "none";

    /** Word of {@code aesthetic.method} for the measure that needs no model. */
    public static final String PHOTOGRAPHIC = "photographic-quality";

    private RecipeRequirements() {}

    /** The roles without which the recipe cannot be followed. */
    public static Set<Role<?, ?>> roles(Recipe recipe) {
        Set<Role<?, ?>> roles = new LinkedHashSet<>();
        if (!recipe.detect().target().isEmpty()
                || !recipe.inpaint().objects().isEmpty()
                || !recipe.crop().around().isEmpty()) {
            roles.add(Role.DETECT);
        }
        if (recipe.inpaint().text()) {
            roles.add(Role.TEXT_DETECT);
        }
        if (!recipe.detect().like().isEmpty()) {
            roles.add(Role.IMAGE_EMBED);
        }
        if (hasWords(recipe)) {
            roles.add(Role.TEXT_EMBED);
        }
        return roles;
    }

    /**
     * @return a sentence for each thing that is missing, with the command that gets it; empty if the recipe can be followed
     * @throws io.sluice.onnx.ModelException if a model that is needed is there but cannot be used
     */
    public static List<String> missing(Recipe recipe, Models models) {
        List<String> missing = new ArrayList<>();
        String detector = recipe.detect().method();
        boolean detects = detector.equals(Models.AUTO)
                || named("detect.method", detector, Role.DETECT, List.of(), models, missing);
        if (detects) {
            labels("detect.target", recipe.detect().target(), detector, models, missing);
            labels("inpaint.objects", recipe.inpaint().objects(), detector, models, missing);
            labels("crop.around", recipe.crop().around(), detector, models, missing);
        }
        String reader = recipe.inpaint().textMethod();
        if (!reader.equals(Models.AUTO)) {
            named("inpaint.textMethod", reader, Role.TEXT_DETECT, List.of(), models, missing);
        } else if (recipe.inpaint().text() && models.manifest(Role.TEXT_DETECT).isEmpty()) {
            missing.add(absent("inpaint.text: 'true'", Role.TEXT_DETECT, models));
        }
        embeddings(recipe, models, missing);
        String method = recipe.inpaint().method();
        if (!isBuiltInFilling(method) && !method.equals(Models.AUTO)) {
            named("inpaint.method", method, Role.INPAINT, FILLINGS, models, missing);
        }
        String outline = recipe.inpaint().outline();
        if (!outline.equals(BOX) && !outline.equals(Models.AUTO)) {
            named("inpaint.outline", outline, Role.SEGMENT, List.of(BOX), models, missing);
        }
        captioner(recipe.caption().method(), models, missing);
        return missing;
    }

    /**
     * The recipe with every model in it fixed that is named without its version: the newest there is. To be asked before {@link
     * #missing}, and once for a dataset's work: a version that comes while the dataset is worked on does not mix with the one before.
     */
    public static Recipe fixed(Recipe recipe, Models models) {
        String method = recipe.aesthetic().method();
        if (method.equals(Models.AUTO) || method.equals(PHOTOGRAPHIC)) {
            return recipe;
        }
        return models.newest(Role.AESTHETIC, method)
                .map(id -> RecipeReader.read(recipe.canonical(), Map.of("aesthetic.method", id)))
                .orElse(recipe);
    }

    /** Whether {@code inpaint.method} is one that needs no model. */
    public static boolean isBuiltInFilling(String method) {
        return FILLINGS.contains(method);
    }

    private static boolean hasWords(Recipe recipe) {
        return recipe.detect().like().stream().anyMatch(like -> !like.isExample());
    }

    /** What compares pictures, and what reads the comparison off: each key that asks for it is named where it is missing. */
    private static void embeddings(Recipe recipe, Models models, List<String> missing) {
        String image = recipe.embed().image();
        String method = recipe.aesthetic().method();
        String like = "detect.like: '"
                + String.join(
                        ", ",
                        recipe.detect().like().stream().map(Recipe.Like::target).toList()) + "'";
        List<String> asking = new ArrayList<>();
        if (!recipe.detect().like().isEmpty()) {
            asking.add(like);
        }
        if (!method.equals(Models.AUTO) && !method.equals(PHOTOGRAPHIC)) {
            asking.add("aesthetic.method: '" + method + "'");
        }
        recipe.select().cosine().ifPresent(cosine -> asking.add("select.cosine: '" + cosine + "'"));
        if (image.equals(NONE)) {
            asking.forEach(
                    key -> missing.add(
                            key
                                    + " needs embeddings; embed.image: 'none' is not allowed with it; allowed: auto or the id of a model"));
            return;
        }
        ModelManifest encoder;
        try {
            encoder = models.manifest(Role.IMAGE_EMBED, image).orElse(null);
        } catch (ModelException e) {
            missing.add("embed.image: '" + image + "' is not allowed; allowed: " + Models.AUTO + ", " + NONE
                    + " and models whose files are there; " + e.getMessage());
            return;
        }
        if (encoder == null) {
            asking.forEach(key -> missing.add(absent(key, Role.IMAGE_EMBED, models)));
            return;
        }
        EmbeddingSpace space = encoder.space().orElseThrow();
        if (hasWords(recipe)) {
            fitting("embed.text", like, recipe.embed().text(), Role.TEXT_EMBED, space, models, missing);
        }
        if (!method.equals(PHOTOGRAPHIC) && !method.equals(Models.AUTO)) {
            fitting("aesthetic.method", "", method, Role.AESTHETIC, space, models, missing);
        }
        for (Recipe.Like wanted : recipe.detect().like()) {
            if (wanted.isExample()) {
                try {
                    ExamplePicture.read(wanted);
                } catch (ModelException e) {
                    missing.add("detect.like: " + e.getMessage());
                }
            }
        }
    }

    private static void fitting(
            String key,
            String asking,
            String id,
            Role<?, ?> role,
            EmbeddingSpace space,
            Models models,
            List<String> missing) {
        try {
            if (models.fitting(role, id, space).isEmpty()) {
                missing.add(absent(asking, role, models) + "; its embeddings must compare with those of " + space);
            }
        } catch (ModelException e) {
            missing.add(key + ": '" + id + "' is not allowed; allowed: " + Models.AUTO
                    + " and models whose files are there; " + e.getMessage());
        }
    }

    /** @return whether the model is there */
    private static boolean named(
            String key, String id, Role<?, ?> role, List<String> words, Models models, List<String> missing) {
        try {
            models.manifest(role, id);
            return true;
        } catch (ModelException e) {
            List<String> allowed = new ArrayList<>(List.of(Models.AUTO));
            allowed.addAll(words);
            missing.add(key + ": '" + id + "' is not allowed; allowed: " + String.join(", ", allowed)
                    + " and models whose files are there; " + e.getMessage());
            return false;
        }
    }

    private static void captioner(String method, Models models, List<String> missing) {
        if (method.equals("auto") || method.equals("names")) {
            return;
        }
        try {
            models.manifest(Role.CAPTION, method);
        } catch (ModelException e) {
            missing.add("caption.method: '" + method
                    + "' is not allowed; allowed: auto, names and captioners whose files are there; " + e.getMessage());
        }
    }

    private static void labels(String key, List<String> labels, String method, Models models, List<String> missing) {
        if (labels.isEmpty()) {
            return;
        }
        ModelManifest detector = models.manifest(Role.DETECT, method).orElse(null);
        if (detector == null) {
            missing.add(absent(key + ": '" + String.join(", ", labels) + "'", Role.DETECT, models));
            return;
        }
        for (String label : labels) {
            if (!detector.labels().contains(label)) {
                missing.add(key + ": '" + label + "' is no label of model '" + detector.id() + "'; allowed: "
                        + String.join(", ", detector.labels())
                        + "; a model with other labels is added with: models add MANIFEST");
            }
        }
    }

    private static String absent(String what, Role<?, ?> role, Models models) {
        return what + " needs a model with the role " + role.word() + ", and there is none in '" + models.folder()
                + "'; get one with: models pull " + role.word() + ", or add your own with: models add MANIFEST";
    }
}
