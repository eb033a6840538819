package io.sluice.model.detect;

import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.image.Image;
import io.sluice.model.Contract;
import io.sluice.model.Model;
import io.sluice.model.ModelKind;
import io.sluice.model.OpenModel;
import io.sluice.model.PictureInput;
import io.sluice.model.Role;
import io.sluice.model.detect.NonMaxSuppression.Candidate;
import io.sluice.onnx.ModelSession;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * YOLOX. Input float32 [1,3,height,width]; output float32 [1,cells,5+classes]: for each cell of each grid, row by row, the box's
 * centre (in cells from the cell), the logarithm of its size (in cells), that there is an object, and each class; probabilities
 * are 0 to 1 already.
 */
public final class YoloxDetector implements Model<Image, List<Detection>> {
    /** YOLOX as Megvii exports it, boxes not decoded. */
    public static final ModelKind<Image, List<Detection>> KIND = ModelKind.of(
            "yolox",
            Role.DETECT,
            manifest -> GridSettings.read(manifest, YoloxDetector.OVERLAP, GridSettings.Adapter.YOLOX));

    /** Non-maximum suppression of Megvii's own demo. */
    static final double OVERLAP = 0.45;

    private static final int BOX_AND_OBJECT = 5;

    private final OpenModel model;
    private final GridSettings settings;
    private final Contract contract;
    private final PictureInput input;
    private final String output;
    private final long[] shape;

    /** @throws io.sluice.onnx.ModelException if the session's tensors are others than those above */
    YoloxDetector(GridSettings settings, OpenModel model) {
        this.model = model;
        this.settings = settings;
        ModelSession session = model.session();
        this.contract = new Contract(model.kind(), session);
        int width = settings.input().width();
        int height = settings.input().height();
        int cells = settings.strides().stream()
                .mapToInt(stride -> (width / stride) * (height / stride))
                .sum();
        this.input = new PictureInput(session, contract.input(1, 3, height, width), settings.input());
        this.shape = new long[] {1, cells, BOX_AND_OBJECT + settings.labels().size()};
        this.output = contract.output(shape);
    }

    @Override
    public int batch() {
        return input.batch();
    }

    @Override
    public List<List<Detection>> infer(List<Image> batch) {
        return input.run(batch, (image, letterbox, out) -> {
            List<Candidate> candidates = decode(
                    contract.answer(out, output, shape).floats(),
                    settings.labels().size(),
                    letterbox.width(),
                    letterbox.height(),
                    settings.strides(),
                    FoundObjects.MIN_CONFIDENCE);
            return FoundObjects.of(candidates, settings.overlap(), letterbox, image, settings.labels());
        });
    }

    /**
     * @param out the output, row by row
     * @return boxes in input pixels whose object and class together are at least {@code minScore}
     */
    static List<Candidate> decode(
            FloatBuffer out, int classes, int width, int height, List<Integer> strides, double minScore) {
        List<Candidate> candidates = new ArrayList<>();
        int row = 0;
        for (int stride : strides) {
            for (int y = 0; y < height / stride; y++) {
                for (int x = 0; x < width / stride; x++, row += BOX_AND_OBJECT + classes) {
                    float object = out.get(row + 4);
                    if (object < minScore) {
                        continue;
                    }
                    for (int label = 0; label < classes; label++) {
                        double score = FoundObjects.score(object * out.get(row + BOX_AND_OBJECT + label));
                        if (score >= minScore) {
                            candidates.add(new Candidate(label, score, box(out, row, x, y, stride)));
                        }
                    }
                }
            }
        }
        return candidates;
    }

    private static Box box(FloatBuffer out, int row, int x, int y, int stride) {
        double centreX = (out.get(row) + x) * stride;
        double centreY = (out.get(row + 1) + y) * stride;
        double halfWidth = Math.exp(out.get(row + 2)) * stride / 2;
        double halfHeight = Math.exp(out.get(row + 3)) * stride / 2;
        return new Box(centreX - halfWidth, centreY - halfHeight, centreX + halfWidth, centreY + halfHeight);
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
