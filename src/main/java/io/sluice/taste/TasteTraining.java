package io.sluice.taste;

import io.sluice.frame.Embedding;
import io.sluice.frame.FrameId;
import io.sluice.taste.LinearFit.Preferred;
import io.sluice.taste.LinearFit.Rated;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.decomposition.qr.QRDecompositionHouseholderColumn_DDRM;
import org.jspecify.annotations.Nullable;

/**
 * Trains a taste on opinions, and finds out what it is worth.
 *
 * <p>Each fold in turn is left out and foretold by what was trained on the others, with the regularisation that the others choose
 * among themselves: nothing that is foretold has had a part in what foretells it. Which fold a frame is in, the order of all sums and
 * what is drawn follow from the frames' ids and the seed alone.
 */
public final class TasteTraining {
    /** Rated frames without which nothing is said: with fewer even a correlation of 0.45 is as likely as not chance. */
    static final int LEAST_FRAMES = 20;

    /** Preferences between frames left out, likewise. */
    static final int LEAST_PREFERENCES = 30;

    /** From the largest down; half a decade apart, over what ratings with errors of a point can ask for. */
    private static final double[] REGULARISATIONS = {300, 100, 30, 10, 3, 1, 0.3, 0.1, 0.03, 0.01};

    private static final double MIDDLE = (Rating.LEAST + Rating.MOST) / 2.0;

    /** Below it, asking for more opinions would promise too much. */
    private static final double HOPEFUL = 0.05;

    private final long seed;
    private final List<SeenFrame> frames;
    private final List<Rating> ratings;
    private final List<Preference> preferences;
    private final List<String> raters;
    private final Map<FrameId, Integer> places = new HashMap<>();

    private TasteTraining(Collection<SeenFrame> seen, Opinions opinions, long seed) {
        this.seed = seed;
        Map<FrameId, SeenFrame> byId = new HashMap<>();
        seen.forEach(frame -> byId.put(frame.frame(), frame));
        this.ratings = opinions.ratings().stream()
                .filter(rating -> byId.containsKey(rating.frame()))
                .sorted(Comparator.comparing(Rating::frame)
                        .thenComparing(Rating::rater)
                        .thenComparing(Rating::value))
                .toList();
        this.preferences = opinions.preferences().stream()
                .filter(preference -> byId.containsKey(preference.better()) && byId.containsKey(preference.worse()))
                .sorted(Comparator.comparing(Preference::better)
                        .thenComparing(Preference::worse)
                        .thenComparing(Preference::rater))
                .toList();
        this.raters = Stream.concat(
                        ratings.stream().map(Rating::rater),
                        preferences.stream().map(Preference::rater))
                .distinct()
                .sorted()
                .toList();
        Set<FrameId> concerned = new TreeSet<>();
        ratings.forEach(rating -> concerned.add(rating.frame()));
        preferences.forEach(preference -> {
            concerned.add(preference.better());
            concerned.add(preference.worse());
        });
        this.frames = byId.values().stream()
                .filter(frame -> concerned.contains(frame.frame()))
                .sorted(Comparator.comparing(SeenFrame::video)
                        .thenComparing(SeenFrame::timeMicros)
                        .thenComparing(SeenFrame::frame))
                .toList();
        for (int i = 0; i < frames.size(); i++) {
            places.put(frames.get(i).frame(), i);
        }
    }

    /**
     * @param frames with embeddings of one space; opinions on others do not count
     * @param seed of the bootstrap
     * @throws IllegalArgumentException if embeddings have different sizes
     */
    public static Lesson train(Collection<SeenFrame> frames, Opinions opinions, long seed) {
        return new TasteTraining(frames, opinions, seed).train();
    }

    private Lesson train() {
        double[] targets = targets();
        int[] rated = IntStream.range(0, targets.length)
                .filter(place -> !Double.isNaN(targets[place]))
                .toArray();
        if (rated.length < LEAST_FRAMES && preferences.size() < LEAST_PREFERENCES) {
            return new Lesson.TooFew(tooFew(rated.length), evidence(rated.length));
        }
        double spread =
                Arrays.stream(rated).mapToDouble(place -> targets[place]).max().orElse(0)
                        - Arrays.stream(rated)
                                .mapToDouble(place -> targets[place])
                                .min()
                                .orElse(0);
        if (preferences.isEmpty() && spread < 1e-9) {
            return new Lesson.TooFew(
                    "all " + rated.length + " rated frames are rated alike, so there is nothing to learn yet: "
                            + "ratings that differ are needed, better and worse",
                    evidence(rated.length));
        }
        Numbers numbers = Numbers.of(frames);
        Folds folds = Folds.of(frames);
        List<String> lenient =
                ratings.stream().map(Rating::rater).distinct().sorted().toList();
        LinearFit fit = new LinearFit(
                numbers.frames(),
                ratings.stream()
                        .map(rating -> new Rated(
                                place(rating.frame()), lenient.indexOf(rating.rater()), rating.value() - MIDDLE))
                        .toList(),
                lenient.size(),
                pairs(),
                folds.of());
        Foretelling foretelling = new Foretelling(fit, numbers.frames(), folds);
        Evidence evidence = evidence(targets, rated, folds, foretelling);
        String doubt = doubt(rated.length, evidence, foretelling.pairs().size());
        if (!doubt.isEmpty()) {
            return new Lesson.TooFew(doubt, evidence);
        }
        double[] coefficients = fit.solve(0, evidence.regularisation())[0];
        return new Lesson.Learnt(taste(numbers, fit, coefficients), evidence);
    }

    private int place(FrameId frame) {
        Integer place = places.get(frame);
        if (place == null) {
            throw new IllegalStateException("frame " + frame + " has an opinion and no place");
        }
        return place;
    }

    private List<Preferred> pairs() {
        return preferences.stream()
                .map(preference -> new Preferred(place(preference.better()), place(preference.worse())))
                .toList();
    }

    /** By place the mean of what was said of a frame, each rater's leniency taken off where there are several; NaN where nothing was. */
    private double[] targets() {
        Map<String, double[]> byRater = new HashMap<>();
        for (Rating rating : ratings) {
            double[] sum = byRater.computeIfAbsent(rating.rater(), rater -> new double[2]);
            sum[0] += rating.value();
            sum[1]++;
        }
        double[] sums = new double[frames.size()];
        int[] counts = new int[frames.size()];
        for (Rating rating : ratings) {
            double[] own = byRater.getOrDefault(rating.rater(), new double[] {0, 1});
            sums[place(rating.frame())] += rating.value() - (byRater.size() > 1 ? own[0] / own[1] : 0);
            counts[place(rating.frame())]++;
        }
        double[] targets = new double[sums.length];
        Arrays.setAll(targets, i -> counts[i] == 0 ? Double.NaN : sums[i] / counts[i]);
        return targets;
    }

    /** What each fold looks like to what was trained without it. */
    private static final class Foretelling {
        private final LinearFit fit;
        private final double[][] frames;
        private final Folds folds;
        private final Map<Integer, double[][]> solutions = new HashMap<>();
        private final int[] chosen;

        Foretelling(LinearFit fit, double[][] frames, Folds folds) {
            this.fit = fit;
            this.frames = frames;
            this.folds = folds;
            this.chosen = IntStream.range(0, folds.count())
                    .map(fold -> best(1 << fold))
                    .toArray();
        }

        private double[][] without(int mask) {
            return solutions.computeIfAbsent(mask, key -> fit.solve(key, REGULARISATIONS));
        }

        /** The regularisation by which the folds that are in foretell each other best; of equal ones the larger. */
        private int best(int out) {
            double[] losses = new double[REGULARISATIONS.length];
            for (int fold = 0; fold < folds.count(); fold++) {
                if ((out & 1 << fold) == 0) {
                    double[][] trained = without(out | 1 << fold);
                    for (int i = 0; i < losses.length; i++) {
                        losses[i] += fit.loss(trained[i], fold);
                    }
                }
            }
            int best = 0;
            for (int i = 1; i < losses.length; i++) {
                if (losses[i] < losses[best]) {
                    best = i;
                }
            }
            return best;
        }

        double regularisation() {
            return REGULARISATIONS[best(0)];
        }

        /**
         * Scores of all frames, each by what was trained without its fold. They are told as differences from the mean of what was
         * trained on: that mean is low where the fold is high, which would pass for knowing the contrary.
         */
        double[] scores() {
            double[] scores = new double[frames.length];
            for (int fold = 0; fold < folds.count(); fold++) {
                double[] coefficients = without(1 << fold)[chosen[fold]];
                double sum = 0;
                int count = 0;
                for (int i = 0; i < frames.length; i++) {
                    scores[i] = folds.of()[i] == fold ? LinearFit.dot(coefficients, frames[i]) : scores[i];
                    if (folds.of()[i] != fold) {
                        sum += LinearFit.dot(coefficients, frames[i]);
                        count++;
                    }
                }
                double mean = count == 0 ? 0 : sum / count;
                for (int i = 0; i < frames.length; i++) {
                    if (folds.of()[i] == fold) {
                        scores[i] -= mean;
                    }
                }
            }
            return scores;
        }

        List<Preferred> pairs() {
            return fit.preferences();
        }

        /** By how much the better frame of a preference is above the other, by what was trained without the folds of both. */
        double margin(Preferred pair) {
            int mask = fit.folds(pair);
            // The larger of the two that the folds' own trainings choose: the index is the smaller one.
            int index = Math.min(chosen[folds.of()[pair.better()]], chosen[folds.of()[pair.worse()]]);
            double[] coefficients = without(mask)[index];
            return LinearFit.dot(coefficients, frames[pair.better()])
                    - LinearFit.dot(coefficients, frames[pair.worse()]);
        }
    }

    private Evidence evidence(int ratedFrames) {
        return new Evidence(
                ratings.size(),
                ratedFrames,
                raters.size(),
                preferences.size(),
                videos(),
                "",
                0,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private int videos() {
        return (int) frames.stream().map(SeenFrame::video).distinct().count();
    }

    private Evidence evidence(double[] targets, int[] rated, Folds folds, Foretelling foretelling) {
        double[] scores = foretelling.scores();
        RankCorrelation told = rated.length < LEAST_FRAMES ? null : correlation(scores, targets, rated);
        List<String> units = IntStream.range(0, frames.size())
                .mapToObj(i -> folds.byVideo() ? frames.get(i).video() : String.valueOf(folds.of()[i]))
                .toList();
        List<String> frameUnits = Arrays.stream(rated).mapToObj(units::get).toList();
        @Nullable Interval spearman = told == null ? null : bounds(told.spearman(), frameUnits, told::spearman);

        List<Preferred> pairs = foretelling.pairs();
        double[] right = pairs.stream()
                .mapToDouble(pair -> rightness(foretelling.margin(pair)))
                .toArray();
        List<String> pairUnits =
                pairs.stream().map(pair -> units.get(pair.better())).toList();
        @Nullable Interval pairsRight = pairs.isEmpty() ? null : share(right, pairUnits);

        @Nullable Double currentSpearman = null;
        @Nullable Interval gain = null;
        @Nullable Double currentRight = null;
        @Nullable Interval rightGain = null;
        if (frames.stream().allMatch(frame -> frame.current().isPresent())) {
            double[] current = frames.stream()
                    .mapToDouble(frame -> frame.current().orElseThrow())
                    .toArray();
            if (told != null) {
                RankCorrelation now = correlation(current, targets, rated);
                currentSpearman = now.spearman();
                ToDoubleFunction<int[]> difference = sample -> told.spearman(sample) - now.spearman(sample);
                gain = bounds(told.spearman() - now.spearman(), frameUnits, difference);
            }
            if (!pairs.isEmpty()) {
                double[] now = pairs.stream()
                        .mapToDouble(pair -> rightness(current[pair.better()] - current[pair.worse()]))
                        .toArray();
                currentRight = Arrays.stream(now).average().orElse(0);
                double[] differences = new double[now.length];
                Arrays.setAll(differences, i -> right[i] - now[i]);
                rightGain = share(differences, pairUnits);
            }
        }
        return new Evidence(
                ratings.size(),
                rated.length,
                raters.size(),
                preferences.size(),
                videos(),
                folds.byVideo() ? "videos" : "stretches",
                foretelling.regularisation(),
                spearman,
                told == null ? null : told.kendall(),
                pairsRight,
                currentSpearman,
                gain,
                currentRight,
                rightGain);
    }

    private static double rightness(double margin) {
        return margin > 0 ? 1 : margin < 0 ? 0 : 0.5;
    }

    private Interval share(double[] right, List<String> units) {
        return bounds(
                Arrays.stream(right).average().orElse(0),
                units,
                sample -> Arrays.stream(sample)
                        .mapToDouble(i -> right[i])
                        .average()
                        .orElse(0));
    }

    private static RankCorrelation correlation(double[] scores, double[] targets, int... places) {
        return new RankCorrelation(
                Arrays.stream(places).mapToDouble(place -> scores[place]).toArray(),
                Arrays.stream(places).mapToDouble(place -> targets[place]).toArray());
    }

    /**
     * The bounds are the wider ones of two bootstraps: one draws single places, the other whole videos (or stretches), because frames of
     * a scene are alike, and so are their ratings: many of them say little more than one.
     *
     * @param unit what each place belongs to
     */
    private Interval bounds(double value, List<String> unit, ToDoubleFunction<int[]> measure) {
        int[][] singles =
                IntStream.range(0, unit.size()).mapToObj(i -> new int[] {i}).toArray(int[][]::new);
        Map<String, List<Integer>> byUnit = new TreeMap<>();
        for (int i = 0; i < unit.size(); i++) {
            byUnit.computeIfAbsent(unit.get(i), key -> new ArrayList<>()).add(i);
        }
        int[][] units = byUnit.values().stream()
                .map(of -> of.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        return Interval.of(value, singles, seed, measure).with(Interval.of(value, units, seed, measure));
    }

    private String tooFew(int rated) {
        List<String> said = new ArrayList<>();
        if (rated > 0 || preferences.isEmpty()) {
            said.add(rated + " rated frames with embeddings, and " + LEAST_FRAMES + " at least are needed: "
                    + (LEAST_FRAMES - rated) + " more");
        }
        if (!preferences.isEmpty()) {
            said.add(preferences.size() + " preferences, and " + LEAST_PREFERENCES + " at least are needed: "
                    + (LEAST_PREFERENCES - preferences.size()) + " more");
        }
        return "too few ratings yet: there are " + String.join("; or there are ", said);
    }

    /** Why the evidence does not do; empty if it does. Each kind of opinion of which there are enough has to be foretold. */
    private static String doubt(int rated, Evidence evidence, int pairs) {
        Interval spearman = evidence.spearman();
        if (rated >= LEAST_FRAMES && spearman != null && spearman.low() <= 0) {
            double more = 3 + 1.06 * Math.pow(1.96 / atanh(spearman.value()), 2) - rated;
            return "too few ratings yet: on frames left out, the rank correlation of scores and ratings is " + spearman
                    + ", which may be chance" + more(spearman.value(), more, "rated frames");
        }
        Interval right = evidence.right();
        if (pairs >= LEAST_PREFERENCES && right != null && right.low() <= 0.5) {
            double more = Math.pow(1.96 / 2 / (right.value() - 0.5), 2) - pairs;
            return "too few preferences yet: on frames left out, the share that the scores get right is " + right
                    + ", and chance gets 0.5" + more(2 * right.value() - 1, more, "preferences");
        }
        return "";
    }

    private static double atanh(double x) {
        return Math.log((1 + x) / (1 - x)) / 2;
    }

    private static String more(double agreement, double more, String what) {
        if (agreement <= HOPEFUL) {
            return "; no taste was found: what was said does not follow from what the embeddings show";
        }
        return String.format(
                Locale.ROOT,
                "; if it stays at that, about %d more %s will tell",
                (long) Math.max(5, Math.ceil(more / 5) * 5),
                what);
    }

    private LinearTaste taste(Numbers numbers, LinearFit fit, double[] coefficients) {
        double constant = coefficients[fit.features()] + MIDDLE;
        double scale = 1;
        if (ratings.isEmpty()) {
            // Preferences tell differences alone: the middle of the scale is the middle of the frames.
            double[] scores = Arrays.stream(numbers.frames())
                    .mapToDouble(frame -> LinearFit.dot(coefficients, frame))
                    .toArray();
            double mean = Arrays.stream(scores).average().orElse(0);
            double farthest = Arrays.stream(scores)
                    .map(score -> Math.abs(score - mean))
                    .max()
                    .orElse(0);
            scale = Math.min(1, (Rating.MOST - MIDDLE) / Math.max(farthest, 1e-9));
            constant = MIDDLE - scale * mean;
        }
        double[] weights = numbers.weights(coefficients);
        float[] rounded = new float[weights.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) (scale * weights[i]);
        }
        return new LinearTaste(rounded, (float) constant);
    }

    /**
     * The frames' embeddings, turned so that they have no more numbers than there are frames: lengths and angles stay, so what is
     * best stays as well, and few opinions are trained on in no time.
     *
     * @param back from these numbers to weights of embeddings; null where nothing was turned
     */
    private record Numbers(double[][] frames, @Nullable DMatrixRMaj back) {

        static Numbers of(List<SeenFrame> seen) {
            int size = seen.get(0).embedding().size();
            double[][] vectors = new double[seen.size()][size];
            for (int i = 0; i < vectors.length; i++) {
                Embedding embedding = seen.get(i).embedding();
                if (embedding.size() != size) {
                    throw new IllegalArgumentException("embeddings of " + size + " and " + embedding.size()
                            + " numbers: those of one model are required");
                }
                for (int j = 0; j < size; j++) {
                    vectors[i][j] = embedding.value(j);
                }
            }
            if (vectors.length >= size) {
                return new Numbers(vectors, null);
            }
            DMatrixRMaj columns = new DMatrixRMaj(size, vectors.length);
            for (int i = 0; i < vectors.length; i++) {
                for (int j = 0; j < size; j++) {
                    columns.set(j, i, vectors[i][j]);
                }
            }
            QRDecompositionHouseholderColumn_DDRM turning = new QRDecompositionHouseholderColumn_DDRM();
            if (!turning.decompose(columns)) {
                throw new IllegalStateException("taste: embeddings cannot be turned");
            }
            DMatrixRMaj back = turning.getQ(null, true);
            DMatrixRMaj turned = turning.getR(null, true);
            double[][] frames = new double[vectors.length][vectors.length];
            for (int i = 0; i < frames.length; i++) {
                for (int j = 0; j < frames.length; j++) {
                    frames[i][j] = turned.get(j, i);
                }
            }
            return new Numbers(frames, back);
        }

        double[] weights(double... coefficients) {
            if (back == null) {
                return Arrays.copyOf(coefficients, frames[0].length);
            }
            double[] weights = new double[back.numRows];
            for (int row = 0; row < weights.length; row++) {
                for (int column = 0; column < back.numCols; column++) {
                    weights[row] += back.get(row, column) * coefficients[column];
                }
            }
            return weights;
        }
    }
}
