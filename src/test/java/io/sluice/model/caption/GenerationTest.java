package io.sluice.model.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.model.CaptionAnswer.End;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Against a search through all sentences of a small vocabulary. */
class GenerationTest {
    private static final int VOCABULARY = 4;
    private static final long STOP = 3;

    @Test
    void with_beams_for_all_sentences_the_best_of_all_is_found() {
        for (int seed = 0; seed < 300; seed++) {
            Writing writing = random(seed, 256);
            Language language = new Language(seed);
            Written best = language.best(writing, new long[] {0});

            Written found = write(writing, language, new long[] {0}).get(0);

            assertThat(found.tokens()).as("seed %d, %s", seed, writing).containsExactly(best.tokens());
            assertThat(found.score()).as("seed %d", seed).isCloseTo(best.score(), within(1e-9));
            assertThat(found.end()).as("seed %d", seed).isEqualTo(best.end());
        }
    }

    @Test
    void few_beams_find_a_sentence_that_is_allowed_and_not_better_than_the_best() {
        int best = 0;
        for (int seed = 0; seed < 300; seed++) {
            Writing writing = random(seed, 3);
            Language language = new Language(seed);
            List<Written> all = language.all(writing, new long[] {0});

            Written found = write(writing, language, new long[] {0}).get(0);

            Written same = all.stream()
                    .filter(sentence ->
                            Arrays.equals(sentence.tokens(), found.tokens()) && sentence.end() == found.end())
                    .findFirst()
                    .orElseThrow();
            assertThat(found.score()).as("seed %d", seed).isCloseTo(same.score(), within(1e-9));
            double highest = all.stream().mapToDouble(Written::score).max().orElseThrow();
            best += found.score() > highest - 1e-9 ? 1 : 0;
        }
        assertThat(best).as("sentences of 300 that are the best of all").isGreaterThan(240);
    }

    @Test
    void one_beam_takes_the_likeliest_token_each_time() {
        for (int seed = 0; seed < 300; seed++) {
            Writing writing = random(seed, 1);
            Language language = new Language(seed);
            List<Long> tokens = new ArrayList<>(List.of(0L));
            End end = End.LENGTH;
            while (tokens.size() <= writing.maxTokens()) {
                double[] likely = language.likely(0, array(tokens), 1, writing);
                int token = 0;
                for (int i = 1; i < VOCABULARY; i++) {
                    token = likely[i] > likely[token] ? i : token;
                }
                if (likely[token] == Double.NEGATIVE_INFINITY || token == STOP) {
                    end = End.STOP;
                    break;
                }
                tokens.add((long) token);
            }

            Written found = write(writing, language, new long[] {0}).get(0);

            assertThat(found.tokens()).as("seed %d", seed).containsExactly(array(tokens.subList(1, tokens.size())));
            assertThat(found.end()).as("seed %d", seed).isEqualTo(end);
        }
    }

    @Test
    void items_of_one_batch_are_written_as_if_they_were_alone() {
        for (int seed = 0; seed < 50; seed++) {
            for (int beams : new int[] {1, 3}) {
                Writing writing = random(seed, beams);
                Language language = new Language(seed);
                long[][] prompts = {{0}, {1, 2}, {0}, {2}, {1, 0}};
                List<Written> together = write(writing, language, prompts);

                for (int item = 0; item < prompts.length; item++) {
                    int only = item;
                    Written alone = Generation.write(
                                    writing,
                                    List.of(prompts[item]),
                                    items -> language.decoder(List.of(only)),
                                    () -> false)
                            .get(0);
                    assertThat(together.get(item).tokens()).containsExactly(alone.tokens());
                    assertThat(together.get(item).end()).isEqualTo(alone.end());
                }
            }
        }
    }

    @Test
    void a_sentence_that_does_not_end_is_stopped_by_time_and_by_tokens() {
        Writing endless = new Writing(2, 0, 50, 0, 1, Set.of(STOP), List.of());
        Decoder never = rows -> rows.stream()
                .map(row -> new float[] {1, 0.5f, 0, Float.NEGATIVE_INFINITY})
                .toArray(float[][]::new);
        AtomicInteger steps = new AtomicInteger();

        Written late = Generation.write(
                        endless, List.of(new long[] {0}), items -> never, () -> steps.incrementAndGet() > 7)
                .get(0);
        Written full = Generation.write(endless, List.of(new long[] {0}), items -> never, () -> false)
                .get(0);

        assertThat(late.end()).isEqualTo(End.TIME);
        assertThat(late.tokens()).hasSize(7);
        assertThat(full.end()).isEqualTo(End.LENGTH);
        assertThat(full.tokens()).hasSize(50);
    }

    private static List<Written> write(Writing writing, Language language, long[]... prompts) {
        return Generation.write(writing, List.of(prompts), language::decoder, () -> false);
    }

    private static Writing random(int seed, int beams) {
        Random random = new Random(seed * 31L);
        return new Writing(
                beams,
                random.nextInt(3),
                3 + random.nextInt(2),
                random.nextInt(3) + random.nextInt(2),
                random.nextDouble() * 2.5 - 0.5,
                Set.of(STOP),
                random.nextInt(3) == 0 ? List.of((long) random.nextInt(3)) : List.of());
    }

    private static long[] array(List<Long> tokens) {
        return tokens.stream().mapToLong(Long::longValue).toArray();
    }

    /** A language in which what comes next depends on the item and on all tokens before, and on nothing else. */
    private record Language(int seed) {

        float[] logits(int item, long[] tokens) {
            Random random = new Random(31L * (31L * seed + item) + Arrays.hashCode(tokens));
            float[] logits = new float[VOCABULARY];
            for (int token = 0; token < VOCABULARY; token++) {
                logits[token] = (float) (3 * random.nextGaussian());
            }
            return logits;
        }

        /** Checks what the engine says of parents, as a decoder with a cache relies on it. */
        Decoder decoder(List<Integer> items) {
            List<Decoder.Row> before = new ArrayList<>();
            return rows -> {
                for (Decoder.Row row : rows) {
                    if (before.isEmpty()) {
                        assertThat(row.parent()).isEqualTo(-1);
                    } else {
                        Decoder.Row parent = before.get(row.parent());
                        assertThat(parent.item()).isEqualTo(row.item());
                        assertThat(parent.tokens())
                                .containsExactly(Arrays.copyOf(row.tokens(), row.tokens().length - 1));
                    }
                }
                before.clear();
                before.addAll(rows);
                return rows.stream()
                        .map(row -> logits(items.get(row.item()), row.tokens()))
                        .toArray(float[][]::new);
            };
        }

        /** Logarithms of probabilities; minus infinity for what the rules forbid. */
        double[] likely(int item, long[] tokens, int promptLength, Writing writing) {
            float[] logits = logits(item, tokens);
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit);
            }
            int written = tokens.length - promptLength;
            double[] likely = new double[VOCABULARY];
            for (int token = 0; token < VOCABULARY; token++) {
                boolean allowed;
                if (written < writing.forced().size()) {
                    allowed = writing.forced().get(written) == token;
                } else {
                    allowed = (token != STOP || written >= writing.minTokens())
                            && !repeats(tokens, token, writing.noRepeat());
                }
                likely[token] = allowed ? Math.log(Math.exp(logits[token]) / sum) : Double.NEGATIVE_INFINITY;
            }
            return likely;
        }

        private static boolean repeats(long[] tokens, int next, int size) {
            if (size == 0) {
                return false;
            }
            List<Long> all = new ArrayList<>(LongStream.of(tokens).boxed().toList());
            all.add((long) next);
            if (all.size() <= size) {
                return false;
            }
            List<Long> tail = all.subList(all.size() - size, all.size());
            for (int i = 0; i + size < all.size(); i++) {
                if (all.subList(i, i + size).equals(tail)) {
                    return true;
                }
            }
            return false;
        }

        List<Written> all(Writing writing, long[] prompt) {
            List<Written> all = new ArrayList<>();
            collect(writing, prompt, prompt.length, 0, all);
            return all;
        }

        Written best(Writing writing, long[] prompt) {
            Written best = null;
            for (Written sentence : all(writing, prompt)) {
                if (best == null || sentence.score() > best.score()) {
                    best = sentence;
                }
            }
            assertThat(best).isNotNull();
            return best;
        }

        private void collect(Writing writing, long[] tokens, int promptLength, double sum, List<Written> all) {
            int written = tokens.length - promptLength;
            long[] said = Arrays.copyOfRange(tokens, promptLength, tokens.length);
            if (written == writing.maxTokens()) {
                all.add(new Written(said, sum / Math.pow(written, writing.lengthPenalty()), End.LENGTH));
                return;
            }
            double[] likely = likely(0, tokens, promptLength, writing);
            for (int token = 0; token < VOCABULARY; token++) {
                if (likely[token] == Double.NEGATIVE_INFINITY) {
                    continue;
                }
                if (token == STOP) {
                    double score = (sum + likely[token]) / Math.pow(written + 1, writing.lengthPenalty());
                    all.add(new Written(said, score, End.STOP));
                } else {
                    long[] longer = Arrays.copyOf(tokens, tokens.length + 1);
                    longer[tokens.length] = token;
                    collect(writing, longer, promptLength, sum + likely[token], all);
                }
            }
        }
    }
}
