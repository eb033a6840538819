package io.sluice.model.embed;

import io.sluice.frame.Embedding;
import io.sluice.model.Contract;
import io.sluice.model.EmbeddingSpace;
import io.sluice.model.ManifestSection;
import io.sluice.model.Model;
import io.sluice.model.ModelFile;
import io.sluice.model.ModelKind;
import io.sluice.model.ModelSettings;
import io.sluice.model.OpenModel;
import io.sluice.model.Role;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * Aesthetic predictors over an embedding, as LAION has them: v1, which is linear, and the "improved" one, whose layers have no
 * activations between them. Either a network, float32 [n,size] to float32 [n,1], or the weights as they are published, a
 * {@code .pth} that {@link SavedWeights} reads. The score is 0 to 10 by intent; pictures that nobody would rate fall outside.
 */
public final class LaionHead implements Model<Embedding, Double> {
    /** LAION's heads, and whatever has their tensors. */
    public static final ModelKind<Embedding, Double> KIND = ModelKind.of("laion-head", Role.AESTHETIC, Settings::read);

    private static final String SAVED = ".pth";

    private final OpenModel model;
    private final Settings settings;
    private final ToDoubleFunction<Embedding> score;

    /**
     * @param low least score, to which lower ones are raised; empty where the answer stands as it is
     * @param high largest score
     */
    record Settings(EmbeddingSpace input, OptionalDouble low, OptionalDouble high)
            implements ModelSettings<Embedding, Double> {

        static Settings read(ManifestSection manifest) {
            ManifestSection input = manifest.section("input");
            EmbeddingSpace space = EmbeddingSpace.read(input);
            input.close();
            ManifestSection output = manifest.section("output");
            Settings settings = new Settings(space, limit(output, "low"), limit(output, "high"));
            if (settings.low().orElse(0) >= settings.high().orElse(10)) {
                throw output.wrong("high", "more than low");
            }
            output.close();
            return settings;
        }

        private static OptionalDouble limit(ManifestSection output, String key) {
            return output.has(key) ? OptionalDouble.of(output.number(key, 0, 0, 10, false)) : OptionalDouble.empty();
        }

        @Override
        public Optional<EmbeddingSpace> space() {
            return Optional.of(input);
        }

        @Override
        public Embedding sample(Embedding usual) {
            float[] vector = new float[input.size()];
            vector[0] = 1;
            return Embedding.of(vector);
        }

        @Override
        public Model<Embedding, Double> open(OpenModel model) {
            return new LaionHead(this, model);
        }
    }

    /** @throws ModelException if tensors or weights are others than those above */
    private LaionHead(Settings settings, OpenModel model) {
        this.model = model;
        this.settings = settings;
        Path file = model.file(ModelFile.MODEL);
        this.score = file.toString().endsWith(SAVED)
                ? SavedWeights.read(file, settings.input().size())
                : network(model, settings.input().size());
    }

    private static ToDoubleFunction<Embedding> network(OpenModel model, int size) {
        ModelSession session = model.session();
        Contract contract = new Contract(model.kind(), session);
        String input = contract.input(1, size);
        String output = contract.output(1, 1);
        return embedding -> {
            Tensor tensor = Tensor.floats(1, size);
            for (int i = 0; i < size; i++) {
                tensor.floats().put(i, embedding.value(i));
            }
            return session.run(Map.of(input, tensor), out ->
                    (double) contract.answer(out, output, 1, 1).floats().get(0));
        };
    }

    /** @throws ModelException if an embedding has another size, or the score is not finite */
    @Override
    public List<Double> infer(List<Embedding> batch) {
        return batch.stream().map(this::score).toList();
    }

    private double score(Embedding embedding) {
        if (embedding.size() != settings.input().size()) {
            throw new ModelException("model '" + model.id() + "' reads embeddings of "
                    + settings.input().size() + " numbers, and was given one of " + embedding.size());
        }
        double answer = score.applyAsDouble(embedding);
        if (!Double.isFinite(answer)) {
            throw new ModelException("model '" + model.id() + "' gave the score " + answer + ": a number is required");
        }
        double raised = Math.max(answer, settings.low().orElse(Double.NEGATIVE_INFINITY));
        return Math.min(raised, settings.high().orElse(Double.POSITIVE_INFINITY));
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
