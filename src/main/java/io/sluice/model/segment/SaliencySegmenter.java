package io.sluice.model.segment;

import io.sluice.frame.Detection;
import io.sluice.image.Image;
import io.sluice.image.Letterbox;
import io.sluice.image.LetterboxPixels;
import io.sluice.image.Luma;
import io.sluice.image.Mask;
import io.sluice.image.Resampling;
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
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Networks that tell what stands out in a picture, as rembg runs them: U²-Net and its smaller ones, ISNet, BiRefNet. Input float32
 * [1,3,height,width], the picture stretched by Lanczos and divided by its largest value before mean and deviation; output float32
 * [1,1,height,width], of several the first or the one that the manifest names. Pictures run one by one.
 */
public final class SaliencySegmenter implements Model<Outline, List<Mask>> {
    /** The rembg family. */
    public static final ModelKind<Outline, List<Mask>> KIND = ModelKind.of("saliency", Role.SEGMENT, Settings::read);

    /** Half of what stands out most. */
    static final int INSIDE = 128;

    private final OpenModel model;
    private final Settings settings;
    private final ModelSession session;
    private final Contract contract;
    private final String input;
    private final String output;

    /**
     * @param output name of the output that is read; empty for the first
     * @param sigmoid whether the output is logits
     */
    record Settings(PictureFormat input, Optional<String> output, boolean sigmoid)
            implements ModelSettings<Outline, List<Mask>> {

        static Settings read(ManifestSection manifest) {
            PictureFormat input = PictureFormat.read(manifest, Resize.STRETCH);
            if (input.pixels().scale() != 1) {
                throw manifest.wrong("input", "no scale: the picture's largest value becomes 1");
            }
            if (input.resampling().isPresent()) {
                throw manifest.wrong("input", "no resample: the picture is scaled by a Lanczos filter");
            }
            ManifestSection section = manifest.section("output");
            Settings settings = new Settings(
                    input,
                    section.optionalText("name", Pattern.compile("\\S+"), "the name of an output"),
                    section.flag("sigmoid", false));
            section.close();
            return settings;
        }

        @Override
        public Model<Outline, List<Mask>> open(OpenModel model) {
            return new SaliencySegmenter(this, model);
        }
    }

    /** @throws io.sluice.onnx.ModelException if the session's tensors are others than those above */
    private SaliencySegmenter(Settings settings, OpenModel model) {
        this.model = model;
        this.settings = settings;
        this.session = model.session();
        this.contract = new Contract(model.kind(), session);
        int width = settings.input().width();
        int height = settings.input().height();
        this.input = contract.input(1, 3, height, width);
        this.output = contract.output(
                        settings.output().orElse(session.outputs().get(0).name()),
                        ElementType.FLOAT32,
                        1,
                        1,
                        height,
                        width)
                .name();
    }

    @Override
    public List<List<Mask>> infer(List<Outline> batch) {
        List<List<Mask>> answers = new ArrayList<>(batch.size());
        for (Outline outline : batch) {
            Image image = outline.image();
            Mask standsOut = inside(saliency(image));
            List<Mask> masks = new ArrayList<>();
            for (Detection object : outline.objects()) {
                masks.add(standsOut.within(Reach.of(object.box(), image.width(), image.height())));
            }
            answers.add(masks);
        }
        return answers;
    }

    private static Mask inside(Luma saliency) {
        byte[] values = new byte[saliency.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (saliency.values()[i] & 0xff) >= INSIDE ? (byte) 255 : 0;
        }
        return new Mask(saliency.width(), saliency.height(), values);
    }

    /** How much each pixel stands out, from 0 for the least to 255 for the most in this picture. */
    Luma saliency(Image image) {
        int width = settings.input().width();
        int height = settings.input().height();
        Image small = Resampling.LANCZOS.resize(image, width, height);
        int largest = 0;
        for (byte level : small.bgr()) {
            largest = Math.max(largest, level & 0xff);
        }
        LetterboxPixels stated = settings.input().pixels();
        LetterboxPixels pixels =
                new LetterboxPixels(stated.rgb(), 1.0 / Math.max(largest, 1), stated.mean(), stated.std(), 0);
        Tensor tensor = Tensor.floats(1, 3, height, width);
        pixels.write(small, Letterbox.stretch(width, height, width, height), tensor.floats());
        Luma spread = session.run(Map.of(input, tensor), out -> {
            Tensor answer = contract.answer(out, output, 1, 1, height, width);
            return spread(answer.floats(), width, height, settings.sigmoid());
        });
        return Resampling.LANCZOS.resize(spread, image.width(), image.height());
    }

    /** From the smallest to the largest number over all levels, rounded down as a cast does; a flat answer is nothing. */
    static Luma spread(FloatBuffer out, int width, int height, boolean sigmoid) {
        float[] values = new float[width * height];
        float least = Float.MAX_VALUE;
        float most = -Float.MAX_VALUE;
        for (int i = 0; i < values.length; i++) {
            float value = out.get(i);
            values[i] = sigmoid ? (float) (1 / (1 + Math.exp(-value))) : value;
            least = Math.min(least, values[i]);
            most = Math.max(most, values[i]);
        }
        byte[] levels = new byte[values.length];
        if (most > least) {
            for (int i = 0; i < values.length; i++) {
                levels[i] = (byte) (int) ((values[i] - least) / (most - least) * 255);
            }
        }
        return new Luma(width, height, levels);
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
