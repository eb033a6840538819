package io.sluice.model.caption;

import io.sluice.model.CaptionAnswer.End;
import io.sluice.model.caption.Decoder.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Writes sentences token by token, for several items at once: greedy with one beam, else beam search as the transformers library
 * has it, so that models give the sentences that their makers saw. Of equal candidates the earlier beam and the lower token win.
 * Pure apart from the decoder and the clock.
 */
final class Generation {
    /** Candidates looked at for each beam: half of them may be stop tokens. */
    private static final int CANDIDATES = 2;

    private final Writing writing;
    private final Decoder decoder;
    private final BooleanSupplier late;

    private Generation(Writing writing, Decoder decoder, BooleanSupplier late) {
        this.writing = writing;
        this.decoder = decoder;
        this.late = late;
    }

    /**
     * @param prompts for each item what comes before the first written token, at least one token
     * @param decoders a decoder for the items with these numbers; items with prompts of one length are written together, and a
     *     row's {@link Row#item} counts among them
     * @param late asked before each step: whether time is up. What is there by then is given, with {@link End#TIME}.
     * @return for each item what was written
     */
    static List<Written> write(
            Writing writing, List<long[]> prompts, Function<List<Integer>, Decoder> decoders, BooleanSupplier late) {
        Map<Integer, List<Integer>> byLength = new TreeMap<>();
        for (int item = 0; item < prompts.size(); item++) {
            if (prompts.get(item).length == 0) {
                throw new IllegalArgumentException("a prompt without a token: nothing can come next");
            }
            byLength.computeIfAbsent(prompts.get(item).length, length -> new ArrayList<>())
                    .add(item);
        }
        Written[] written = new Written[prompts.size()];
        for (List<Integer> items : byLength.values()) {
            List<Written> group = new Generation(writing, decoders.apply(items), late)
                    .write(items.stream().map(prompts::get).toList());
            for (int i = 0; i < group.size(); i++) {
                written[items.get(i)] = group.get(i);
            }
        }
        return List.of(written);
    }

    /** A sentence that is being written. */
    private record Beam(int parent, long[] tokens, double sum) {}

    private record Candidate(int beam, int token, double sum) {}

    /** The state of one item. */
    private static final class Item {
        private List<Beam> beams;
        private final List<Written> finished = new ArrayList<>();
        private boolean done;

        Item(long[] prompt) {
            this.beams = List.of(new Beam(-1, prompt, 0));
        }
    }

    private List<Written> write(List<long[]> prompts) {
        int promptLength = prompts.get(0).length;
        List<Item> items = prompts.stream().map(Item::new).toList();
        End open = End.LENGTH;
        for (int step = 0; step < writing.maxTokens() && items.stream().anyMatch(item -> !item.done); step++) {
            if (late.getAsBoolean()) {
                open = End.TIME;
                break;
            }
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < items.size(); i++) {
                for (Beam beam : items.get(i).beams) {
                    rows.add(new Row(i, beam.parent, beam.tokens));
                }
            }
            float[][] logits = decoder.next(rows);
            int row = 0;
            for (Item item : items) {
                int beams = item.beams.size();
                advance(item, Arrays.copyOfRange(logits, row, row + beams), row, step, promptLength);
                row += beams;
            }
        }
        End unfinished = open;
        return items.stream().map(item -> best(item, promptLength, unfinished)).toList();
    }

    private void advance(Item item, float[][] logits, int firstRow, int step, int promptLength) {
        if (item.done) {
            // Its rows stay, so that the shape of the others' computation does not change.
            item.beams = extend(
                    item.beams,
                    IntStream.range(0, item.beams.size())
                            .mapToObj(beam -> new Candidate(beam, 0, 0))
                            .toList(),
                    firstRow);
            return;
        }
        if (writing.beams() == 1) {
            greedy(item, logits[0], firstRow, step, promptLength);
        } else {
            search(item, logits, firstRow, step, promptLength);
        }
    }

    private void greedy(Item item, float[] logits, int firstRow, int step, int promptLength) {
        Beam beam = item.beams.get(0);
        Set<Integer> banned = banned(beam.tokens, step);
        int token = -1;
        for (int i = 0; i < logits.length; i++) {
            if (isAllowed(i, step, banned) && (token < 0 || logits[i] > logits[token])) {
                token = i;
            }
        }
        if (token < 0) {
            // Rules leave nothing to say.
            finish(item, beam, promptLength, step, End.STOP);
            item.done = true;
        } else if (writing.stops().contains((long) token)) {
            finish(item, beam, promptLength, step + 1, End.STOP);
            item.done = true;
        }
        item.beams = extend(item.beams, List.of(new Candidate(0, Math.max(token, 0), 0)), firstRow);
    }

    private void search(Item item, float[][] logits, int firstRow, int step, int promptLength) {
        List<Candidate> candidates = new ArrayList<>();
        for (int beam = 0; beam < item.beams.size(); beam++) {
            candidates.addAll(candidates(beam, item.beams.get(beam), logits[beam], step));
        }
        candidates.sort(Comparator.comparingDouble(Candidate::sum)
                .reversed()
                .thenComparingInt(Candidate::beam)
                .thenComparingInt(Candidate::token));
        List<Candidate> going = new ArrayList<>();
        int best = Math.min(candidates.size(), CANDIDATES * writing.beams());
        for (int rank = 0; rank < best && going.size() < writing.beams(); rank++) {
            Candidate candidate = candidates.get(rank);
            if (!writing.stops().contains((long) candidate.token)) {
                going.add(candidate);
            } else if (rank < writing.beams()) {
                Beam ended = item.beams.get(candidate.beam);
                finish(item, new Beam(-1, ended.tokens, candidate.sum), promptLength, step + 1, End.STOP);
            }
        }
        if (going.isEmpty()) {
            if (item.finished.isEmpty()) {
                finish(item, item.beams.get(0), promptLength, step, End.STOP);
            }
            item.done = true;
            item.beams = extend(item.beams, List.of(new Candidate(0, 0, 0)), firstRow);
            return;
        }
        // The best that goes on, if it ended here, against the worst that is kept.
        item.done =
                item.finished.size() >= writing.beams() && penalised(candidates.get(0).sum, step + 1) <= worst(item);
        List<Candidate> filled = new ArrayList<>(going);
        // Always as many rows: what a network computes for one may depend on how many there are.
        while (filled.size() < writing.beams() && item.beams.size() == writing.beams()) {
            filled.add(new Candidate(going.get(0).beam, going.get(0).token, Double.NEGATIVE_INFINITY));
        }
        item.beams = extend(item.beams, filled, firstRow);
    }

    /** The likeliest continuations of one beam, with the sums they come to. */
    private List<Candidate> candidates(int number, Beam beam, float[] logits, int step) {
        if (beam.sum == Double.NEGATIVE_INFINITY) {
            return List.of();
        }
        double normaliser = logSumExp(logits);
        Set<Integer> banned = banned(beam.tokens, step);
        int wanted = CANDIDATES * writing.beams();
        Comparator<Candidate> better =
                Comparator.comparingDouble(Candidate::sum).reversed().thenComparingInt(Candidate::token);
        List<Candidate> best = new ArrayList<>();
        double least = Double.NEGATIVE_INFINITY;
        for (int token = 0; token < logits.length; token++) {
            double sum = beam.sum + logits[token] - normaliser;
            if (sum > least && sum > Double.NEGATIVE_INFINITY && isAllowed(token, step, banned)) {
                best.add(new Candidate(number, token, sum));
                if (best.size() >= 2 * wanted) {
                    best.sort(better);
                    best.subList(wanted, best.size()).clear();
                    least = best.get(wanted - 1).sum;
                }
            }
        }
        best.sort(better);
        return best.size() > wanted ? best.subList(0, wanted) : best;
    }

    private static List<Beam> extend(List<Beam> beams, List<Candidate> candidates, int firstRow) {
        List<Beam> extended = new ArrayList<>();
        for (Candidate candidate : candidates) {
            long[] before = beams.get(candidate.beam).tokens;
            long[] tokens = Arrays.copyOf(before, before.length + 1);
            tokens[before.length] = candidate.token;
            extended.add(new Beam(firstRow + candidate.beam, tokens, candidate.sum));
        }
        return extended;
    }

    /** Keeps the best, as many as there are beams. */
    private void finish(Item item, Beam beam, int promptLength, int length, End end) {
        long[] tokens = Arrays.copyOfRange(beam.tokens, promptLength, beam.tokens.length);
        double score = writing.beams() == 1 ? 0 : penalised(beam.sum, length);
        item.finished.add(new Written(tokens, score, end));
        item.finished.sort(Comparator.comparingDouble(Written::score).reversed());
        if (item.finished.size() > writing.beams()) {
            item.finished.remove(writing.beams());
        }
    }

    private Written best(Item item, int promptLength, End unfinished) {
        if (!item.done) {
            for (Beam beam : item.beams) {
                if (beam.sum > Double.NEGATIVE_INFINITY) {
                    finish(item, beam, promptLength, beam.tokens.length - promptLength, unfinished);
                }
            }
        }
        return item.finished.get(0);
    }

    private double penalised(double sum, int length) {
        return sum / Math.pow(Math.max(length, 1), writing.lengthPenalty());
    }

    private static double worst(Item item) {
        return item.finished.get(item.finished.size() - 1).score();
    }

    private boolean isAllowed(int token, int step, Set<Integer> banned) {
        if (step < writing.forced().size()) {
            return writing.forced().get(step) == token;
        }
        return !banned.contains(token)
                && (step >= writing.minTokens() || !writing.stops().contains((long) token));
    }

    /** Tokens that would complete a sequence which is there already. */
    private Set<Integer> banned(long[] tokens, int step) {
        int size = writing.noRepeat();
        Set<Integer> banned = new HashSet<>();
        if (size == 0 || step < writing.forced().size() || tokens.length < size) {
            return banned;
        }
        int tail = tokens.length - size + 1;
        for (int start = 0; start + size <= tokens.length; start++) {
            if (Arrays.equals(tokens, start, start + size - 1, tokens, tail, tokens.length)) {
                banned.add((int) tokens[start + size - 1]);
            }
        }
        return banned;
    }

    private static double logSumExp(float[] logits) {
        float max = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp((double) logit - max);
        }
        return max + Math.log(sum);
    }
}
