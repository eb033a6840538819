package io.sluice.model.detect;

import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.image.Image;
import io.sluice.image.Letterbox;
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
import io.sluice.model.detect.NonMaxSuppression.Candidate;
import io.sluice.onnx.ElementType;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import io.sluice.onnx.TensorSpec;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Detectors that answer for a fixed number of queries and need no suppression: RT-DETR, D-FINE. Input float32
 * [1,3,height,width]. As the transformers library exports them the outputs are {@code logits} float32 [1,queries,classes], of
 * which each class by itself is squashed, and {@code pred_boxes} float32 [1,queries,4]: centre, width and height as shares of the
 * input. As their authors export them there is a second input {@code orig_target_sizes} int64 [1,2], width and height, and the
 * outputs are {@code labels} int64 [1,queries], {@code boxes} float32 [1,queries,4], left, top, right, bottom in pixels of that
 * size, and {@code scores} float32 [1,queries].
 */
public final class DetrDetector implements Model<Image, List<Detection>> {
    /** The RT-DETR family. */
    public static final ModelKind<Image, List<Detection>> KIND = ModelKind.of("detr", Role.DETECT, Settings::read);

    /** No intersection over union is above it: each query is an object of its own. */
    private static final double ANY_OVERLAP = 1;

    private static final String LOGITS = "logits";
    private static final String SHARES = "pred_boxes";
    private static final String SIZES = "orig_target_sizes";
    private static final String LABELS = "labels";
    private static final String BOXES = "boxes";
    private static final String SCORES = "scores";
    private static final int SIDES = 4;

    private final OpenModel model;
    private final Settings settings;
    private final Contract contract;
    private final PictureInput input;
    private final boolean decoded;

    record Settings(PictureFormat input, List<String> labels) implements ModelSettings<Image, List<Detection>> {

        static Settings read(ManifestSection manifest) {
            return new Settings(
                    PictureFormat.read(manifest, Resize.STRETCH, Resize.LETTERBOX_TOP_LEFT, Resize.LETTERBOX_CENTRE),
                    List.copyOf(manifest.labels()));
        }

        @Override
        public Model<Image, List<Detection>> open(OpenModel model) {
            return new DetrDetector(this, model);
        }
    }

    /** @throws ModelException if the session's tensors are others than those above */
    private DetrDetector(Settings settings, OpenModel model) {
        this.model = model;
        this.settings = settings;
        ModelSession session = model.session();
        this.contract = new Contract(model.kind(), session);
        this.decoded =
                session.inputs().stream().anyMatch(tensor -> tensor.name().equals(SIZES));
        long any = TensorSpec.SYMBOLIC;
        int width = settings.input().width();
        int height = settings.input().height();
        String pixels;
        if (decoded) {
            contract.inputs(2);
            contract.input(SIZES, ElementType.INT64, 1, 2);
            pixels = contract.inputAmong(1, 3, height, width);
            contract.output(LABELS, ElementType.INT64, 1, any);
            contract.output(BOXES, ElementType.FLOAT32, 1, any, SIDES);
            contract.output(SCORES, ElementType.FLOAT32, 1, any);
        } else {
            pixels = contract.input(1, 3, height, width);
            contract.output(
                    LOGITS, ElementType.FLOAT32, 1, any, settings.labels().size());
            contract.output(SHARES, ElementType.FLOAT32, 1, any, SIDES);
        }
        this.input = new PictureInput(session, pixels, settings.input());
    }

    @Override
    public int batch() {
        return input.batch();
    }

    @Override
    public List<List<Detection>> infer(List<Image> batch) {
        if (!decoded) {
            return input.run(batch, this::ofShares);
        }
        Tensor size = Tensor.longs(1, 2);
        size.longs().put(0, settings.input().width()).put(1, settings.input().height());
        return batch.stream()
                .map(image -> input.run(image, Map.of(SIZES, size), this::ofBoxes))
                .toList();
    }

    private List<Detection> ofShares(Image image, Letterbox letterbox, Map<String, Tensor> out) {
        long any = TensorSpec.SYMBOLIC;
        int classes = settings.labels().size();
        Tensor logits = contract.answer(out, LOGITS, 1, any, classes);
        int queries = (int) logits.shape()[1];
        FloatBuffer shares = contract.answer(out, SHARES, 1, queries, SIDES).floats();
        List<Candidate> candidates =
                decode(logits.floats(), shares, queries, classes, letterbox.width(), letterbox.height());
        return found(candidates, letterbox, image);
    }

    /** @return boxes in input pixels; a query that fits several classes comes once for each */
    static List<Candidate> decode(
            FloatBuffer logits, FloatBuffer shares, int queries, int classes, int width, int height) {
        List<Candidate> candidates = new ArrayList<>();
        for (int query = 0; query < queries; query++) {
            for (int label = 0; label < classes; label++) {
                double score = FoundObjects.score(1 / (1 + Math.exp(-logits.get(query * classes + label))));
                if (score >= FoundObjects.MIN_CONFIDENCE) {
                    double x = shares.get(SIDES * query) * width;
                    double y = shares.get(SIDES * query + 1) * height;
                    double halfWidth = shares.get(SIDES * query + 2) * width / 2;
                    double halfHeight = shares.get(SIDES * query + 3) * height / 2;
                    candidates.add(new Candidate(
                            label, score, new Box(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight)));
                }
            }
        }
        return candidates;
    }

    private List<Detection> ofBoxes(Image image, Letterbox letterbox, Map<String, Tensor> out) {
        Tensor boxes = contract.answer(out, BOXES, 1, TensorSpec.SYMBOLIC, SIDES);
        int queries = (int) boxes.shape()[1];
        FloatBuffer sides = boxes.floats();
        FloatBuffer scores = contract.answer(out, SCORES, 1, queries).floats();
        LongBuffer labels = contract.answer(out, LABELS, 1, queries).longs();
        List<Candidate> candidates = new ArrayList<>();
        for (int query = 0; query < queries; query++) {
            double score = FoundObjects.score(scores.get(query));
            if (score >= FoundObjects.MIN_CONFIDENCE) {
                int at = SIDES * query;
                candidates.add(new Candidate(
                        label(labels.get(query)),
                        score,
                        new Box(sides.get(at), sides.get(at + 1), sides.get(at + 2), sides.get(at + 3))));
            }
        }
        return found(candidates, letterbox, image);
    }

    private int label(long index) {
        if (index < 0 || index >= settings.labels().size()) {
            throw new ModelException("model '" + model.id() + "' says that an object is of class " + index
                    + "; allowed: 0 to " + (settings.labels().size() - 1) + ", as its manifest has "
                    + settings.labels().size() + " labels");
        }
        return (int) index;
    }

    private List<Detection> found(List<Candidate> candidates, Letterbox letterbox, Image image) {
        return FoundObjects.of(candidates, ANY_OVERLAP, letterbox, image, settings.labels());
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
