package io.sluice.model;

import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.image.Image;
import io.sluice.model.ModelManifest.GridOutput;
import io.sluice.model.NonMaxSuppression.Candidate;
import io.sluice.onnx.ModelSession;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * YOLOX. Input float32 [1,3,height,width]; output float32 [1,cells,5+classes]: for each cell of each grid, row by row, the box's
 * centre (in cells from the cell), the logarithm of its size (in cells), that there is an object, and each class; probabilities
 * are 0 to 1 already. Pictures run one by one: exports have a batch of one, and results do not depend on the batch.
 */
public final class YoloxDetector implements Model<Image, List<Detection>> {
    /** Non-maximum suppression of Megvii's own demo. */
    static final double OVERLAP = 0.45;

    private static final int BOX_AND_OBJECT = 5;

    private final ModelManifest manifest;
    private final String sha256;
    private final GridOutput grids;
    private final Contract contract;
    private final PictureInput input;
    private final String output;
    private final long[] shape;

    /** @throws io.sluice.onnx.ModelException if the session's tensors are others than those above */
    YoloxDetector(ModelManifest manifest, String sha256, ModelSession session) {
        this.manifest = manifest;
        this.sha256 = sha256;
        this.grids = (GridOutput) manifest.output();
        this.contract = new Contract(ModelKind.YOLOX, session);
        int width = manifest.input().width();
        int height = manifest.input().height();
        int cells = grids.strides().stream()
                .mapToInt(stride -> (width / stride) * (height / stride))
                .sum();
        this.input = new PictureInput(session, contract.input(1, 3, height, width), manifest.input());
        this.shape = new long[] {1, cells, BOX_AND_OBJECT + manifest.labels().size()};
        this.output = contract.output(shape);
    }

    @Override
    public List<List<Detection>> infer(List<Image> batch) {
        return batch.stream().map(this::find).toList();
    }

    private List<Detection> find(Image image) {
        return input.run(image, (out, letterbox) -> {
            List<Candidate> candidates = decode(
                    contract.answer(out, output, shape).floats(),
                    manifest.labels().size(),
                    letterbox.width(),
                    letterbox.height(),
                    grids.strides(),
                    FoundObjects.MIN_CONFIDENCE);
            return FoundObjects.of(candidates, grids.overlap(), letterbox, image, manifest.labels());
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
        return manifest.id();
    }

    @Override
    public String sha256() {
        return sha256;
    }
}
