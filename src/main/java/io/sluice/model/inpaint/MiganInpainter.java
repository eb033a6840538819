package io.sluice.model.inpaint;

import io.sluice.image.Image;
import io.sluice.model.Contract;
import io.sluice.model.Hole;
import io.sluice.model.ManifestSection;
import io.sluice.model.Model;
import io.sluice.model.ModelKind;
import io.sluice.model.ModelSettings;
import io.sluice.model.OpenModel;
import io.sluice.model.Role;
import io.sluice.onnx.ElementType;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import io.sluice.onnx.TensorSpec;
import java.util.List;
import java.util.Map;

/**
 * MI-GAN's pipeline, second version. Inputs {@code image} uint8 [1,3,height,width] RGB and {@code mask} uint8
 * [1,1,height,width], 255 where the picture is KEPT and 0 in the hole; output {@code result} uint8 [1,3,height,width] RGB. The
 * pipeline scales and composes inside; it is given windows of its own size, so that a small hole is filled at full size. Windows
 * run one by one.
 */
public final class MiganInpainter implements Model<Hole, Image> {
    /** MI-GAN with its pipeline inside the graph. */
    public static final ModelKind<Hole, Image> KIND = ModelKind.of("migan", Role.INPAINT, Settings::read);

    /** What the pipeline scales to; from its export. */
    private static final int SIDE = 512;

    private static final String IMAGE = "image";
    private static final String MASK = "mask";
    private static final String RESULT = "result";
    private static final byte KEPT = (byte) 255;

    private final OpenModel model;
    private final ModelSession session;
    private final int side;

    /** @param side of the windows that it is given, in pixels */
    record Settings(int side) implements ModelSettings<Hole, Image> {

        static Settings read(ManifestSection manifest) {
            ManifestSection input = manifest.section("input");
            Settings settings = new Settings((int) input.number("side", SIDE, 32, 4096, true));
            input.close();
            return settings;
        }

        @Override
        public Model<Hole, Image> open(OpenModel model) {
            return new MiganInpainter(this, model);
        }
    }

    /** @throws io.sluice.onnx.ModelException if the session's tensors are others than those above */
    private MiganInpainter(Settings settings, OpenModel model) {
        this.model = model;
        this.session = model.session();
        this.side = settings.side();
        Contract contract = new Contract(model.kind(), session);
        contract.inputs(2);
        contract.input(IMAGE, ElementType.UINT8, 1, 3, side, side);
        contract.input(MASK, ElementType.UINT8, 1, 1, side, side);
        contract.output(RESULT, ElementType.UINT8, 1, TensorSpec.SYMBOLIC, side, side);
    }

    @Override
    public List<Image> infer(List<Hole> batch) {
        HoleTiles tiles = new HoleTiles(side);
        return batch.stream().map(hole -> tiles.fill(hole, this::window)).toList();
    }

    private Image window(Hole hole) {
        Tensor image = Tensor.bytes(1, 3, side, side);
        Colours.toPlanes(hole.image(), image.bytes());
        Tensor mask = Tensor.bytes(1, 1, side, side);
        for (int i = 0; i < side * side; i++) {
            mask.bytes().put(i, hole.mask().values()[i] == 0 ? KEPT : 0);
        }
        Contract contract = new Contract(model.kind(), session);
        return session.run(Map.of(IMAGE, image, MASK, mask), out -> {
            Tensor result = contract.answer(out, RESULT, 1, 3, side, side);
            return Colours.toImage(result.bytes(), side, side);
        });
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
