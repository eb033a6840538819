package io.sluice.stage.inpaint;

import io.sluice.frame.Annotation;
import io.sluice.frame.Box;
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
import io.sluice.model.Model;
import io.sluice.model.TextRegion;
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
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Masks unwanted objects and text, fills the masks from their surroundings, and stores the cleaned picture. Frames whose mask
 * is larger than the recipe allows are rejected as {@code removal-too-large} and not filled: a smear is worse than a gap.
 *
 * <p>Masks are grown, and the filling is blended within the grown rim, so the feather is never wider than the growth: what was
 * to be removed would shine through. A text region that lies in the subject's grown box stays, letters on a shirt belong to it.
 */
@ApplicationScoped
@Named("inpaint")
public class InpaintStage implements Stage {
    /** Changes whenever the same frame and recipe would give other pixels. */
    private static final String VERSION = "1";

    private static final String TELEA = "telea";
    private static final String NAVIER_STOKES = "navier-stokes";

    private final FrameImages images;
    private final FrameStore store;
    private final Supplier<Optional<Model<Image, List<TextRegion>>>> textDetector;

    /** @param textDetector opened when a recipe first asks for text; empty where there is none; then a recipe that asks for text cannot be measured */
    @Inject
    public InpaintStage(
            FrameImages images, FrameStore store, Supplier<Optional<Model<Image, List<TextRegion>>>> textDetector) {
        this.images = images;
        this.store = store;
        this.textDetector = textDetector;
    }

    @Override
    public StageName name() {
        return StageName.INPAINT;
    }

    /** @throws IllegalArgumentException if the recipe names a method that does not exist, or text without a detector */
    @Override
    public Fingerprint fingerprint(Recipe recipe) {
        Recipe.Inpaint inpaint = recipe.inpaint();
        return Fingerprint.of(
                name().word(),
                VERSION,
                inpaint.objects(),
                inpaint.text() ? detector().sha256() : "no text",
                inpaint.grow(),
                inpaint.feather(),
                inpaint.maxArea(),
                word(method(inpaint.method())),
                recipe.detect().minConfidence(),
                recipe.detect().target(),
                recipe.detect().subject(),
                recipe.detect().minArea());
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
        ModelUse filling =
                new ModelUse(name().word(), word(method(recipe.inpaint().method())), VERSION, "cpu");
        return recipe.inpaint().text()
                ? List.of(
                        new ModelUse("text-detect", detector().id(), detector().sha256(), "cpu"), filling)
                : List.of(filling);
    }

    @Override
    public List<Measurement> measure(Recipe recipe, List<Frame> frames) {
        Inpainting.Method method = method(recipe.inpaint().method());
        String rendition = fingerprint(recipe).value();
        return FrameByFrame.measure(frames, frame -> measure(recipe, method, rendition, frame));
    }

    private Measured measure(Recipe recipe, Inpainting.Method method, String rendition, Frame frame) {
        Recipe.Inpaint inpaint = recipe.inpaint();
        List<Detection> subjects = Target.subjects(recipe.detect(), frame);
        List<Detection> unwanted =
                frame.annotation(Detections.class).map(Detections::objects).orElse(List.of()).stream()
                        .filter(object -> inpaint.objects().contains(object.label()))
                        .filter(object -> object.score() >= recipe.detect().minConfidence())
                        .filter(object -> !subjects.contains(object))
                        .toList();
        if (unwanted.isEmpty() && !inpaint.text()) {
            return unchanged(frame);
        }
        Image original = images.read(frame.image());
        int width = original.width();
        int height = original.height();
        Mask kept = Mask.ofBoxes(width, height, boxes(subjects)).grow(inpaint.grow());
        List<List<Double>> text = inpaint.text()
                ? detector().infer(List.of(original)).get(0).stream()
                        .map(TextRegion::corners)
                        .filter(corners -> reaches(corners, kept))
                        .toList()
                : List.of();
        Mask mask = Mask.ofBoxes(width, height, boxes(unwanted))
                .union(Mask.ofPolygons(width, height, text))
                .grow(inpaint.grow())
                .subtract(kept);
        if (mask.isEmpty()) {
            return unchanged(frame);
        }
        double share = mask.areaShare();
        Removal removal = new Removal(word(method), Annotation.round(share), unwanted, text);
        if (tooLarge(recipe, removal)) {
            return new Measured(frame.id(), removal);
        }
        Image cleaned = Blend.over(
                original, Inpainting.fill(original, mask, method), mask, Math.min(inpaint.feather(), inpaint.grow()));
        ImageRef ref = store.put(frame.id(), rendition, ImageCodec.png(cleaned), ImageRef.PNG, width, height);
        return new Measured(frame.id(), removal, Optional.of(ref));
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

    private static boolean tooLarge(Recipe recipe, Removal removal) {
        return removal.areaShare() > recipe.inpaint().maxArea();
    }

    private static Measured unchanged(Frame frame) {
        return new Measured(frame.id(), new Removal(Removal.NOTHING, 0, List.of(), List.of()));
    }

    /** Whether any pixel of the region may be changed. */
    private static boolean reaches(List<Double> corners, Mask kept) {
        return !Mask.ofPolygons(kept.width(), kept.height(), List.of(corners))
                .subtract(kept)
                .isEmpty();
    }

    private static List<Box> boxes(List<Detection> objects) {
        return objects.stream().map(Detection::box).toList();
    }

    private Model<Image, List<TextRegion>> detector() {
        return textDetector
                .get()
                .orElseThrow(() -> new IllegalArgumentException(
                        "inpaint.text: true needs a model for the role text-detect, and there is none"));
    }

    private static Inpainting.Method method(String name) {
        return switch (name) {
            case "auto", TELEA -> Inpainting.Method.TELEA;
            case NAVIER_STOKES -> Inpainting.Method.NAVIER_STOKES;
            default ->
                throw new IllegalArgumentException("inpaint.method: '" + name + "' does not exist; allowed: auto, "
                        + TELEA + ", " + NAVIER_STOKES);
        };
    }

    private static String word(Inpainting.Method method) {
        return method == Inpainting.Method.TELEA ? TELEA : NAVIER_STOKES;
    }
}
