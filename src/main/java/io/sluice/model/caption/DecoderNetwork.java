package io.sluice.model.caption;

import io.sluice.onnx.ElementType;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.Tensor;
import io.sluice.onnx.TensorSpec;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A network that continues text about what an encoder has seen, as the exports of the transformers library have it. Inputs, by
 * name:
 *
 * <ul>
 *   <li>{@code input_ids} int64 [rows,length], or {@code inputs_embeds} float32 [rows,length,size]
 *   <li>{@code encoder_hidden_states} float32 [rows,places,size]
 *   <li>where it has them, {@code attention_mask} int64 [rows,length so far] and {@code encoder_attention_mask} int64
 *       [rows,places], all ones
 *   <li>with a cache, {@code past_key_values.*} float32 [rows,heads,length so far,size], of those with {@code .encoder.} in their
 *       names the length is places; and in a merged export {@code use_cache_branch} bool [1]
 * </ul>
 *
 * Outputs: {@code logits} float32 [rows,length,vocabulary] and for each {@code past_key_values.*} a {@code present.*}. Without a
 * cache the whole prefix goes in at each step; with one, the prompt and then a token at a time, and what the encoder's part of the
 * cache holds is taken from the first step alone: later steps of a merged export give nothing there. Thread-safe.
 */
final class DecoderNetwork {
    private static final String IDS = "input_ids";
    private static final String EMBEDS = "inputs_embeds";
    private static final String STATES = "encoder_hidden_states";
    private static final String MASK = "attention_mask";
    private static final String STATES_MASK = "encoder_attention_mask";
    private static final String BRANCH = "use_cache_branch";
    private static final String PAST = "past_key_values.";
    private static final String PRESENT = "present.";
    private static final String OF_ENCODER = ".encoder.";
    private static final String LOGITS = "logits";
    private static final long ANY = TensorSpec.SYMBOLIC;

    private final String kind;
    private final ModelSession session;
    private final Map<String, TensorSpec> inputs = new HashMap<>();
    private final Optional<Function<Tensor, Tensor>> embedding;
    private final List<TensorSpec> pasts;
    private final boolean rowByRow;

    /**
     * @param embedding makes {@code inputs_embeds} of {@code input_ids}, for networks that take those
     * @throws ModelException if the session's tensors are others than those above
     */
    DecoderNetwork(String kind, ModelSession session, Optional<Function<Tensor, Tensor>> embedding) {
        this.kind = kind;
        this.session = session;
        this.embedding = embedding;
        session.inputs().forEach(input -> inputs.put(input.name(), input));
        this.pasts = session.inputs().stream()
                .filter(input -> input.name().startsWith(PAST))
                .toList();
        TensorSpec text = embedding.isPresent()
                ? check(session.inputs(), EMBEDS, ElementType.FLOAT32, ANY, ANY, ANY)
                : check(session.inputs(), IDS, ElementType.INT64, ANY, ANY);
        check(session.inputs(), STATES, ElementType.FLOAT32, ANY, ANY, ANY);
        check(session.outputs(), LOGITS, ElementType.FLOAT32, ANY, ANY, ANY);
        for (TensorSpec past : pasts) {
            if (past.type() != ElementType.FLOAT32
                    || past.shape().size() != 4
                    || past.shape().get(1) == ANY
                    || past.shape().get(3) == ANY) {
                throw refused(
                        "input " + past + " was found; expected: float32 [?,heads,?,size] with fixed heads and size");
            }
            check(session.outputs(), present(past), ElementType.FLOAT32, ANY, ANY, ANY, ANY);
        }
        for (TensorSpec input : session.inputs()) {
            boolean known = input.name().equals(text.name())
                    || List.of(STATES, MASK, STATES_MASK, BRANCH).contains(input.name())
                    || input.name().startsWith(PAST);
            if (!known) {
                throw refused("input " + input + " is not known; expected: " + text.name() + ", " + STATES
                        + ", and where there are " + MASK + ", " + STATES_MASK + ", " + BRANCH + " and " + PAST + "*");
            }
        }
        this.rowByRow = text.shape().get(0) == 1;
    }

    /** @param states for each item what the encoder made of it, float32 [1,places,size] */
    Decoder begin(List<Tensor> states) {
        return new Run(states);
    }

    /** One row of a tensor whose first dimension counts rows. */
    private record Slice(Tensor tensor, int row) {}

    private final class Run implements Decoder {
        private final List<Slice> states;
        /** For each row of the call before, what its network gave, and where in it the row is. */
        private List<Map<String, Slice>> before = List.of();
        /** For each item the encoder's part of the cache, from the first call. */
        private final List<Map<String, Slice>> ofEncoder = new ArrayList<>();
        /** What stays the same while the rows are about the same items. */
        private Map<String, Tensor> constant = Map.of();

        private List<Integer> constantFor = List.of();

        Run(List<Tensor> states) {
            this.states = states.stream().map(tensor -> new Slice(tensor, 0)).toList();
        }

        @Override
        public float[][] next(List<Row> rows) {
            List<Map<String, Slice>> now = new ArrayList<>();
            float[][] logits = new float[rows.size()][];
            int together = rowByRow ? 1 : rows.size();
            for (int from = 0; from < rows.size(); from += together) {
                List<Row> part = rows.subList(from, from + together);
                Map<String, Tensor> out = session.run(inputs(part), all -> all);
                Tensor answer = Objects.requireNonNull(out.get(LOGITS), LOGITS);
                for (int row = 0; row < part.size(); row++) {
                    logits[from + row] = last(answer, row, part.size());
                    Map<String, Slice> presents = new HashMap<>();
                    for (TensorSpec past : pasts) {
                        presents.put(
                                past.name(),
                                new Slice(Objects.requireNonNull(out.get(present(past)), past.name()), row));
                    }
                    now.add(presents);
                    if (part.get(row).parent() < 0) {
                        ofEncoder.add(presents);
                    }
                }
            }
            before = now;
            return logits;
        }

        private Map<String, Tensor> inputs(List<Row> rows) {
            boolean first = rows.get(0).parent() < 0;
            int length = rows.get(0).tokens().length;
            int from = first || pasts.isEmpty() ? 0 : length - 1;
            Map<String, Tensor> in = new HashMap<>(constant(rows, first));
            Tensor ids = Tensor.longs(rows.size(), length - from);
            for (int row = 0; row < rows.size(); row++) {
                ids.longs().put(row * (length - from), rows.get(row).tokens(), from, length - from);
            }
            in.put(
                    embedding.isPresent() ? EMBEDS : IDS,
                    embedding.map(of -> of.apply(ids)).orElse(ids));
            if (inputs.containsKey(MASK)) {
                in.put(MASK, ones(rows.size(), length));
            }
            if (inputs.containsKey(BRANCH)) {
                in.put(BRANCH, Tensor.flag(!first));
            }
            for (TensorSpec past : pasts) {
                if (first) {
                    in.put(
                            past.name(),
                            Tensor.floats(
                                    rows.size(),
                                    past.shape().get(1),
                                    0,
                                    past.shape().get(3)));
                } else if (!past.name().contains(OF_ENCODER)) {
                    in.put(past.name(), gather(rows, row -> slice(before.get(row.parent()), past)));
                }
            }
            return in;
        }

        private Map<String, Tensor> constant(List<Row> rows, boolean first) {
            List<Integer> items = rows.stream().map(Row::item).toList();
            if (!items.equals(constantFor) || first) {
                constant = new HashMap<>();
                constant.put(STATES, gather(rows, row -> states.get(row.item())));
                if (inputs.containsKey(STATES_MASK)) {
                    constant.put(STATES_MASK, ones(rows.size(), (int)
                            states.get(0).tensor().shape()[1]));
                }
                if (!first) {
                    for (TensorSpec past : pasts) {
                        if (past.name().contains(OF_ENCODER)) {
                            constant.put(past.name(), gather(rows, row -> slice(ofEncoder.get(row.item()), past)));
                        }
                    }
                    constantFor = items;
                }
            }
            return constant;
        }

        private Slice slice(Map<String, Slice> presents, TensorSpec past) {
            Slice slice = presents.get(past.name());
            if (slice == null) {
                throw new IllegalStateException("every past has a present: the constructor has seen to it");
            }
            return slice;
        }
    }

    private float[] last(Tensor answer, int row, int rows) {
        long[] shape = answer.shape();
        if (shape.length != 3 || shape[0] != rows || shape[1] < 1) {
            throw refused("output '" + LOGITS + "' came out as " + answer + " for " + rows + " rows");
        }
        int vocabulary = Math.toIntExact(shape[2]);
        float[] logits = new float[vocabulary];
        answer.floats().get(Math.toIntExact(((row + 1) * shape[1] - 1) * vocabulary), logits);
        return logits;
    }

    private static Tensor gather(List<Decoder.Row> rows, Function<Decoder.Row, Slice> from) {
        Slice one = from.apply(rows.get(0));
        long[] shape = one.tensor().shape();
        int size = Math.toIntExact(one.tensor().size() / shape[0]);
        shape[0] = rows.size();
        Tensor gathered = Tensor.floats(shape);
        FloatBuffer to = gathered.floats();
        for (int row = 0; row < rows.size(); row++) {
            Slice slice = from.apply(rows.get(row));
            to.put(row * size, slice.tensor().floats(), slice.row() * size, size);
        }
        return gathered;
    }

    static Tensor ones(int... shape) {
        Tensor ones = Tensor.longs(Arrays.stream(shape).asLongStream().toArray());
        LongBuffer values = ones.longs();
        for (int i = 0; i < values.capacity(); i++) {
            values.put(i, 1);
        }
        return ones;
    }

    private static String present(TensorSpec past) {
        return PRESENT + past.name().substring(PAST.length());
    }

    private TensorSpec check(List<TensorSpec> declared, String name, ElementType type, long... shape) {
        return declared.stream()
                .filter(tensor -> tensor.name().equals(name) && tensor.accepts(type, shape))
                .findFirst()
                .orElseThrow(() ->
                        refused("expected '" + name + "' " + TensorSpec.describe(type, shape) + ", found " + declared));
    }

    private ModelException refused(String why) {
        return new ModelException("model '" + session.file() + "' is not of kind " + kind + ": " + why);
    }
}
