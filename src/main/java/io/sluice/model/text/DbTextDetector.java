package io.sluice.model.text;

import io.sluice.frame.Annotation;
import io.sluice.image.Image;
import io.sluice.image.Letterbox;
import io.sluice.image.TextContours;
import io.sluice.image.TextContours.Region;
import io.sluice.model.Contract;
import io.sluice.model.ManifestSection;
import io.sluice.model.Model;
import io.sluice.model.ModelKind;
import io.sluice.model.ModelSettings;
import io.sluice.model.OpenModel;
import io.sluice.model.PictureFormat;
import io.sluice.model.PictureInput;
import io.sluice.model.Resize;
import io.sluice.model.Role;
import io.sluice.model.TextRegion;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.TensorSpec;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Differentiable binarisation (DB) as PP-OCR has it. Input float32 [1,3,height,width] with sides of multiples of 32, output
 * float32 [1,1,height,width]: probability of text for each pixel, where a line of text is shrunken to its core. Pictures run one
 * by one: they differ in size, and results do not depend on the batch.
 */
public final class DbTextDetector implements Model<Image, List<TextRegion>> {
    /** Differentiable binarisation, as PP-OCR finds text. */
    public static final ModelKind<Image, List<TextRegion>> KIND =
            ModelKind.of("db-text", Role.TEXT_DETECT, Settings::read);

    /** PaddleOCR's and RapidOCR's defaults. */
    static final double THRESHOLD = 0.3;

    /** RapidOCR's default; PaddleOCR's 0.6 loses small print. */
    static final double BOX_THRESHOLD = 0.5;

    /** RapidOCR's default. */
    static final double UNCLIP = 1.6;

    /** Sides in pixels of the map, from PaddleOCR: of a region, and of what it has grown to. */
    private static final double MIN_SIDE = 3;

    private static final double MIN_GROWN_SIDE = 5;

    private final OpenModel model;
    private final Settings settings;
    private final Contract contract;
    private final PictureInput input;
    private final String output;

    /**
     * What manifests say of it.
     *
     * @param threshold a pixel above it is text
     * @param boxThreshold mean probability that a region needs, 0 to 1
     * @param unclip regions are shrunken text; each side is moved out by {@code area * unclip / perimeter}
     * @param dilate whether regions are widened by a pixel first
     */
    record Settings(PictureFormat input, double threshold, double boxThreshold, double unclip, boolean dilate)
            implements ModelSettings<Image, List<TextRegion>> {

        static Settings read(ManifestSection manifest) {
            PictureFormat input = PictureFormat.read(manifest, Resize.LIMIT_SIDE, Resize.MIN_SIDE);
            ManifestSection section = manifest.section("output");
            Settings settings = new Settings(
                    input,
                    section.number("threshold", THRESHOLD, 0, 1, false),
                    section.number("boxThreshold", BOX_THRESHOLD, 0, 1, false),
                    section.number("unclip", UNCLIP, 0, 10, false),
                    section.flag("dilate", true));
            section.close();
            return settings;
        }

        @Override
        public Model<Image, List<TextRegion>> open(OpenModel model) {
            return new DbTextDetector(this, model);
        }
    }

    /** @throws io.sluice.onnx.ModelException if the session's tensors are others than those above */
    private DbTextDetector(Settings settings, OpenModel model) {
        this.model = model;
        this.settings = settings;
        ModelSession session = model.session();
        this.contract = new Contract(model.kind(), session);
        long any = TensorSpec.SYMBOLIC;
        this.input = new PictureInput(session, contract.input(1, 3, any, any), settings.input());
        this.output = contract.output(1, 1, any, any);
    }

    @Override
    public List<List<TextRegion>> infer(List<Image> batch) {
        return input.run(batch, (image, letterbox, out) -> {
            FloatBuffer probability = contract.answer(out, output, 1, 1, letterbox.height(), letterbox.width())
                    .floats();
            return decode(probability, letterbox, image.width(), image.height(), settings);
        });
    }

    /**
     * @param probability {@code letterbox.height()} rows of {@code letterbox.width()} numbers
     * @return regions in whole pixels of the original picture, from top to bottom, then from left to right
     */
    static List<TextRegion> decode(
            FloatBuffer probability, Letterbox letterbox, int imageWidth, int imageHeight, Settings settings) {
        List<TextRegion> found = new ArrayList<>();
        for (Region region : TextContours.find(
                probability,
                letterbox.width(),
                letterbox.height(),
                settings.threshold(),
                settings.dilate(),
                MIN_SIDE)) {
            double score = Annotation.round(region.score());
            if (score >= settings.boxThreshold()) {
                unclip(region.corners(), settings.unclip())
                        .map(grown -> original(grown, letterbox, imageWidth, imageHeight))
                        .ifPresent(corners -> found.add(new TextRegion(corners, score)));
            }
        }
        found.sort(Comparator.comparingDouble(
                        (TextRegion region) -> region.bounds().top())
                .thenComparingDouble(region -> region.bounds().left()));
        return found;
    }

    /**
     * A rectangle whose sides are moved out by {@code area * ratio / perimeter}: what offsetting the polygon and taking the
     * smallest rectangle around it comes to.
     *
     * @return empty where it stays too small to be text
     */
    static Optional<List<Double>> unclip(List<Double> corners, double ratio) {
        double acrossX = corners.get(2) - corners.get(0);
        double acrossY = corners.get(3) - corners.get(1);
        double downX = corners.get(6) - corners.get(0);
        double downY = corners.get(7) - corners.get(1);
        double width = Math.hypot(acrossX, acrossY);
        double height = Math.hypot(downX, downY);
        double distance = width * height * ratio / (2 * (width + height));
        if (Math.min(width, height) + 2 * distance < MIN_GROWN_SIDE) {
            return Optional.empty();
        }
        double rightX = acrossX / width * distance;
        double rightY = acrossY / width * distance;
        double lowerX = downX / height * distance;
        double lowerY = downY / height * distance;
        return Optional.of(List.of(
                corners.get(0) - rightX - lowerX,
                corners.get(1) - rightY - lowerY,
                corners.get(2) + rightX - lowerX,
                corners.get(3) + rightY - lowerY,
                corners.get(4) + rightX + lowerX,
                corners.get(5) + rightY + lowerY,
                corners.get(6) - rightX + lowerX,
                corners.get(7) - rightY + lowerY));
    }

    private static List<Double> original(List<Double> corners, Letterbox letterbox, int imageWidth, int imageHeight) {
        List<Double> original = new ArrayList<>();
        for (int i = 0; i < corners.size(); i += 2) {
            double x = Math.rint(letterbox.originalX(corners.get(i)));
            double y = Math.rint(letterbox.originalY(corners.get(i + 1)));
            original.add(Math.min(Math.max(x, 0), imageWidth));
            original.add(Math.min(Math.max(y, 0), imageHeight));
        }
        return original;
    }

    @Override
    public String id() {
        return model.id();
    }

    @Override
    public String sha256() {
        return model.sha256();
    }
}
