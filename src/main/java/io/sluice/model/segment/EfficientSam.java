package io.sluice.model.segment;

import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.image.Image;
import io.sluice.image.Mask;
import io.sluice.model.Contract;
import io.sluice.model.ManifestSection;
import io.sluice.model.Model;
import io.sluice.model.ModelKind;
import io.sluice.model.ModelSettings;
import io.sluice.model.OpenModel;
import io.sluice.model.Outline;
import io.sluice.model.PictureFormat;
import io.sluice.model.Resize;
import io.sluice.model.Role;
import io.sluice.onnx.ElementType;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import io.sluice.onnx.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * EfficientSAM as one graph, prompted by a box. Inputs {@code batched_images} float32 [1,3,side,side], RGB of 0 to 1, stretched,
 * {@code batched_point_coords} float32 [1,1,points,2] in pixels of the input and {@code batched_point_labels} float32 of rank 3
 * or, in exports for OpenCV, 4: 2 and 3 for the top left and bottom right corner of a box, -1 for points that are not used.
 * Outputs {@code output_masks} float32 [1,1,masks,height,width], logits, inside from 0 on, and {@code iou_predictions} float32
 * [1,1,masks]; the mask with the highest prediction is taken. Objects run one by one.
 */
public final class EfficientSam implements Model<Outline, List<Mask>> {
    /** EfficientSAM of OpenCV's zoo. */
    public static final ModelKind<Outline, List<Mask>> KIND =
            ModelKind.of("efficient-sam", Role.SEGMENT, Settings::read);

    private static final String IMAGES = "batched_images";
    private static final String COORDINATES = "batched_point_coords";
    private static final String LABELS = "batched_point_labels";
    private static final String MASKS = "output_masks";
    private static final String SCORES = "iou_predictions";

    /** How many points an export takes where it does not say: two corners. */
    private static final int CORNERS = 2;

    private static final float TOP_LEFT = 2;
    private static final float BOTTOM_RIGHT = 3;
    private static final float UNUSED = -1;

    private final OpenModel model;
    private final Settings settings;
    private final ModelSession session;
    private final Contract contract;
    private final int points;
    private final boolean deepLabels;

    record Settings(PictureFormat input) implements ModelSettings<Outline, List<Mask>> {

        static Settings read(ManifestSection manifest) {
            return new Settings(PictureFormat.read(manifest, Resize.STRETCH));
        }

        @Override
        public Model<Outline, List<Mask>> open(OpenModel model) {
            return new EfficientSam(this, model);
        }
    }

    /** @throws io.sluice.onnx.ModelException if the session's tensors are others than those above */
    private EfficientSam(Settings settings, OpenModel model) {
        this.model = model;
        this.settings = settings;
        this.session = model.session();
        this.contract = new Contract(model.kind(), session);
        long any = TensorSpec.SYMBOLIC;
        contract.inputs(3);
        contract.input(
                IMAGES,
                ElementType.FLOAT32,
                1,
                3,
                settings.input().height(),
                settings.input().width());
        long declared = contract.input(COORDINATES, ElementType.FLOAT32, 1, 1, any, 2)
                .shape()
                .get(2);
        this.points = declared == any ? CORNERS : (int) declared;
        this.deepLabels = session.inputs().stream()
                .anyMatch(input -> input.name().equals(LABELS) && input.shape().size() == 4);
        contract.input(
                LABELS, ElementType.FLOAT32, deepLabels ? new long[] {1, 1, points, 1} : new long[] {1, 1, points});
        contract.output(MASKS, ElementType.FLOAT32, 1, 1, any, any, any);
        contract.output(SCORES, ElementType.FLOAT32, 1, 1, any);
    }

    @Override
    public List<List<Mask>> infer(List<Outline> batch) {
        return batch.stream().map(this::masks).toList();
    }

    private List<Mask> masks(Outline outline) {
        Image image = outline.image();
        int width = settings.input().width();
        int height = settings.input().height();
        Tensor pixels = Tensor.floats(1, 3, height, width);
        settings.input().write(image, settings.input().letterbox(image.width(), image.height()), pixels.floats());
        List<Mask> masks = new ArrayList<>();
        for (Detection object : outline.objects()) {
            Box box = object.box();
            Tensor corners = Tensor.floats(1, 1, points, 2);
            Tensor labels = deepLabels ? Tensor.floats(1, 1, points, 1) : Tensor.floats(1, 1, points);
            for (int i = 0; i < points; i++) {
                boolean used = i < CORNERS;
                double x = i == 0 ? box.left() : box.right();
                double y = i == 0 ? box.top() : box.bottom();
                corners.floats().put(2 * i, used ? (float) (x * width / image.width()) : UNUSED);
                corners.floats().put(2 * i + 1, used ? (float) (y * height / image.height()) : UNUSED);
                labels.floats().put(i, used ? i == 0 ? TOP_LEFT : BOTTOM_RIGHT : UNUSED);
            }
            Mask whole = session.run(Map.of(IMAGES, pixels, COORDINATES, corners, LABELS, labels), out -> {
                BestMask best = BestMask.of(contract, out, MASKS, SCORES);
                return best.scaled(best.columns(), best.rows(), image.width(), image.height());
            });
            masks.add(whole.within(Reach.of(box, image.width(), image.height())));
        }
        return masks;
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
