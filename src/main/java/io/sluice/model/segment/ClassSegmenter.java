package io.sluice.model.segment;

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
import io.sluice.onnx.ModelException;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Networks that tell the class of every pixel, as DeepLab does. Input float32 [1,height,width,3], channels last; output float32
 * [1,height,width,classes], logits. Objects of one class that touch cannot be told apart, except by their boxes. Labels are to be
 * written as the detector writes them. Pictures run one by one.
 */
public final class ClassSegmenter implements Model<Outline, List<Mask>> {
    /** DeepLab as TensorFlow exports it. */
    public static final ModelKind<Outline, List<Mask>> KIND = ModelKind.of("deeplab", Role.SEGMENT, Settings::read);

    private static final int CHANNELS = 3;

    private final OpenModel model;
    private final Settings settings;
    private final ModelSession session;
    private final Contract contract;
    private final String input;
    private final String output;

    /** @param labels of the classes; what is no object is one of them */
    record Settings(PictureFormat input, List<String> labels) implements ModelSettings<Outline, List<Mask>> {

        static Settings read(ManifestSection manifest) {
            return new Settings(PictureFormat.read(manifest, Resize.STRETCH), List.copyOf(manifest.labels()));
        }

        @Override
        public Model<Outline, List<Mask>> open(OpenModel model) {
            return new ClassSegmenter(this, model);
        }
    }

    /** @throws ModelException if the session's tensors are others than those above */
    private ClassSegmenter(Settings settings, OpenModel model) {
        this.model = model;
        this.settings = settings;
        this.session = model.session();
        this.contract = new Contract(model.kind(), session);
        int width = settings.input().width();
        int height = settings.input().height();
        this.input = contract.input(1, height, width, CHANNELS);
        this.output = contract.output(1, height, width, settings.labels().size());
    }

    @Override
    public List<List<Mask>> infer(List<Outline> batch) {
        List<List<Mask>> answers = new ArrayList<>(batch.size());
        for (Outline outline : batch) {
            Image image = outline.image();
            int[] classes = classes(image);
            List<Mask> masks = new ArrayList<>();
            for (Detection object : outline.objects()) {
                int label = settings.labels().indexOf(object.label());
                masks.add(
                        label < 0
                                ? Mask.empty(image.width(), image.height())
                                : pixels(classes, label, image.width(), image.height())
                                        .within(Reach.of(object.box(), image.width(), image.height())));
            }
            answers.add(masks);
        }
        return answers;
    }

    /** Index of the label of each pixel of the network's input, row by row. */
    int[] classes(Image image) {
        int width = settings.input().width();
        int height = settings.input().height();
        int plane = width * height;
        FloatBuffer planes = FloatBuffer.allocate(CHANNELS * plane);
        settings.input().write(image, settings.input().letterbox(image.width(), image.height()), planes);
        Tensor tensor = Tensor.floats(1, height, width, CHANNELS);
        for (int i = 0; i < plane; i++) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                tensor.floats().put(i * CHANNELS + channel, planes.get(channel * plane + i));
            }
        }
        int labels = settings.labels().size();
        return session.run(
                Map.of(input, tensor),
                out -> largest(
                        contract.answer(out, output, 1, height, width, labels).floats(), plane, labels));
    }

    private static int[] largest(FloatBuffer logits, int pixels, int labels) {
        int[] classes = new int[pixels];
        for (int i = 0; i < pixels; i++) {
            for (int label = 1; label < labels; label++) {
                if (logits.get(i * labels + label) > logits.get(i * labels + classes[i])) {
                    classes[i] = label;
                }
            }
        }
        return classes;
    }

    private Mask pixels(int[] classes, int label, int width, int height) {
        int columns = settings.input().width();
        int rows = settings.input().height();
        byte[] values = new byte[width * height];
        for (int y = 0; y < height; y++) {
            int row = (int) ((long) y * rows / height) * columns;
            for (int x = 0; x < width; x++) {
                if (classes[row + (int) ((long) x * columns / width)] == label) {
                    values[y * width + x] = (byte) 255;
                }
            }
        }
        return new Mask(width, height, values);
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
