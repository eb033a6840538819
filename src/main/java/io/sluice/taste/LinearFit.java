package io.sluice.taste;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.decomposition.chol.CholeskyDecompositionBlock_DDRM;
import org.ejml.dense.row.linsol.chol.LinearSolverChol_DDRM;

/**
 * Linear scores that fit ratings and preferences best, with any of the folds left out.
 *
 * <p>What is made small is half the squared errors of the ratings, plus minus the logarithm of each preference's probability, plus
 * half the regularisation times the squared weights. A rating errs by about one point ({@link #NOISE}); a preference is what two
 * ratings with such errors would give, so its probability is logistic in the difference of the scores (Bradley and Terry) with the
 * scale {@link #SCALE}. A constant is not regularised; each rater's leniency, where there are several, is a constant of their own
 * that is expected to be a point or so.
 *
 * <p>Sums over a fold are made once and added up, whatever is left out. Preferences are fitted by steps with the largest curvature
 * that they can have (Böhning and Lindsay 1988), which never make the sum larger, from one factorisation.
 */
final class LinearFit {
    /** Standard deviation of a rating around the rater's opinion, in points. */
    static final double NOISE = 1;

    /** Of the logistic distribution whose deviation is that of a difference of two ratings. */
    static final double SCALE = NOISE * Math.sqrt(2) * Math.sqrt(3) / Math.PI;

    /** Of raters' leniency, in points. */
    private static final double LENIENCY = 1;

    /** Keeps the constant in place where there are no ratings. */
    private static final double ANCHOR = 1e-6;

    private static final double LARGEST_CURVATURE = 0.25;
    private static final int STEPS = 500;
    private static final double CLOSE = 1e-7;
    private static final int BLOCK = 64;

    /**
     * @param frame place of the frame
     * @param rater place of the rater
     * @param value minus the middle of the scale
     */
    record Rated(int frame, int rater, double value) {}

    /** Places of two frames. */
    record Preferred(int better, int worse) {}

    private record Sums(DMatrixRMaj squares, DMatrixRMaj products) {}

    private final double[][] frames;
    private final List<Rated> ratings;
    private final List<Preferred> preferences;
    private final int[] fold;
    private final int features;
    private final int raters;
    private final int size;
    private final Map<Integer, Sums> ratingSums = new TreeMap<>();
    private final Map<Integer, DMatrixRMaj> preferenceSquares = new TreeMap<>();

    /**
     * @param frames their numbers
     * @param raters how many there are; their leniency counts where it is more than one
     * @param fold of each frame
     */
    LinearFit(double[][] frames, List<Rated> ratings, int raters, List<Preferred> preferences, int... fold) {
        this.frames = frames;
        this.ratings = ratings;
        this.preferences = preferences;
        this.fold = fold;
        this.features = frames[0].length;
        this.raters = raters > 1 ? raters : 0;
        this.size = features + 1 + this.raters;
        Map<Integer, List<Rated>> ratingsOf = new TreeMap<>();
        for (Rated rating : ratings) {
            ratingsOf
                    .computeIfAbsent(1 << fold[rating.frame()], folds -> new ArrayList<>())
                    .add(rating);
        }
        ratingsOf.forEach((folds, of) -> ratingSums.put(folds, sums(of)));
        Map<Integer, List<Preferred>> preferencesOf = new TreeMap<>();
        for (Preferred preference : preferences) {
            preferencesOf
                    .computeIfAbsent(folds(preference), folds -> new ArrayList<>())
                    .add(preference);
        }
        preferencesOf.forEach((folds, of) -> preferenceSquares.put(folds, squares(of)));
    }

    /** The folds that the frames of a preference are in, a bit for each. */
    int folds(Preferred preference) {
        return 1 << fold[preference.better()] | 1 << fold[preference.worse()];
    }

    private Sums sums(List<Rated> ratings) {
        DMatrixRMaj rows = new DMatrixRMaj(ratings.size(), size);
        DMatrixRMaj values = new DMatrixRMaj(ratings.size(), 1);
        for (int row = 0; row < ratings.size(); row++) {
            Rated rating = ratings.get(row);
            System.arraycopy(frames[rating.frame()], 0, rows.data, row * size, features);
            rows.set(row, features, 1);
            if (raters > 0) {
                rows.set(row, features + 1 + rating.rater(), 1);
            }
            values.set(row, 0, rating.value());
        }
        DMatrixRMaj squares = new DMatrixRMaj(size, size);
        CommonOps_DDRM.multInner(rows, squares);
        DMatrixRMaj products = new DMatrixRMaj(size, 1);
        CommonOps_DDRM.multTransA(rows, values, products);
        return new Sums(squares, products);
    }

    private DMatrixRMaj squares(List<Preferred> preferences) {
        DMatrixRMaj rows = new DMatrixRMaj(preferences.size(), size);
        for (int row = 0; row < preferences.size(); row++) {
            Preferred preference = preferences.get(row);
            for (int i = 0; i < features; i++) {
                rows.set(row, i, difference(preference, i));
            }
        }
        DMatrixRMaj squares = new DMatrixRMaj(size, size);
        CommonOps_DDRM.multInner(rows, squares);
        return squares;
    }

    private double difference(Preferred preference, int feature) {
        return (frames[preference.better()][feature] - frames[preference.worse()][feature]) / SCALE;
    }

    /**
     * The best coefficients for each regularisation: weights, constant, leniency of each rater.
     *
     * @param without folds whose frames are left out, a bit for each
     * @param regularisations from the largest down
     */
    double[][] solve(int without, double... regularisations) {
        DMatrixRMaj curvature = new DMatrixRMaj(size, size);
        DMatrixRMaj products = new DMatrixRMaj(size, 1);
        ratingSums.forEach((folds, sums) -> {
            if ((folds & without) == 0) {
                CommonOps_DDRM.addEquals(curvature, sums.squares());
                CommonOps_DDRM.addEquals(products, sums.products());
            }
        });
        DMatrixRMaj exact = curvature.copy();
        preferenceSquares.forEach((folds, squares) -> {
            if ((folds & without) == 0) {
                CommonOps_DDRM.addEquals(curvature, LARGEST_CURVATURE, squares);
            }
        });
        List<Preferred> trained = preferences.stream()
                .filter(preference -> (folds(preference) & without) == 0)
                .toList();
        double[][] solutions = new double[regularisations.length][];
        DMatrixRMaj solution = new DMatrixRMaj(size, 1);
        for (int i = 0; i < solutions.length; i++) {
            DMatrixRMaj system = curvature.copy();
            for (int j = 0; j < size; j++) {
                system.add(j, j, penalty(j, regularisations[i]));
            }
            LinearSolverChol_DDRM solver = new LinearSolverChol_DDRM(new CholeskyDecompositionBlock_DDRM(BLOCK));
            if (!solver.setA(system)) {
                throw new IllegalStateException(
                        "taste: no solution with regularisation " + regularisations[i] + " over " + size + " numbers");
            }
            if (trained.isEmpty()) {
                solver.solve(products, solution);
            } else {
                descend(solver, exact, products, trained, regularisations[i], solution);
            }
            solutions[i] = solution.data.clone();
        }
        return solutions;
    }

    private double penalty(int coefficient, double regularisation) {
        if (coefficient < features) {
            return regularisation;
        }
        return coefficient == features ? ANCHOR : NOISE * NOISE / (LENIENCY * LENIENCY);
    }

    private void descend(
            LinearSolverChol_DDRM solver,
            DMatrixRMaj exact,
            DMatrixRMaj products,
            List<Preferred> trained,
            double regularisation,
            DMatrixRMaj solution) {
        DMatrixRMaj downhill = new DMatrixRMaj(size, 1);
        DMatrixRMaj step = new DMatrixRMaj(size, 1);
        double[] scores = new double[frames.length];
        double[] pulls = new double[frames.length];
        for (int round = 0; round < STEPS; round++) {
            CommonOps_DDRM.mult(exact, solution, downhill);
            for (int j = 0; j < size; j++) {
                downhill.data[j] = products.data[j] - downhill.data[j] - penalty(j, regularisation) * solution.data[j];
            }
            for (int frame = 0; frame < frames.length; frame++) {
                scores[frame] = dot(solution.data, frames[frame]) / SCALE;
                pulls[frame] = 0;
            }
            for (Preferred preference : trained) {
                double pull = logistic(scores[preference.worse()] - scores[preference.better()]) / SCALE;
                pulls[preference.better()] += pull;
                pulls[preference.worse()] -= pull;
            }
            for (int frame = 0; frame < frames.length; frame++) {
                if (pulls[frame] != 0) {
                    for (int j = 0; j < features; j++) {
                        downhill.data[j] += pulls[frame] * frames[frame][j];
                    }
                }
            }
            solver.solve(downhill, step);
            CommonOps_DDRM.addEquals(solution, step);
            if (largest(step) <= CLOSE * (1 + largest(solution))) {
                return;
            }
        }
    }

    private static double largest(DMatrixRMaj vector) {
        return CommonOps_DDRM.elementMaxAbs(vector);
    }

    /** Weights times a frame's numbers; what else is among the coefficients does not count. */
    static double dot(double[] coefficients, double... frame) {
        double sum = 0;
        for (int i = 0; i < frame.length; i++) {
            sum += coefficients[i] * frame[i];
        }
        return sum;
    }

    /** StrictMath, so that every machine gets the same digits. */
    static double logistic(double x) {
        return 1 / (1 + StrictMath.exp(-x));
    }

    /** What the coefficients make of the opinions on a fold: half the squared errors, and minus the logarithms. */
    double loss(double[] coefficients, int foldAsked) {
        double loss = 0;
        for (Rated rating : ratings) {
            if (fold[rating.frame()] == foldAsked) {
                double error = rating.value()
                        - dot(coefficients, frames[rating.frame()])
                        - coefficients[features]
                        - (raters > 0 ? coefficients[features + 1 + rating.rater()] : 0);
                loss += error * error / 2;
            }
        }
        for (Preferred preference : preferences) {
            if (folds(preference) == 1 << foldAsked) {
                double margin =
                        dot(coefficients, frames[preference.better()]) - dot(coefficients, frames[preference.worse()]);
                loss += StrictMath.log1p(StrictMath.exp(-margin / SCALE));
            }
        }
        return loss;
    }

    List<Preferred> preferences() {
        return preferences;
    }

    int features() {
        return features;
    }
}
