package io.sluice.select;

import io.sluice.frame.AestheticScore;
import io.sluice.frame.Frame;
import io.sluice.recipe.Recipe;
import java.util.List;
import java.util.Optional;

/** Similarity as the share of equal bits of the 64-bit perceptual hashes. */
public final class PerceptualHash implements Similarity {
    private static final int BITS = 64;

    /** Up to 6 of 64 bits differ: what scaling, encoding and a slight move of the camera change. */
    private static final double THRESHOLD = 0.90;

    @Override
    public String reason() {
        return "near-duplicate";
    }

    @Override
    public double threshold(Recipe.Select select) {
        return select.similarity().orElse(THRESHOLD);
    }

    @Override
    public Staying of(List<Frame> frames, double threshold) {
        long[] hashes = new long[frames.size()];
        boolean[] measured = new boolean[frames.size()];
        for (int i = 0; i < hashes.length; i++) {
            Frame frame = frames.get(i);
            Optional<String> hash = frame.annotation(AestheticScore.class).map(AestheticScore::perceptualHash);
            if (hash.isPresent()) {
                measured[i] = true;
                try {
                    hashes[i] = Long.parseUnsignedLong(hash.get(), 16);
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException(
                            "frame " + frame.id() + ": perceptual hash '" + hash.get()
                                    + "' is not allowed; allowed: 16 hexadecimal digits",
                            e);
                }
            }
        }
        return new Hashes(hashes, measured, threshold);
    }

    private static final class Hashes implements Staying {
        private final long[] hashes;
        private final boolean[] measured;
        private final double threshold;
        private final long[] staying;
        private int count;

        Hashes(long[] hashes, boolean[] measured, double threshold) {
            this.hashes = hashes;
            this.measured = measured;
            this.threshold = threshold;
            this.staying = new long[hashes.length];
        }

        @Override
        public double alike(int frame) {
            for (int k = 0; measured[frame] && k < count; k++) {
                double equal = 1 - Long.bitCount(staying[k] ^ hashes[frame]) / (double) BITS;
                if (equal >= threshold) {
                    return equal;
                }
            }
            return Double.NaN;
        }

        @Override
        public void add(int frame) {
            if (measured[frame]) {
                staying[count++] = hashes[frame];
            }
        }
    }
}
