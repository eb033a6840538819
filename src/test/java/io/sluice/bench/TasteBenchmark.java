package io.sluice.bench;

import io.sluice.frame.Embedding;
import io.sluice.frame.FrameId;
import io.sluice.frame.VideoId;
import io.sluice.taste.Lesson;
import io.sluice.taste.Opinions;
import io.sluice.taste.Rating;
import io.sluice.taste.SeenFrame;
import io.sluice.taste.TasteTraining;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * Times the training of a taste, cross-validation included, over embeddings of 512 numbers of frames of twenty videos. The rater
 * likes a direction, and errs by a point. Arguments: numbers of ratings.
 */
public final class TasteBenchmark {
    private static final int VIDEOS = 20;
    private static final int NUMBERS = 512;
    private static final int ROUNDS = 3;

    private TasteBenchmark() {}

    public static void main(String[] args) {
        List<Integer> counts = args.length == 0
                ? List.of(200, 1000, 5000)
                : Arrays.stream(args).map(Integer::valueOf).toList();
        System.out.println("| ratings | first, s | later, s | Spearman of those left out |");
        System.out.println("|---|---|---|---|");
        for (int count : counts) {
            Random random = new Random(1);
            double[] liked = random.doubles(NUMBERS, -1, 1).toArray();
            List<SeenFrame> frames = new ArrayList<>();
            List<Rating> ratings = new ArrayList<>();
            for (int number = 0; number < count; number++) {
                float[] vector = new float[NUMBERS];
                double score = 0;
                for (int i = 0; i < NUMBERS; i++) {
                    vector[i] = (float) random.nextGaussian();
                    score += liked[i] * vector[i];
                }
                VideoId video = new VideoId(
                        String.format(Locale.ROOT, "%02x", number % VIDEOS).repeat(32));
                FrameId frame = FrameId.of(video, 0, number, 0);
                frames.add(new SeenFrame(
                        frame, video.sha256(), number * 1_000L, Embedding.of(vector), OptionalDouble.empty()));
                // The sum has a deviation of sqrt(512 / 3): so the scores have one of two points.
                double said = Math.rint(5.5 + 2 * score / Math.sqrt(NUMBERS / 3.0) + random.nextGaussian());
                ratings.add(new Rating(frame, "me", Math.min(Rating.MOST, Math.max(Rating.LEAST, said))));
            }
            double[] seconds = new double[ROUNDS];
            Lesson lesson = null;
            for (int round = 0; round < ROUNDS; round++) {
                long begin = System.nanoTime();
                lesson = TasteTraining.train(frames, new Opinions(ratings, List.of()), 1);
                seconds[round] = (System.nanoTime() - begin) / 1e9;
            }
            System.out.printf(
                    "| %d | %.1f | %.1f | %s |%n",
                    count,
                    seconds[0],
                    seconds[ROUNDS - 1],
                    lesson == null ? "" : lesson.evidence().spearman());
        }
    }
}
