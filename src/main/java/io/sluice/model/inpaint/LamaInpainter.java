package io.sluice.model.inpaint;

import io.sluice.image.Image;
import io.sluice.image.Letterbox;
import io.sluice.image.Mask;
import io.sluice.model.Contract;
import io.sluice.model.Hole;
import io.sluice.model.ManifestSection;
import io.sluice.model.Model;
import io.sluice.model.ModelKind;
import io.sluice.model.ModelSettings;
import io.sluice.model.OpenModel;
import io.sluice.model.PictureFormat;
import io.sluice.model.Resize;
import io.sluice.model.Role;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * LaMa. Inputs float32 [1,3,side,side], a picture, and float32 [1,1,side,side], 1 in the hole and 0 outside; output float32
 * [1,3,side,side], the picture filled, in the order of colours of the input. Which range the output has differs between exports
 * of the same shape, so the manifest says it, and a grey picture is tried when the model is loaded. Windows run one by one.
 */
public final class LamaInpainter implements Model<Hole, Image> {
    /** LaMa as Carve and OpenCV's zoo export it, with picture and mask apart. */
    public static final ModelKind<Hole, Image> KIND = ModelKind.of("lama", Role.INPAINT, Settings::read);

    private static final int GREY = 128;

    private final OpenModel model;
    private final Settings settings;
    private final ModelSession session;
    private final Contract contract;
    private final String image;
    private final String mask;
    private final String output;
    private final int side;

    /** @param range what the output has for a full channel: 1 or 255 */
    record Settings(PictureFormat input, int range) implements ModelSettings<Hole, Image> {

        static Settings read(ManifestSection manifest) {
            PictureFormat input = PictureFormat.read(manifest, Resize.STRETCH);
            if (input.width() != input.height()) {
                throw new ModelException("manifest '" + manifest.source() + "': input: width " + input.width()
                        + " and height " + input.height() + " differ; allowed: a square");
            }
            ManifestSection section = manifest.section("output");
            int range = section.choice("range", List.of(1, 255), String::valueOf);
            section.close();
            return new Settings(input, range);
        }

        @Override
        public Model<Hole, Image> open(OpenModel model) {
            return new LamaInpainter(this, model);
        }
    }

    /** @throws ModelException if the session's tensors are others than those above, or the output's range is */
    private LamaInpainter(Settings settings, OpenModel model) {
        this.model = model;
        this.settings = settings;
        this.session = model.session();
        this.contract = new Contract(model.kind(), session);
        this.side = settings.input().width();
        contract.inputs(2);
        this.image = contract.inputAmong(1, 3, side, side);
        this.mask = contract.inputAmong(1, 1, side, side);
        this.output = contract.output(1, 3, side, side);
        requireRange();
    }

    @Override
    public List<Image> infer(List<Hole> batch) {
        HoleTiles tiles = new HoleTiles(side);
        return batch.stream().map(hole -> tiles.fill(hole, this::window)).toList();
    }

    private Image window(Hole hole) {
        return run(hole, this::read);
    }

    private <R> R run(Hole hole, Function<FloatBuffer, R> read) {
        Tensor pixels = Tensor.floats(1, 3, side, side);
        settings.input().write(hole.image(), Letterbox.stretch(side, side, side, side), pixels.floats());
        Tensor inside = Tensor.floats(1, 1, side, side);
        for (int i = 0; i < side * side; i++) {
            inside.floats().put(i, hole.mask().values()[i] == 0 ? 0 : 1);
        }
        return session.run(
                Map.of(image, pixels, mask, inside),
                out -> read.apply(contract.answer(out, output, 1, 3, side, side).floats()));
    }

    private Image read(FloatBuffer out) {
        int plane = side * side;
        boolean rgb = settings.input().pixels().rgb();
        float scale = 255f / settings.range();
        byte[] bgr = new byte[3 * plane];
        for (int channel = 0; channel < 3; channel++) {
            int to = rgb ? 2 - channel : channel;
            for (int i = 0; i < plane; i++) {
                float level = out.get(channel * plane + i) * scale;
                bgr[3 * i + to] = (byte) Math.round(Math.min(Math.max(level, 0), 255));
            }
        }
        return new Image(side, side, bgr);
    }

    /** What is grey comes out as grey, in the range that was stated; the other range is 255 times off. */
    private void requireRange() {
        byte[] bgr = new byte[3 * side * side];
        Arrays.fill(bgr, (byte) GREY);
        byte[] hole = new byte[side * side];
        hole[side * side / 2] = 1;
        double mean = run(new Hole(new Image(side, side, bgr), new Mask(side, side, hole)), LamaInpainter::mean);
        int found = mean > 4 ? 255 : 1;
        if (found != settings.range()) {
            throw new ModelException("manifest '" + model.source() + "': output.range: '" + settings.range()
                    + "' is not that of the model: a picture of grey " + GREY + " comes out with a mean of " + mean
                    + "; expected: about " + (settings.range() == 1 ? "0.5" : GREY));
        }
    }

    private static double mean(FloatBuffer out) {
        double sum = 0;
        for (int i = 0; i < out.capacity(); i++) {
            sum += out.get(i);
        }
        return sum / out.capacity();
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
