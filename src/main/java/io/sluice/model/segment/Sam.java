package io.sluice.model.segment;

import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.image.Image;
import io.sluice.image.Letterbox;
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
import io.sluice.onnx.ModelException;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import io.sluice.onnx.TensorSpec;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The SAM family in two files: SAM, SlimSAM, MobileSAM. The encoder sees the picture once: float32 [1,3,side,side], in the top left
 * corner, and zeros around it after mean and deviation; its outputs are given to the decoder, once for each object. There are two
 * decoders, of which the inputs tell:
 *
 * <ul>
 *   <li>as the transformers library exports it: {@code input_points} float32 [1,1,points,2] and {@code input_labels} int64
 *       [1,1,points] to {@code pred_masks} float32 [1,1,masks,rows,columns] and {@code iou_scores} [1,1,masks]. It knows points
 *       alone: the middle of the box is the object, its corners, a little outside, are not. Of its masks the one that fills the
 *       box best is taken
 *   <li>as the authors export it: {@code point_coords} float32 [1,points,2] and {@code point_labels} float32 [1,points], of which
 *       2 and 3 are corners of a box, {@code mask_input}, {@code has_mask_input}, {@code orig_im_size} to {@code low_res_masks}
 *       float32 [1,masks,rows,columns] and {@code iou_predictions} [1,masks]. Of its masks the one that it thinks best of is taken
 * </ul>
 */
public final class Sam implements Model<Outline, List<Mask>> {
    /** SAM with the encoder apart. */
    public static final ModelKind<Outline, List<Mask>> KIND =
            new ModelKind<>("sam", Role.SEGMENT, List.of(Sam.ENCODER, Sam.DECODER), Settings::read);

    private static final String ENCODER = "encoder";
    private static final String DECODER = "decoder";

    private static final String POINTS = "input_points";
    private static final String LABELS = "input_labels";
    private static final String BOX_POINTS = "point_coords";
    private static final String BOX_LABELS = "point_labels";
    private static final String EARLIER_MASK = "mask_input";
    private static final String HAS_EARLIER_MASK = "has_mask_input";
    private static final String PICTURE_SIZE = "orig_im_size";

    private static final int BACKGROUND = 0;
    private static final int FOREGROUND = 1;
    private static final int TOP_LEFT = 2;
    private static final int BOTTOM_RIGHT = 3;

    private static final long ANY = TensorSpec.SYMBOLIC;

    private final OpenModel model;
    private final Settings settings;
    private final ModelSession encoder;
    private final ModelSession decoder;
    private final String input;
    private final Contract decoded;
    private final boolean knowsBoxes;

    record Settings(PictureFormat input) implements ModelSettings<Outline, List<Mask>> {

        static Settings read(ManifestSection manifest) {
            return new Settings(PictureFormat.read(manifest, Resize.LETTERBOX_TOP_LEFT));
        }

        @Override
        public Model<Outline, List<Mask>> open(OpenModel model) {
            return new Sam(this, model);
        }
    }

    private record Point(double x, double y, int label) {}

    /** @throws ModelException if the sessions' tensors are others than those above */
    private Sam(Settings settings, OpenModel model) {
        this.model = model;
        this.settings = settings;
        this.encoder = model.session(ENCODER);
        this.decoder = model.session(DECODER);
        this.input = new Contract(model.kind(), encoder)
                .input(1, 3, settings.input().height(), settings.input().width());
        this.decoded = new Contract(model.kind(), decoder);
        this.knowsBoxes =
                decoder.inputs().stream().anyMatch(tensor -> tensor.name().equals(BOX_POINTS));
        if (knowsBoxes) {
            decoded.input(BOX_POINTS, ElementType.FLOAT32, 1, ANY, 2);
            decoded.input(BOX_LABELS, ElementType.FLOAT32, 1, ANY);
            decoded.input(EARLIER_MASK, ElementType.FLOAT32, 1, 1, ANY, ANY);
            decoded.input(HAS_EARLIER_MASK, ElementType.FLOAT32, 1);
            decoded.input(PICTURE_SIZE, ElementType.FLOAT32, 2);
            decoded.output("low_res_masks", ElementType.FLOAT32, 1, ANY, ANY, ANY);
            decoded.output("iou_predictions", ElementType.FLOAT32, 1, ANY);
        } else {
            decoded.input(POINTS, ElementType.FLOAT32, 1, 1, ANY, 2);
            decoded.input(LABELS, ElementType.INT64, 1, 1, ANY);
            decoded.output("pred_masks", ElementType.FLOAT32, 1, 1, ANY, ANY, ANY);
            decoded.output("iou_scores", ElementType.FLOAT32, 1, 1, ANY);
        }
        for (TensorSpec seen : encoder.outputs()) {
            if (decoder.inputs().stream().noneMatch(tensor -> tensor.name().equals(seen.name()))) {
                throw new ModelException("model '" + decoder.file() + "' is not of kind " + model.kind()
                        + ": expected an input '" + seen.name() + "', which the encoder makes, found "
                        + decoder.inputs());
            }
        }
    }

    @Override
    public List<List<Mask>> infer(List<Outline> batch) {
        return batch.stream().map(this::masks).toList();
    }

    private List<Mask> masks(Outline outline) {
        if (outline.objects().isEmpty()) {
            return List.of();
        }
        Image image = outline.image();
        Letterbox letterbox = settings.input().letterbox(image.width(), image.height());
        Map<String, Tensor> seen = encoder.run(Map.of(input, pixels(image, letterbox)), Map::copyOf);
        List<Mask> masks = new ArrayList<>();
        for (Detection object : outline.objects()) {
            Box reach = Reach.of(object.box(), image.width(), image.height());
            masks.add(
                    (knowsBoxes ? byBox(seen, image, letterbox, object.box()) : byPoints(seen, image, letterbox, reach))
                            .within(reach));
        }
        return masks;
    }

    /** What is not picture is 0 after mean and deviation, which no grey level comes to for all three colours. */
    private Tensor pixels(Image image, Letterbox letterbox) {
        int width = letterbox.width();
        int height = letterbox.height();
        Tensor pixels = Tensor.floats(1, 3, height, width);
        settings.input().write(image, letterbox, pixels.floats());
        for (int row = 0; row < 3 * height; row++) {
            int from = row % height < letterbox.contentHeight() ? letterbox.contentWidth() : 0;
            for (int x = from; x < width; x++) {
                pixels.floats().put(row * width + x, 0);
            }
        }
        return pixels;
    }

    private Mask byBox(Map<String, Tensor> seen, Image image, Letterbox letterbox, Box box) {
        Map<String, Tensor> in = new HashMap<>(seen);
        Tensor coordinates = Tensor.floats(1, 2, 2);
        Tensor labels = Tensor.floats(1, 2);
        List<Point> corners =
                List.of(new Point(box.left(), box.top(), TOP_LEFT), new Point(box.right(), box.bottom(), BOTTOM_RIGHT));
        for (int i = 0; i < corners.size(); i++) {
            put(coordinates.floats(), i, corners.get(i), letterbox);
            labels.floats().put(i, corners.get(i).label());
        }
        in.put(BOX_POINTS, coordinates);
        in.put(BOX_LABELS, labels);
        List<Long> earlier =
                decoded.input(EARLIER_MASK, ElementType.FLOAT32, 1, 1, ANY, ANY).shape();
        int quarter = letterbox.height() / 4;
        in.put(
                EARLIER_MASK,
                Tensor.floats(
                        1,
                        1,
                        earlier.get(2) == ANY ? quarter : earlier.get(2),
                        earlier.get(3) == ANY ? quarter : earlier.get(3)));
        in.put(HAS_EARLIER_MASK, Tensor.floats(1));
        Tensor size = Tensor.floats(2);
        size.floats().put(0, image.height()).put(1, image.width());
        in.put(PICTURE_SIZE, size);
        return decoder.run(in, out -> {
            Tensor masks = decoded.answer(out, "low_res_masks", 1, ANY, ANY, ANY);
            int count = (int) masks.shape()[1];
            FloatBuffer scores =
                    decoded.answer(out, "iou_predictions", 1, count).floats();
            int best = 0;
            for (int i = 1; i < count; i++) {
                if (scores.get(i) > scores.get(best)) {
                    best = i;
                }
            }
            return mask(masks, best, (int) masks.shape()[2], (int) masks.shape()[3], image, letterbox);
        });
    }

    private Mask byPoints(Map<String, Tensor> seen, Image image, Letterbox letterbox, Box reach) {
        List<Point> points = new ArrayList<>();
        points.add(new Point((reach.left() + reach.right()) / 2, (reach.top() + reach.bottom()) / 2, FOREGROUND));
        for (double x : new double[] {reach.left(), reach.right()}) {
            for (double y : new double[] {reach.top(), reach.bottom()}) {
                points.add(new Point(x, y, BACKGROUND));
            }
        }
        Tensor coordinates = Tensor.floats(1, 1, points.size(), 2);
        Tensor labels = Tensor.longs(1, 1, points.size());
        for (int i = 0; i < points.size(); i++) {
            put(coordinates.floats(), i, points.get(i), letterbox);
            labels.longs().put(i, points.get(i).label());
        }
        Map<String, Tensor> in = new HashMap<>(seen);
        in.put(POINTS, coordinates);
        in.put(LABELS, labels);
        return decoder.run(in, out -> {
            Tensor masks = decoded.answer(out, "pred_masks", 1, 1, ANY, ANY, ANY);
            int count = (int) masks.shape()[2];
            Mask best = Mask.empty(image.width(), image.height());
            double fills = -1;
            for (int i = 0; i < count; i++) {
                Mask mask = mask(masks, i, (int) masks.shape()[3], (int) masks.shape()[4], image, letterbox);
                double iou = mask.bounds().iou(reach);
                if (iou > fills) {
                    fills = iou;
                    best = mask;
                }
            }
            return best;
        });
    }

    private static void put(FloatBuffer coordinates, int position, Point point, Letterbox letterbox) {
        coordinates.put(2 * position, (float) (point.x() * letterbox.scaleX())).put(2 * position + 1, (float)
                (point.y() * letterbox.scaleY()));
    }

    private static Mask mask(Tensor masks, int number, int rows, int columns, Image image, Letterbox letterbox) {
        return new BestMask(masks.floats(), number * rows * columns, columns, rows)
                .scaled(
                        (double) columns * letterbox.contentWidth() / letterbox.width(),
                        (double) rows * letterbox.contentHeight() / letterbox.height(),
                        image.width(),
                        image.height());
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
