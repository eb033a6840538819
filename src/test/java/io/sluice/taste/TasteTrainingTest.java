package io.sluice.taste;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.frame.Embedding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TasteTrainingTest {
    private static final int SAMPLE = 1000;

    /** Of rounding to whole points. */
    private static final double ROUNDING = 1 / 12.0;

    private static LinearTaste learnt(Lesson lesson) {
        assertThat(lesson).isInstanceOf(Lesson.Learnt.class);
        return ((Lesson.Learnt) lesson).taste();
    }

    private static List<Rating> ratings(Raters raters, List<SeenFrame> frames, double noise) {
        return frames.stream()
                .map(frame -> raters.rating(frame, "me", raters.truth(frame.embedding()), noise))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void a_linear_taste_is_recovered_at_least_as_well_as_least_squares_would(long seed) {
        Raters raters = new Raters(48, 1.5, seed);
        List<SeenFrame> frames = raters.frames(6, 40);

        Lesson lesson = TasteTraining.train(frames, new Opinions(ratings(raters, frames, 1), List.of()), 1);

        assertThat(raters.agreement(learnt(lesson), SAMPLE))
                .isGreaterThan(Raters.bound(48, 1.5, 1 + ROUNDING, 240, SAMPLE));
        assertThat(lesson.evidence().folds()).isEqualTo("videos");
        // What is foretold of noisy ratings: the truth's correlation, times that of the truth with its ratings.
        double signal = 1.5 * 1.5;
        double most = Math.sqrt(signal / (signal + 1 + ROUNDING));
        double trained = Math.sqrt(signal / (signal + (1 + ROUNDING) * 48 / (240 * 4 / 5 - 48 - 1)));
        Interval spearman = Objects.requireNonNull(lesson.evidence().spearman());
        assertThat(spearman.high()).isGreaterThan(Raters.spearman(trained * most));
        assertThat(spearman.low()).isLessThan(Raters.spearman(most));
    }

    @Test
    void fewer_ratings_than_numbers_are_enough_to_be_better_than_chance() {
        Raters raters = new Raters(512, 2, 4);
        List<SeenFrame> frames = raters.frames(5, 40);

        LinearTaste taste =
                learnt(TasteTraining.train(frames, new Opinions(ratings(raters, frames, 0.5), List.of()), 1));

        assertThat(taste.weights()).hasSize(512);
        // Of 512 directions 200 are seen: at most that share of the truth's variance can be known.
        assertThat(raters.agreement(taste, SAMPLE)).isBetween(0.4, Math.sqrt(200 / 512.0) + 0.1);
    }

    @Test
    void pure_noise_is_no_taste() {
        int found = 0;
        for (int seed = 0; seed < 20; seed++) {
            Raters raters = new Raters(32, 0, 100 + seed);
            List<SeenFrame> frames = raters.frames(4, 15);
            Lesson lesson = TasteTraining.train(frames, new Opinions(ratings(raters, frames, 2), List.of()), 1);
            if (lesson instanceof Lesson.TooFew tooFew) {
                assertThat(tooFew.reason()).contains("too few ratings yet", "chance");
            } else {
                found++;
            }
        }
        // Each passes with a probability of 2.5 %; more than three of twenty with one of 0.2 %.
        assertThat(found).isLessThanOrEqualTo(3);
    }

    @Test
    void videos_that_are_liked_as_a_whole_do_not_pass_for_a_taste() {
        int found = 0;
        for (int seed = 0; seed < 10; seed++) {
            Raters raters = new Raters(32, 0, 200 + seed);
            List<SeenFrame> frames = new ArrayList<>();
            List<Rating> ratings = new ArrayList<>();
            for (int video = 0; video < 8; video++) {
                Embedding scene = raters.embedding();
                double liked = 3 + 5 * raters.random.nextDouble();
                for (int i = 0; i < 12; i++) {
                    float[] near = new float[32];
                    for (int j = 0; j < 32; j++) {
                        near[j] = scene.value(j) + (float) (0.01 * raters.random.nextGaussian());
                    }
                    SeenFrame frame = Raters.frame(video, i, Embedding.of(near));
                    frames.add(frame);
                    ratings.add(raters.rating(frame, "me", liked, 0.3));
                }
            }
            found += TasteTraining.train(frames, new Opinions(ratings, List.of()), 1) instanceof Lesson.Learnt ? 1 : 0;
        }
        // Ninety-six ratings that are eight: what was drawn by frames alone would find a taste in about half of them.
        assertThat(found).isLessThanOrEqualTo(2);
    }

    @Test
    void equal_ratings_teach_nothing() {
        Raters raters = new Raters(16, 1, 5);
        List<SeenFrame> frames = raters.frames(3, 20);
        List<Rating> ratings =
                frames.stream().map(frame -> new Rating(frame.frame(), "me", 7)).toList();

        assertThat(TasteTraining.train(frames, new Opinions(ratings, List.of()), 1))
                .isInstanceOfSatisfying(
                        Lesson.TooFew.class,
                        few -> assertThat(few.reason()).contains("all 60 rated frames are rated alike"));
    }

    @Test
    void too_few_ratings_are_told_with_how_many_more_are_needed() {
        Raters raters = new Raters(16, 1, 6);
        List<SeenFrame> frames = raters.frames(3, 4);
        List<Rating> ratings = ratings(raters, frames, 0);

        assertThat(TasteTraining.train(frames, new Opinions(ratings, List.of()), 1))
                .isInstanceOfSatisfying(
                        Lesson.TooFew.class,
                        few -> assertThat(few.reason())
                                .contains("12 rated frames with embeddings, and 20 at least are needed: 8 more"));
        assertThat(TasteTraining.train(frames, new Opinions(List.of(), List.of()), 1))
                .isInstanceOf(Lesson.TooFew.class);
        assertThat(TasteTraining.train(List.of(), new Opinions(ratings, List.of()), 1))
                .as("frames without embeddings do not count")
                .isInstanceOf(Lesson.TooFew.class);
    }

    private static List<Preference> preferences(Raters raters, List<SeenFrame> frames, int count, double noise) {
        List<Preference> preferences = new ArrayList<>();
        while (preferences.size() < count) {
            SeenFrame first = frames.get(raters.random.nextInt(frames.size()));
            SeenFrame second = frames.get(raters.random.nextInt(frames.size()));
            if (first != second) {
                preferences.add(raters.preference(first, second, noise));
            }
        }
        return preferences;
    }

    @Test
    void preferences_alone_recover_the_order() {
        Raters raters = new Raters(24, 1.5, 7);
        List<SeenFrame> frames = raters.frames(6, 40);
        List<Preference> preferences = preferences(raters, frames, 500, 1);

        Lesson lesson = TasteTraining.train(frames, new Opinions(List.of(), preferences), 1);

        // A comparison tells at least a third of what both ratings would (at the largest curvature, 1/4, of the
        // logistic it is
        // SCALE^-2 / 4 = 0.41 of a difference of variance 2): as many ratings as a third of the comparisons are the
        // bound.
        assertThat(raters.agreement(learnt(lesson), SAMPLE)).isGreaterThan(Raters.bound(24, 1.5, 1, 500 / 3, SAMPLE));
        assertThat(lesson.evidence().spearman()).isNull();
        assertThat(Objects.requireNonNull(lesson.evidence().right()).low()).isGreaterThan(0.5);
        List<Double> scores = frames.stream()
                .map(frame -> learnt(lesson).score(frame.embedding()))
                .toList();
        assertThat(scores).allMatch(score -> score > 0.99 && score < 10.01);
    }

    @Test
    void preferences_that_contradict_each_other_are_no_taste() {
        Raters raters = new Raters(24, 1.5, 8);
        List<SeenFrame> frames = raters.frames(6, 20);
        List<Preference> both = new ArrayList<>();
        for (Preference preference : preferences(raters, frames, 100, 0)) {
            both.add(preference);
            both.add(new Preference(preference.worse(), preference.better(), "you"));
        }

        assertThat(TasteTraining.train(frames, new Opinions(List.of(), both), 1))
                .isInstanceOfSatisfying(
                        Lesson.TooFew.class,
                        few -> assertThat(few.reason()).contains("too few preferences yet", "no taste was found"));
    }

    @Test
    void ratings_and_preferences_together_tell_more_than_ratings_alone() {
        Raters raters = new Raters(48, 1.5, 9);
        List<SeenFrame> frames = raters.frames(5, 40);
        List<Rating> ratings = ratings(raters, frames.subList(0, 100), 1);
        List<Preference> preferences = preferences(raters, frames, 600, 1);

        double alone =
                raters.agreement(learnt(TasteTraining.train(frames, new Opinions(ratings, List.of()), 1)), SAMPLE);
        double together =
                raters.agreement(learnt(TasteTraining.train(frames, new Opinions(ratings, preferences), 1)), SAMPLE);

        assertThat(together).isGreaterThan(alone + 0.02);
    }

    @Test
    void ten_raters_merge_however_lenient_each_is() {
        Raters raters = new Raters(32, 1.2, 10);
        List<SeenFrame> frames = raters.frames(5, 40);
        List<Rating> ratings = new ArrayList<>();
        for (int rater = 0; rater < 10; rater++) {
            double lenient = raters.random.nextGaussian() * 1.5;
            for (int i = rater % 5; i < frames.size(); i += 5) {
                SeenFrame frame = frames.get(i);
                ratings.add(raters.rating(frame, "rater" + rater, raters.truth(frame.embedding()) + lenient, 1));
            }
        }
        assertThat(ratings).hasSize(400);

        Lesson lesson = TasteTraining.train(frames, new Opinions(ratings, List.of()), 1);

        // Ten leniencies are ten numbers more to learn; with leniency as noise its variance of 2.25 would be on top of
        // 1.
        assertThat(raters.agreement(learnt(lesson), SAMPLE))
                .isGreaterThan(Raters.bound(32 + 10, 1.2, 1 + ROUNDING, 400, SAMPLE))
                .isGreaterThan(Raters.bound(32, 1.2, 1 + ROUNDING + 2.25, 400, Integer.MAX_VALUE));
        assertThat(lesson.evidence().raters()).isEqualTo(10);
        assertThat(lesson.evidence().ratedFrames()).isEqualTo(200);
    }

    @Test
    void the_order_of_frames_and_opinions_changes_no_digit() {
        Raters raters = new Raters(24, 1.5, 11);
        List<SeenFrame> frames = new ArrayList<>(raters.frames(5, 20));
        List<Rating> ratings = new ArrayList<>(ratings(raters, frames, 1));
        List<Preference> preferences = new ArrayList<>(preferences(raters, frames, 60, 1));
        Lesson first = TasteTraining.train(frames, new Opinions(ratings, preferences), 1);
        Collections.shuffle(frames, new Random(1));
        Collections.shuffle(ratings, new Random(2));
        Collections.shuffle(preferences, new Random(3));

        Lesson second = TasteTraining.train(frames, new Opinions(ratings, preferences), 1);

        assertThat(learnt(second).weights()).containsExactly(learnt(first).weights());
        assertThat(learnt(second).constant()).isEqualTo(learnt(first).constant());
        assertThat(second.evidence()).isEqualTo(first.evidence());
    }

    @Test
    void what_scores_now_is_compared_over_the_same_frames() {
        Raters raters = new Raters(24, 1.5, 12);
        List<SeenFrame> frames = raters.frames(5, 40);
        List<Rating> ratings = ratings(raters, frames, 1);
        List<SeenFrame> blind = frames.stream()
                .map(frame -> scored(frame, raters.random.nextDouble()))
                .toList();
        List<SeenFrame> perfect = frames.stream()
                .map(frame -> scored(frame, raters.truth(frame.embedding())))
                .toList();

        Evidence better =
                TasteTraining.train(blind, new Opinions(ratings, List.of()), 1).evidence();
        Evidence worse = TasteTraining.train(perfect, new Opinions(ratings, List.of()), 1)
                .evidence();

        assertThat(Objects.requireNonNull(better.gain()).low()).isPositive();
        assertThat(Objects.requireNonNull(worse.gain()).value()).isNegative();
        assertThat(Objects.requireNonNull(worse.currentSpearman()))
                .isGreaterThan(Objects.requireNonNull(worse.spearman()).value());
    }

    private static SeenFrame scored(SeenFrame frame, double score) {
        return new SeenFrame(
                frame.frame(), frame.video(), frame.timeMicros(), frame.embedding(), OptionalDouble.of(score));
    }

    @Test
    void frames_of_a_video_are_left_out_together_and_one_video_by_stretches() {
        List<SeenFrame> three = new Raters(4, 1, 13).frames(3, 10);
        Folds byVideo = Folds.of(three);
        assertThat(byVideo.byVideo()).isTrue();
        assertThat(byVideo.count()).isEqualTo(3);
        for (int i = 0; i < three.size(); i++) {
            assertThat(byVideo.of()[i]).isEqualTo(byVideo.of()[i / 10 * 10]);
        }

        Folds stretches = Folds.of(new Raters(4, 1, 13).frames(1, 10));
        assertThat(stretches.byVideo()).isFalse();
        assertThat(stretches.of()).containsExactly(0, 0, 1, 1, 2, 2, 3, 3, 4, 4);
    }
}
