package io.sluice.model.embed;

import io.sluice.frame.Embedding;
import io.sluice.model.Contract;
import io.sluice.model.EmbeddingSpace;
import io.sluice.model.ManifestSection;
import io.sluice.model.Model;
import io.sluice.model.ModelKind;
import io.sluice.model.ModelSettings;
import io.sluice.model.OpenModel;
import io.sluice.model.Role;
import io.sluice.model.token.Tokenizer;
import io.sluice.onnx.ElementType;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import io.sluice.onnx.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The half of CLIP that reads. Input {@code input_ids} int64 [n,length]; output float32 [n,size], of any length; of several outputs
 * the one named {@code text_embeds} is read. The network reads its answer off at the first of the highest ids, which is the token
 * that ends every text: a text that is too long loses words before it, never the token itself. Where the network's length is
 * fixed, the end token fills it up; what comes after the first end is not seen.
 */
public final class ClipTextEncoder implements Model<String, Embedding> {
    private static final String NETWORK = "textModel";
    private static final String TOKENIZER = "tokenizer";
    private static final String INPUT = "input_ids";
    private static final String OUTPUT = "text_embeds";

    /** CLIP's own. */
    private static final int CONTEXT = 77;

    /** CLIP, and whatever is trained in its way. */
    public static final ModelKind<String, Embedding> KIND =
            new ModelKind<>("clip-text", Role.TEXT_EMBED, List.of(NETWORK, TOKENIZER), Settings::read);

    private final OpenModel model;
    private final Settings settings;
    private final ModelSession session;
    private final Contract contract;
    private final Tokenizer tokenizer;
    private final String output;
    private final long length;

    /** @param context tokens of a text at most, those around it included */
    record Settings(int context, EmbeddingSpace output) implements ModelSettings<String, Embedding> {

        static Settings read(ManifestSection manifest) {
            ManifestSection input = manifest.section("input");
            int context = (int) input.number("context", CONTEXT, 3, 4096, true);
            input.close();
            ManifestSection output = manifest.section("output");
            Settings settings = new Settings(context, EmbeddingSpace.read(output));
            output.close();
            return settings;
        }

        @Override
        public Optional<EmbeddingSpace> space() {
            return Optional.of(output);
        }

        @Override
        public Model<String, Embedding> open(OpenModel model) {
            return new ClipTextEncoder(this, model);
        }
    }

    /** @throws io.sluice.onnx.ModelException if the session's tensors are others than those above, or the tokenizer is none */
    private ClipTextEncoder(Settings settings, OpenModel model) {
        this.model = model;
        this.settings = settings;
        this.session = model.session(NETWORK);
        this.contract = new Contract(model.kind(), session);
        contract.inputs(1);
        TensorSpec ids = contract.input(INPUT, ElementType.INT64, 1, TensorSpec.SYMBOLIC);
        this.length = ids.shape().get(1);
        this.output = Embeddings.output(contract, session, OUTPUT, settings.output());
        this.tokenizer = Tokenizer.json(model.file(TOKENIZER));
    }

    @Override
    public List<Embedding> infer(List<String> batch) {
        return batch.stream().map(this::embed).toList();
    }

    private Embedding embed(String text) {
        int most = length == TensorSpec.SYMBOLIC ? settings.context() : (int) Math.min(length, settings.context());
        long[] tokens = tokenizer.ids(text, most);
        int places = length == TensorSpec.SYMBOLIC ? tokens.length : Math.toIntExact(length);
        Tensor ids = Tensor.longs(1, places);
        for (int i = 0; i < places; i++) {
            ids.longs().put(i, tokens[Math.min(i, tokens.length - 1)]);
        }
        return session.run(
                Map.of(INPUT, ids), out -> Embeddings.of(model, contract, out, output, settings.output(), "text"));
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
