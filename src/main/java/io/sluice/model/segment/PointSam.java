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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * SAM and SlimSAM as two graphs, prompted by a point: the exports have no boxes. The encoder has {@code pixel_values} float32
 * [1,3,side,side], the longer side scaled to the input and zeros after normalisation at the right or below, and gives {@code
 * image_embeddings} and {@code image_positional_embeddings}; the decoder takes these with {@code input_points} float32
 * [1,1,points,2] in pixels of the encoder's input and {@code input_labels} int64 [1,1,points], 1 for inside, and gives {@code
 * pred_masks} float32 [1,1,masks,height,width] of the whole input, logits, and {@code iou_scores} float32 [1,1,masks]. The point
 * is the middle of the box, and the mask is cut to the box. A picture is encoded once for all of its objects.
 */
public final class PointSam implements Model<Outline, List<Mask>> {
    private static final String ENCODER = "encoder";
    private static final String DECODER = "decoder";

    /** SAM in two files, as for browsers. */
    public static final ModelKind<Outline, List<Mask>> KIND =
            new ModelKind<>("sam", Role.SEGMENT, List.of(ENCODER, DECODER), Settings::read);

    private static final String PIXELS = "pixel_values";
    private static final String EMBEDDINGS = "image_embeddings";
    private static final String POSITIONS = "image_positional_embeddings";
    private static final String POINTS = "input_points";
    private static final String LABELS = "input_labels";
    private static final String MASKS = "pred_masks";
    private static final String SCORES = "iou_scores";
    private static final long INSIDE = 1;

    private final OpenModel model;
    private final Settings settings;
    private final ModelSession encoder;
    private final ModelSession decoder;
    private final Contract answers;

    record Settings(PictureFormat input) implements ModelSettings<Outline, List<Mask>> {

        static Settings read(ManifestSection manifest) {
            PictureFormat input = PictureFormat.read(manifest, Resize.LETTERBOX_TOP_LEFT);
            if (input.width() != input.height()) {
                throw new ModelException("manifest '" + manifest.source() + "': input: width " + input.width()
                        + " and height " + input.height() + " differ; allowed: a square");
            }
            return new Settings(input);
        }

        @Override
        public Model<Outline, List<Mask>> open(OpenModel model) {
            return new PointSam(this, model);
        }
    }

    /** @throws ModelException if the sessions' tensors are others than those above */
    private PointSam(Settings settings, OpenModel model) {
        this.model = model;
        this.settings = settings;
        long any = TensorSpec.SYMBOLIC;
        this.encoder = model.session(ENCODER);
        Contract seeing = new Contract(model.kind(), encoder);
        int side = settings.input().width();
        seeing.input(PIXELS, ElementType.FLOAT32, 1, 3, side, side);
        seeing.output(EMBEDDINGS, ElementType.FLOAT32, 1, any, any, any);
        seeing.output(POSITIONS, ElementType.FLOAT32, 1, any, any, any);
        this.decoder = model.session(DECODER);
        this.answers = new Contract(model.kind(), decoder);
        answers.inputs(4);
        answers.input(EMBEDDINGS, ElementType.FLOAT32, 1, any, any, any);
        answers.input(POSITIONS, ElementType.FLOAT32, 1, any, any, any);
        answers.input(POINTS, ElementType.FLOAT32, 1, 1, 1, 2);
        answers.input(LABELS, ElementType.INT64, 1, 1, 1);
        answers.output(MASKS, ElementType.FLOAT32, 1, 1, any, any, any);
        answers.output(SCORES, ElementType.FLOAT32, 1, 1, any);
    }

    @Override
    public List<List<Mask>> infer(List<Outline> batch) {
        return batch.stream().map(this::masks).toList();
    }

    private List<Mask> masks(Outline outline) {
        Image image = outline.image();
        int side = settings.input().width();
        Letterbox letterbox = settings.input().letterbox(image.width(), image.height());
        Tensor pixels = Tensor.floats(1, 3, side, side);
        settings.input().pixels().write(image, letterbox, pixels.floats());
        clearPadding(pixels, letterbox);
        // The sessions' outputs are copies outside native memory, which the next session reads.
        Map<String, Tensor> seen = encoder.run(Map.of(PIXELS, pixels), out -> out);
        List<Mask> masks = new ArrayList<>();
        for (Detection object : outline.objects()) {
            Box box = object.box();
            Tensor point = Tensor.floats(1, 1, 1, 2);
            point.floats().put(0, (float) ((box.left() + box.right()) / 2 * letterbox.scaleX()));
            point.floats().put(1, (float) ((box.top() + box.bottom()) / 2 * letterbox.scaleY()));
            Tensor label = Tensor.longs(1, 1, 1);
            label.longs().put(0, INSIDE);
            Map<String, Tensor> question = Map.of(
                    EMBEDDINGS, required(seen, EMBEDDINGS),
                    POSITIONS, required(seen, POSITIONS),
                    POINTS, point,
                    LABELS, label);
            Mask whole = decoder.run(question, out -> {
                BestMask best = BestMask.of(answers, out, MASKS, SCORES);
                return best.scaled(
                        (double) best.columns() * letterbox.contentWidth() / side,
                        (double) best.rows() * letterbox.contentHeight() / side,
                        image.width(),
                        image.height());
            });
            masks.add(whole.within(Reach.of(box, image.width(), image.height())));
        }
        return masks;
    }

    private Tensor required(Map<String, Tensor> out, String name) {
        Tensor tensor = out.get(name);
        if (tensor == null) {
            throw new ModelException("model '" + encoder.file() + "' gave no output '" + name + "'");
        }
        return tensor;
    }

    private static void clearPadding(Tensor pixels, Letterbox letterbox) {
        int width = letterbox.width();
        int plane = width * letterbox.height();
        for (int i = 0; i < plane; i++) {
            if (i % width >= letterbox.contentWidth() || i / width >= letterbox.contentHeight()) {
                for (int channel = 0; channel < 3; channel++) {
                    pixels.floats().put(channel * plane + i, 0);
                }
            }
        }
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
