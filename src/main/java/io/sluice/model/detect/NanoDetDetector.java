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
import io.sluice.onnx.ModelException;
import io.sluice.onnx.ModelSession;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * NanoDet. Input float32 [1,3,height,width]; for each grid two outputs, found by their shapes: class probabilities float32
 * [1,cells,classes], and float32 [1,cells,4*8], for the distances from the cell's centre to the left, top, right and bottom
 * side a distribution over 0 to 7 cells each, as logits.
 */
public final class NanoDetDetector implements Model<Image, List<Detection>> {
    /** NanoDet with its distribution over distances. */
    public static final ModelKind<Image, List<Detection>> KIND = ModelKind.of(
            "nanodet",
            Role.DETECT,
            manifest -> GridSettings.read(manifest, NanoDetDetector.OVERLAP, GridSettings.Adapter.NANODET));

    /** Non-maximum suppression of NanoDet's own demo. */
    static final double OVERLAP = 0.6;

    /** NanoDet's reg_max of 7, and 0. */
    private static final int BINS = 8;

    private static final int SIDES = 4;

    private final OpenModel model;
    private final GridSettings settings;
    private final Contract contract;
    private final PictureInput input;
    private final List<Grid> grids = new ArrayList<>();

    private record Grid(int stride, int columns, int rows, String classes, String distances) {}

    /** @throws ModelException if the session's tensors are others than those above */
    NanoDetDetector(GridSettings settings, OpenModel model) {
        this.model = model;
        this.settings = settings;
        ModelSession session = model.session();
        this.contract = new Contract(model.kind(), session);
        int width = settings.input().width();
        int height = settings.input().height();
        this.input = new PictureInput(session, contract.input(1, 3, height, width), settings.input());
        int classes = settings.labels().size();
        if (classes == SIDES * BINS) {
            throw new ModelException("manifest '" + model.source() + "': kind nanodet with " + classes
                    + " labels: its outputs cannot be told apart by their shapes; allowed: any other number of labels");
        }
        for (int stride : settings.strides()) {
            int columns = (width + stride - 1) / stride;
            int rows = (height + stride - 1) / stride;
            grids.add(new Grid(
                    stride,
                    columns,
                    rows,
                    contract.outputAmong(1, (long) columns * rows, classes),
                    contract.outputAmong(1, (long) columns * rows, SIDES * BINS)));
        }
    }

    @Override
    public int batch() {
        return input.batch();
    }

    @Override
    public List<List<Detection>> infer(List<Image> batch) {
        return input.run(batch, (image, letterbox, out) -> {
            List<Candidate> candidates = new ArrayList<>();
            int classes = settings.labels().size();
            for (Grid grid : grids) {
                long cells = (long) grid.columns() * grid.rows();
                decode(
                        contract.answer(out, grid.classes(), 1, cells, classes).floats(),
                        contract.answer(out, grid.distances(), 1, cells, SIDES * BINS)
                                .floats(),
                        classes,
                        grid.columns(),
                        grid.rows(),
                        grid.stride(),
                        FoundObjects.MIN_CONFIDENCE,
                        candidates);
            }
            return FoundObjects.of(candidates, settings.overlap(), letterbox, image, settings.labels());
        });
    }

    /**
     * Decodes one grid.
     *
     * @param found gets boxes in input pixels whose class is at least {@code minScore}
     */
    static void decode(
            FloatBuffer scores,
            FloatBuffer distances,
            int classes,
            int columns,
            int rows,
            int stride,
            double minScore,
            List<Candidate> found) {
        for (int cell = 0; cell < columns * rows; cell++) {
            for (int label = 0; label < classes; label++) {
                double score = FoundObjects.score(scores.get(cell * classes + label));
                if (score >= minScore) {
                    double x = cell % columns * stride + 0.5 * (stride - 1);
                    double y = cell / columns * stride + 0.5 * (stride - 1);
                    int at = cell * SIDES * BINS;
                    found.add(new Candidate(
                            label,
                            score,
                            new Box(
                                    x - stride * expected(distances, at),
                                    y - stride * expected(distances, at + BINS),
                                    x + stride * expected(distances, at + 2 * BINS),
                                    y + stride * expected(distances, at + 3 * BINS))));
                }
            }
        }
    }

    /** Expectation of the bin's number under the softmax of the eight logits. */
    private static double expected(FloatBuffer logits, int at) {
        double largest = logits.get(at);
        for (int bin = 1; bin < BINS; bin++) {
            largest = Math.max(largest, logits.get(at + bin));
        }
        double sum = 0;
        double weighted = 0;
        for (int bin = 0; bin < BINS; bin++) {
            double weight = Math.exp(logits.get(at + bin) - largest);
            sum += weight;
            weighted += weight * bin;
        }
        return weighted / sum;
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
