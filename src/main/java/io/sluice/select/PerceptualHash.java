package io.sluice.select;

import io.sluice.frame.AestheticScore;
import io.sluice.frame.Frame;
import java.util.List;
import java.util.Optional;

/** Similarity as the share of equal bits of the 64-bit perceptual hashes. */
public final class PerceptualHash implements Similarity {
    private static final int BITS = 64;

    /** Up to 6 of 64 bits differ: what scaling, encoding and a slight move of the camera change. */
    private static final double THRESHOLD = 0.90;

    @Override
    public double threshold() {
        return THRESHOLD;
    }

    @Override
    public Pairs of(List<Frame> frames) {
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
        return (a, b) ->
                measured[a] && measured[b] ? 1 - Long.bitCount(hashes[a] ^ hashes[b]) / (double) BITS : Double.NaN;
    }
}
