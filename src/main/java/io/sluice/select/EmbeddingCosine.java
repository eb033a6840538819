package io.sluice.select;

import io.sluice.frame.Annotation;
import io.sluice.frame.Embedding;
import io.sluice.frame.Frame;
import io.sluice.recipe.Recipe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Similarity as the cosine of embeddings, rounded to 1e-4: alike is what shows the same, although framed or lit otherwise.
 *
 * <p>Ten thousand frames are fifty million pairs of 512 numbers each. Frames that stay lie in blocks, number by number, so that one
 * number of a candidate meets those of a whole block in one loop over floats; a block is left as soon as what is missing of the
 * sums could not reach the threshold any more (the rest of two vectors multiplies to no more than their lengths). The numbers that
 * differ most from zero come first, so that little is missing soon. What is left over is multiplied exactly, in the order in
 * which the numbers came: blocks decide what is looked at, never what is found.
 */
public final class EmbeddingCosine implements Similarity {
    /**
     * What is commonly taken for near-duplicates among embeddings of photographs. Frames of one shot lie above it while nothing
     * moves.
     */
    private static final double THRESHOLD = 0.96;

    /** Frames of a block: its sums stay in the first cache. */
    private static final int BLOCK = 256;

    /** Candidates that meet a block while it is in the cache. */
    private static final int GROUP = 128;

    /** Numbers between two looks at what is missing. */
    private static final int STRETCH = 32;

    /** Sums of float32 differ from exact ones by less. */
    private static final double SLACK = 1e-3;

    private final Function<Frame, Optional<Embedding>> embeddings;

    /** @param embeddings finds the embedding that is kept with a frame */
    public EmbeddingCosine(Function<Frame, Optional<Embedding>> embeddings) {
        this.embeddings = embeddings;
    }

    @Override
    public String reason() {
        return "same-content";
    }

    @Override
    public double threshold(Recipe.Select select) {
        return select.cosine().orElse(THRESHOLD);
    }

    @Override
    public Staying of(List<Frame> frames, double threshold) {
        List<Optional<Embedding>> found = frames.stream().map(embeddings).toList();
        int size = found.stream()
                .flatMap(Optional::stream)
                .mapToInt(Embedding::size)
                .findFirst()
                .orElse(0);
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i).isPresent() && found.get(i).get().size() != size) {
                throw new IllegalArgumentException("frame " + frames.get(i).id() + ": embedding of "
                        + found.get(i).get().size() + " numbers is not allowed; allowed: " + size
                        + ", as the other frames have");
            }
        }
        return new Vectors(found, size, threshold);
    }

    /** A block of frames that stay. */
    private static final class Block {
        /** For each number of the vectors that of each frame. */
        final float[][] numbers;

        final int[] frames = new int[BLOCK];
        /** For the end of each stretch the largest length of what comes behind it. */
        final float[] rests;

        int count;

        Block(int size) {
            numbers = new float[size][BLOCK];
            rests = new float[stretches(size)];
        }

        void add(int frame, float[] vector, float[] itsRests) {
            for (int d = 0; d < vector.length; d++) {
                numbers[d][count] = vector[d];
            }
            for (int s = 0; s < rests.length; s++) {
                rests[s] = Math.max(rests[s], itsRests[s]);
            }
            frames[count++] = frame;
        }
    }

    private static int stretches(int size) {
        return (size + STRETCH - 1) / STRETCH;
    }

    private static final class Vectors implements Staying {
        private final List<Optional<Embedding>> embeddings;
        private final int size;
        private final double threshold;
        /** With the largest numbers first; padded with zeros to a multiple of four; empty where there is none. */
        private final float[][] vectors;

        private final float[][] rests;
        private final List<Block> blocks = new ArrayList<>();
        /** Of the frames from {@code groupStart} to before {@code groupEnd}, how alike they are to those that stayed before. */
        private final double[] alikeBefore = new double[GROUP];
        /** Frames of the group that stay. */
        private final List<Integer> staying = new ArrayList<>();

        private int groupStart;
        private int groupEnd;

        Vectors(List<Optional<Embedding>> embeddings, int size, double threshold) {
            this.embeddings = embeddings;
            this.size = (size + 3) / 4 * 4;
            this.threshold = threshold;
            int[] order = byEnergy(embeddings, size);
            this.vectors = new float[embeddings.size()][];
            this.rests = new float[embeddings.size()][];
            for (int i = 0; i < vectors.length; i++) {
                Optional<Embedding> embedding = embeddings.get(i);
                vectors[i] = embedding.isPresent() ? ordered(embedding.get(), order, this.size) : new float[0];
                rests[i] = rests(vectors[i]);
            }
        }

        private static int[] byEnergy(List<Optional<Embedding>> embeddings, int size) {
            double[] energy = new double[size];
            for (Optional<Embedding> embedding : embeddings) {
                for (int d = 0; embedding.isPresent() && d < size; d++) {
                    energy[d] +=
                            (double) embedding.get().value(d) * embedding.get().value(d);
                }
            }
            return IntStream.range(0, size)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer d) -> -energy[d])
                            .thenComparing(d -> d))
                    .mapToInt(Integer::intValue)
                    .toArray();
        }

        private static float[] ordered(Embedding embedding, int[] order, int size) {
            float[] vector = new float[size];
            for (int d = 0; d < order.length; d++) {
                vector[d] = embedding.value(order[d]);
            }
            return vector;
        }

        private static float[] rests(float[] vector) {
            float[] rests = new float[stretches(vector.length)];
            double squares = 0;
            for (int d = vector.length - 1; d >= 0; d--) {
                if ((d + 1) % STRETCH == 0 || d == vector.length - 1) {
                    rests[d / STRETCH] = (float) Math.sqrt(squares);
                }
                squares += (double) vector[d] * vector[d];
            }
            return rests;
        }

        @Override
        public double alike(int frame) {
            if (frame >= groupEnd) {
                begin(frame);
            }
            double before = alikeBefore[frame - groupStart];
            if (!Double.isNaN(before) || vectors[frame].length == 0) {
                return before;
            }
            for (int stays : staying) {
                double cosine = cosine(stays, frame);
                if (cosine >= threshold) {
                    return cosine;
                }
            }
            return Double.NaN;
        }

        @Override
        public void add(int frame) {
            if (vectors[frame].length > 0) {
                staying.add(frame);
            }
        }

        /** Compares the next frames with all that stay so far. */
        private void begin(int frame) {
            for (int stays : staying) {
                if (blocks.isEmpty() || blocks.get(blocks.size() - 1).count == BLOCK) {
                    blocks.add(new Block(size));
                }
                blocks.get(blocks.size() - 1).add(stays, vectors[stays], rests[stays]);
            }
            staying.clear();
            groupStart = frame;
            groupEnd = Math.min(frame + GROUP, vectors.length);
            Arrays.fill(alikeBefore, Double.NaN);
            int parts = Runtime.getRuntime().availableProcessors();
            IntStream.range(0, parts).parallel().forEach(part -> {
                float[] sums = new float[BLOCK];
                for (Block block : blocks) {
                    for (int i = groupStart + part; i < groupEnd; i += parts) {
                        if (vectors[i].length > 0 && Double.isNaN(alikeBefore[i - groupStart])) {
                            alikeBefore[i - groupStart] = alike(block, i, sums);
                        }
                    }
                }
            });
        }

        private double alike(Block block, int frame, float[] sums) {
            float[] vector = vectors[frame];
            Arrays.fill(sums, 0);
            for (int stretch = 0; stretch < block.rests.length; stretch++) {
                int end = Math.min((stretch + 1) * STRETCH, vector.length);
                for (int d = stretch * STRETCH; d < end; d += 4) {
                    add(
                            sums,
                            vector[d],
                            block.numbers[d],
                            vector[d + 1],
                            block.numbers[d + 1],
                            vector[d + 2],
                            block.numbers[d + 2],
                            vector[d + 3],
                            block.numbers[d + 3]);
                }
                if (most(sums, block.count) + rests[frame][stretch] * block.rests[stretch] < threshold - SLACK) {
                    return Double.NaN;
                }
            }
            for (int k = 0; k < block.count; k++) {
                if (sums[k] >= threshold - SLACK) {
                    double cosine = cosine(block.frames[k], frame);
                    if (cosine >= threshold) {
                        return cosine;
                    }
                }
            }
            return Double.NaN;
        }

        /** Written so that the compiler takes several frames at once. */
        private static void add(
                float[] sums, float v0, float[] n0, float v1, float[] n1, float v2, float[] n2, float v3, float[] n3) {
            for (int k = 0; k < BLOCK; k++) {
                sums[k] += v0 * n0[k] + v1 * n1[k] + v2 * n2[k] + v3 * n3[k];
            }
        }

        private static float most(float[] sums, int count) {
            float most = Float.NEGATIVE_INFINITY;
            for (int k = 0; k < count; k++) {
                most = Math.max(most, sums[k]);
            }
            return most;
        }

        private double cosine(int a, int b) {
            return Annotation.round(
                    embeddings.get(a).orElseThrow().cosine(embeddings.get(b).orElseThrow()));
        }
    }
}
