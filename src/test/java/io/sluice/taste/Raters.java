package io.sluice.taste;

import io.sluice.frame.Embedding;
import io.sluice.frame.FrameId;
import io.sluice.frame.VideoId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Random;

/** Simulated raters, whose taste is a direction of the embeddings and whose opinions are known, noise and all. */
final class Raters {
    final int size;
    final double[] taste;
    final Random random;

    /** @param spread standard deviation of the frames' true scores, in points */
    Raters(int size, double spread, long seed) {
        this.size = size;
        this.random = new Random(seed);
        this.taste = new double[size];
        double squares = 0;
        for (int i = 0; i < size; i++) {
            taste[i] = random.nextGaussian();
            squares += taste[i] * taste[i];
        }
        for (int i = 0; i < size; i++) {
            // Directions in all ways have a deviation of 1 / sqrt(size) along any one.
            taste[i] *= spread * Math.sqrt(size / squares);
        }
    }

    Embedding embedding() {
        float[] vector = new float[size];
        for (int i = 0; i < size; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return Embedding.of(vector);
    }

    /** Around 5.5. */
    double truth(Embedding embedding) {
        double score = 5.5;
        for (int i = 0; i < size; i++) {
            score += taste[i] * embedding.value(i);
        }
        return score;
    }

    /** Frames of videos of equal length. */
    List<SeenFrame> frames(int videos, int each) {
        List<SeenFrame> frames = new ArrayList<>();
        for (int video = 0; video < videos; video++) {
            for (int i = 0; i < each; i++) {
                frames.add(frame(video, i, embedding()));
            }
        }
        return frames;
    }

    static SeenFrame frame(int video, int number, Embedding embedding) {
        VideoId id = new VideoId(String.format(Locale.ROOT, "%02x", video).repeat(32));
        return new SeenFrame(
                FrameId.of(id, 0, number, 0), id.sha256(), number * 1_000L, embedding, OptionalDouble.empty());
    }

    /** As people rate: whole numbers from 1 to 10. */
    Rating rating(SeenFrame frame, String rater, double score, double noise) {
        double said = Math.rint(score + noise * random.nextGaussian());
        return new Rating(frame.frame(), rater, Math.min(10, Math.max(1, said)));
    }

    Preference preference(SeenFrame first, SeenFrame second, double noise) {
        double more =
                truth(first.embedding()) - truth(second.embedding()) + noise * Math.sqrt(2) * random.nextGaussian();
        return more > 0
                ? new Preference(first.frame(), second.frame(), "me")
                : new Preference(second.frame(), first.frame(), "me");
    }

    /** Spearman's correlation of a taste with the truth, over frames that nobody has rated. */
    double agreement(LinearTaste learnt, int count) {
        double[] scores = new double[count];
        double[] truths = new double[count];
        for (int i = 0; i < count; i++) {
            Embedding embedding = embedding();
            scores[i] = learnt.score(embedding);
            truths[i] = truth(embedding);
        }
        return new RankCorrelation(scores, truths).spearman();
    }

    /**
     * What least squares without any regularisation would come to on average: with normal frames its error on a new one has the variance
     * {@code noise^2 size / (ratings - size - 1)}, and Spearman's correlation of normal variables with correlation r is {@code 6 / pi
     * asin(r / 2)}. Three standard errors of a sample are taken off.
     */
    static double bound(int size, double spread, double noiseVariance, int ratings, int sample) {
        double error = noiseVariance * size / (ratings - size - 1);
        double correlation = Math.sqrt(spread * spread / (spread * spread + error));
        double spearman = spearman(correlation);
        return spearman - 3 * (1 - spearman * spearman) / Math.sqrt(sample);
    }

    /** Of normal variables with this correlation. */
    static double spearman(double correlation) {
        return 6 / Math.PI * Math.asin(correlation / 2);
    }
}
