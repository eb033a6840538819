package io.sluice.model.embed;

import io.sluice.frame.Embedding;
import io.sluice.image.CentreCrop;
import io.sluice.image.Image;
import io.sluice.model.Contract;
import io.sluice.model.EmbeddingSpace;
import io.sluice.model.ManifestSection;
import io.sluice.model.Model;
import io.sluice.model.ModelKind;
import io.sluice.model.ModelSettings;
import io.sluice.model.OpenModel;
import io.sluice.model.PictureFormat;
import io.sluice.model.PictureInput;
import io.sluice.model.Resize;
import io.sluice.model.Role;
import io.sluice.onnx.ModelSession;
import java.util.List;
import java.util.Optional;

/**
 * The half of CLIP that sees. Input float32 [n,3,side,side]: the middle of the picture, scaled as {@link CentreCrop} does; output
 * float32 [n,size], of any length. Of several outputs the one named {@code image_embeds} is read.
 */
public final class ClipImageEncoder implements Model<Image, Embedding> {
    /** CLIP, and whatever is trained in its way. */
    public static final ModelKind<Image, Embedding> KIND = ModelKind.of("clip-image", Role.IMAGE_EMBED, Settings::read);

    private static final String OUTPUT = "image_embeds";

    private final OpenModel model;
    private final Settings settings;
    private final Contract contract;
    private final PictureInput input;
    private final String output;

    record Settings(PictureFormat input, EmbeddingSpace output) implements ModelSettings<Image, Embedding> {

        static Settings read(ManifestSection manifest) {
            PictureFormat input = PictureFormat.read(manifest, Resize.CENTRE_CROP);
            ManifestSection section = manifest.section("output");
            Settings settings = new Settings(input, EmbeddingSpace.read(section));
            section.close();
            return settings;
        }

        @Override
        public Optional<EmbeddingSpace> space() {
            return Optional.of(output);
        }

        @Override
        public Model<Image, Embedding> open(OpenModel model) {
            return new ClipImageEncoder(this, model);
        }
    }

    /** @throws io.sluice.onnx.ModelException if the session's tensors are others than those above */
    private ClipImageEncoder(Settings settings, OpenModel model) {
        this.model = model;
        this.settings = settings;
        ModelSession session = model.session();
        this.contract = new Contract(model.kind(), session);
        int side = settings.input().width();
        this.input = new PictureInput(session, contract.input(1, 3, side, side), settings.input());
        this.output = Embeddings.output(contract, session, OUTPUT, settings.output());
    }

    @Override
    public List<Embedding> infer(List<Image> batch) {
        int side = settings.input().width();
        return input.run(
                batch.stream().map(image -> CentreCrop.of(image, side)).toList(),
                (image, letterbox, out) -> Embeddings.of(model, contract, out, output, settings.output(), "picture"));
    }

    @Override
    public int batch() {
        return input.batch();
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
