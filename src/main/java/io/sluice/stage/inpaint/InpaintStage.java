package io.sluice.stage.inpaint;

import io.sluice.frame.Annotation;
import io.sluice.frame.Box;
import io.sluice.frame.Crop;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Removal;
import io.sluice.image.Blend;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.image.Inpainting;
import io.sluice.image.Mask;
import io.sluice.model.Hole;
import io.sluice.model.LoadedModel;
import io.sluice.model.Model;
import io.sluice.model.ModelManifest;
import io.sluice.model.Models;
import io.sluice.model.Outline;
import io.sluice.model.Painting;
import io.sluice.model.ReadLine;
import io.sluice.model.RecipeRequirements;
import io.sluice.model.Role;
import io.sluice.model.TextRegion;
import io.sluice.model.WrittenLines;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.Target;
import io.sluice.stage.FrameByFrame;
import io.sluice.stage.Measurement;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.ModelUse;
import io.sluice.stage.Rejection;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import io.sluice.store.FrameImages;
import io.sluice.store.FrameStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Masks unwanted objects and text, fills the masks from their surroundings, and stores the cleaned picture. Frames whose mask
 * is larger than the recipe allows are rejected as {@code removal-too-large} and not filled: a smear is worse than a gap. In the
 * end the part that the recipe asks for is cut out.
 *
 * <p>Masks are grown, and the filling is blended within the grown rim, so the feather is never wider than the growth: what was
 * to be removed would shine through. Where a model reads text, what the removed lines said is kept with them. Where a model tells
 * objects' pixels, its masks stand in for their boxes. A line of text of which half or more is on the subject stays, as letters on
 * a shirt belong to it; one that runs across it, as a subtitle does, goes as a whole. Nothing else touches the subject.
 */
@ApplicationScoped
@Named("inpaint")
public class InpaintStage implements Stage {
    /** Changes whenever the same frame and recipe would give other pixels. */
    private static final String VERSION = "3";

    /** The same, of what is cut out. */
    private static final String CROP_VERSION = "1";

    /** Less of an object's box than this is not the object. */
    private static final double MIN_SHARE_OF_BOX = 0.05;

    private static final double HALF = 0.5;
    private static final String TELEA = "telea";
    private static final String NAVIER_STOKES = "navier-stokes";

    private final FrameImages images;
    private final FrameStore store;
    private final Models models;

    public InpaintStage(FrameImages images, FrameStore store, Models models) {
        this.images = images;
        this.store = store;
        this.models = models;
    }

    @Override
    public StageName name() {
        return StageName.INPAINT;
    }

    /**
     * @throws IllegalArgumentException if the recipe asks for text and there is no detector
     * @throws io.sluice.onnx.ModelException if the recipe names a model that does not exist
     */
    @Override
    public Fingerprint fingerprint(Recipe recipe) {
        Recipe.Inpaint inpaint = recipe.inpaint();
        Fingerprint whole = Fingerprint.of(
                name().word(),
                VERSION,
                inpaint.objects(),
                inpaint.text() ? identity(Role.TEXT_DETECT, inpaint.textMethod()) : "no text",
                reads(recipe) ? identity(Role.TEXT_READ, Models.AUTO) : "not read",
                outlines(recipe) ? identity(Role.SEGMENT, inpaint.outline()) : "boxes",
                inpaint.grow(),
                inpaint.feather(),
                inpaint.maxArea(),
                isBuiltIn(recipe) ? word(recipe) : identity(Role.INPAINT, inpaint.method()),
                isTold(recipe) ? painting(recipe) : "not told",
                recipe.detect().minConfidence(),
                recipe.detect().target(),
                recipe.detect().subject(),
                recipe.detect().minArea());
        Recipe.Crop crop = recipe.crop();
        // Pictures that stay whole are those of before there were crops.
        return crop.around().isEmpty()
                ? whole
                : Fingerprint.of(
                        whole,
                        CROP_VERSION,
                        crop.around(),
                        crop.subject(),
                        crop.margin(),
                        crop.minSide(),
                        crop.maxAspect());
    }

    @Override
    public Set<StageName> buildsOn() {
        return Set.of(StageName.DETECT);
    }

    @Override
    public List<ModelUse> models(Recipe recipe) {
        if (recipe.inpaint().objects().isEmpty() && !recipe.inpaint().text()) {
            return List.of();
        }
        List<ModelUse> used = new ArrayList<>();
        if (recipe.inpaint().text()) {
            used.add(use(Role.TEXT_DETECT, recipe.inpaint().textMethod()));
        }
        if (reads(recipe)) {
            used.add(use(Role.TEXT_READ, Models.AUTO));
        }
        if (outlines(recipe)) {
            used.add(use(Role.SEGMENT, recipe.inpaint().outline()));
        }
        used.add(
                isBuiltIn(recipe)
                        ? new ModelUse(name().word(), word(recipe), VERSION, "cpu")
                        : use(Role.INPAINT, recipe.inpaint().method()));
        return List.copyOf(used);
    }

    @Override
    public List<Measurement> measure(Recipe recipe, List<Frame> frames) {
        String rendition = fingerprint(recipe).value();
        return FrameByFrame.measure(frames, frame -> measure(recipe, rendition, frame));
    }

    private Measured measure(Recipe recipe, String rendition, Frame frame) {
        Recipe.Inpaint inpaint = recipe.inpaint();
        List<Detection> subjects = Target.subjects(recipe.detect(), frame);
        List<Detection> unwanted =
                frame.annotation(Detections.class).map(Detections::objects).orElse(List.of()).stream()
                        .filter(object -> inpaint.objects().contains(object.label()))
                        .filter(object -> object.score() >= recipe.detect().minConfidence())
                        .filter(object -> !subjects.contains(object))
                        .toList();
        Optional<Crop> crop = crop(recipe, frame);
        if (unwanted.isEmpty() && !inpaint.text()) {
            return uncleaned(rendition, frame, crop);
        }
        Image original = images.read(frame.image());
        int width = original.width();
        int height = original.height();
        Outlined outlined = outlined(recipe, original, subjects, unwanted);
        Mask kept = outlined.subjects().grow(inpaint.grow());
        List<TextRegion> lines = inpaint.text()
                ? detector(recipe).infer(List.of(original)).get(0).stream()
                        .filter(line -> onSubject(line, outlined.subjects()) < HALF)
                        .toList()
                : List.of();
        List<List<Double>> text = lines.stream().map(TextRegion::corners).toList();
        Mask across = Mask.ofPolygons(
                width,
                height,
                lines.stream()
                        .filter(line -> onSubject(line, outlined.subjects()) > 0)
                        .map(TextRegion::corners)
                        .toList());
        Mask mask = outlined.unwanted()
                .union(Mask.ofPolygons(width, height, text))
                .grow(inpaint.grow())
                .subtract(kept)
                .union(across.grow(inpaint.grow()));
        if (mask.isEmpty()) {
            return uncleaned(rendition, frame, crop);
        }
        double share = mask.areaShare();
        Removal removal =
                new Removal(word(recipe), Annotation.round(share), unwanted, text, words(original, lines), crop);
        if (tooLarge(recipe, removal)) {
            return new Measured(frame.id(), removal);
        }
        Image cleaned =
                Blend.over(original, filled(recipe, original, mask), mask, Math.min(inpaint.feather(), inpaint.grow()));
        return new Measured(frame.id(), removal, Optional.of(stored(rendition, frame, cleaned, crop)));
    }

    /** What the recipe asks to be cut out; empty where that is all of the picture. */
    private static Optional<Crop> crop(Recipe recipe, Frame frame) {
        Recipe.Crop asked = recipe.crop();
        List<Box> objects = frame.annotation(Detections.class).map(Detections::objects).orElse(List.of()).stream()
                .filter(object -> asked.around().contains(object.label()))
                .filter(object -> object.score() >= recipe.detect().minConfidence())
                .map(Detection::box)
                .sorted(Comparator.comparingDouble(box -> -box.area()))
                .limit(asked.subject() == Recipe.Subject.LARGEST ? 1 : Long.MAX_VALUE)
                .toList();
        if (objects.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Crop.around(
                        objects,
                        frame.image().width(),
                        frame.image().height(),
                        asked.margin(),
                        asked.minSide(),
                        asked.maxAspect()))
                .filter(crop -> !crop.isWhole());
    }

    private ImageRef stored(String rendition, Frame frame, Image whole, Optional<Crop> crop) {
        Image picture = crop.map(whole::cut).orElse(whole);
        return store.put(
                frame.id(), rendition, ImageCodec.png(picture), ImageRef.PNG, picture.width(), picture.height());
    }

    @Override
    public Optional<Rejection> judge(Recipe recipe, Frame measured) {
        return measured.annotation(Removal.class)
                .filter(removal -> tooLarge(recipe, removal))
                .map(removal -> new Rejection(
                        "removal-too-large",
                        removal.areaShare(),
                        recipe.inpaint().maxArea()));
    }

    /** What the lines say; nothing where no model reads. */
    private List<String> words(Image image, List<TextRegion> lines) {
        if (lines.isEmpty()) {
            return List.of();
        }
        return models.model(Role.TEXT_READ)
                .map(reader -> reader.infer(List.of(new WrittenLines(image, lines))).get(0).stream()
                        .map(ReadLine::text)
                        .toList())
                .orElse(List.of());
    }

    private static boolean tooLarge(Recipe recipe, Removal removal) {
        return removal.areaShare() > recipe.inpaint().maxArea();
    }

    /** A picture that is not decoded unless something is cut off. */
    private Measured uncleaned(String rendition, Frame frame, Optional<Crop> crop) {
        Removal nothing = new Removal(Removal.NOTHING, 0, List.of(), List.of(), List.of(), crop);
        return new Measured(
                frame.id(),
                nothing,
                crop.isEmpty()
                        ? Optional.empty()
                        : Optional.of(stored(rendition, frame, images.read(frame.image()), crop)));
    }

    /** Share of a line of text that lies on the subject, 0 to 1. */
    private static double onSubject(TextRegion line, Mask subjects) {
        Mask letters = Mask.ofPolygons(subjects.width(), subjects.height(), List.of(line.corners()));
        return letters.isEmpty() ? 0 : letters.intersect(subjects).areaShare() / letters.areaShare();
    }

    /** Masks of the subjects and of what is to go; the box of an object stands in where no model knows its pixels. */
    private Outlined outlined(Recipe recipe, Image image, List<Detection> subjects, List<Detection> unwanted) {
        List<Detection> objects = new ArrayList<>(subjects);
        objects.addAll(unwanted);
        List<Mask> masks = objects.isEmpty()
                ? List.of()
                : segmenter(recipe)
                        .map(model -> model.infer(List.of(new Outline(image, objects)))
                                .get(0))
                        .orElse(List.of());
        Mask kept = Mask.empty(image.width(), image.height());
        Mask going = kept;
        for (int i = 0; i < objects.size(); i++) {
            Mask box = Mask.ofBoxes(
                    image.width(), image.height(), List.of(objects.get(i).box()));
            // A sliver of a box is no object: the model has seen something else.
            boolean known = !masks.isEmpty() && masks.get(i).areaShare() >= MIN_SHARE_OF_BOX * box.areaShare();
            Mask object = known ? masks.get(i) : box;
            if (i < subjects.size()) {
                kept = kept.union(object);
            } else {
                going = going.union(object);
            }
        }
        return new Outlined(kept, going);
    }

    private record Outlined(Mask subjects, Mask unwanted) {}

    private Optional<Model<Outline, List<Mask>>> segmenter(Recipe recipe) {
        return outlines(recipe) ? models.model(Role.SEGMENT, recipe.inpaint().outline()) : Optional.empty();
    }

    /** Whether a model tells the objects' pixels. Text alone needs none, unless there is a subject to spare. */
    private boolean outlines(Recipe recipe) {
        String outline = recipe.inpaint().outline();
        boolean objects = !recipe.inpaint().objects().isEmpty()
                || recipe.inpaint().text() && !recipe.detect().target().isEmpty();
        return objects
                && !outline.equals(RecipeRequirements.BOX)
                && models.manifest(Role.SEGMENT, outline).isPresent();
    }

    private boolean reads(Recipe recipe) {
        return recipe.inpaint().text() && models.manifest(Role.TEXT_READ).isPresent();
    }

    private Model<Image, List<TextRegion>> detector(Recipe recipe) {
        return models.model(Role.TEXT_DETECT, recipe.inpaint().textMethod())
                .orElseThrow(() -> absent(Role.TEXT_DETECT));
    }

    private Image filled(Recipe recipe, Image original, Mask mask) {
        if (isBuiltIn(recipe)) {
            return Inpainting.fill(
                    original,
                    mask,
                    word(recipe).equals(TELEA) ? Inpainting.Method.TELEA : Inpainting.Method.NAVIER_STOKES);
        }
        return models.model(Role.INPAINT, recipe.inpaint().method())
                .orElseThrow(() -> absent(Role.INPAINT))
                .infer(List.of(new Hole(original, mask, painting(recipe))))
                .get(0);
    }

    /** Whether a method without weights fills the holes. */
    private boolean isBuiltIn(Recipe recipe) {
        String method = recipe.inpaint().method();
        return RecipeRequirements.isBuiltInFilling(method)
                || models.manifest(Role.INPAINT, method).isEmpty();
    }

    /** Whether a model fills that is told what to paint. */
    private boolean isTold(Recipe recipe) {
        return !isBuiltIn(recipe)
                && models.manifest(Role.INPAINT, recipe.inpaint().method())
                        .filter(manifest -> manifest.kind().word().equals(Painting.KIND))
                        .isPresent();
    }

    private static Painting painting(Recipe recipe) {
        Recipe.Inpaint inpaint = recipe.inpaint();
        return new Painting(
                inpaint.prompt(),
                inpaint.negative(),
                inpaint.sampler() == Recipe.Sampler.DDIM ? Painting.Sampler.DDIM : Painting.Sampler.DPM,
                inpaint.steps(),
                inpaint.guidance(),
                inpaint.strength(),
                inpaint.seed());
    }

    private String word(Recipe recipe) {
        String method = recipe.inpaint().method();
        if (RecipeRequirements.isBuiltInFilling(method)) {
            return method;
        }
        return models.manifest(Role.INPAINT, method).map(ModelManifest::id).orElse(TELEA);
    }

    /** What a fingerprint has of a model: its files, and what its manifest says. */
    private String identity(Role<?, ?> role, String id) {
        ModelManifest manifest = models.manifest(role, id).orElseThrow(() -> absent(role));
        return manifest.id() + " " + models.sha256(role, id).orElseThrow() + " " + manifest.fingerprint();
    }

    private ModelUse use(Role<?, ?> role, String id) {
        ModelManifest manifest = models.manifest(role, id).orElseThrow(() -> absent(role));
        String device = models.loaded().stream()
                .filter(loaded -> loaded.id().equals(manifest.id()))
                .map(LoadedModel::device)
                .findFirst()
                .orElse("cpu");
        return new ModelUse(role.word(), manifest.id(), models.sha256(role, id).orElseThrow(), device);
    }

    private static IllegalArgumentException absent(Role<?, ?> role) {
        return new IllegalArgumentException(
                "inpaint needs a model for the role " + role.word() + ", and there is none");
    }
}
