package io.sluice.taste;

import org.jspecify.annotations.Nullable;

/**
 * How well a taste foretells what was said of frames that it had not seen.
 *
 * @param ratings that were trained on
 * @param ratedFrames frames that they are of
 * @param raters of ratings and preferences
 * @param preferences that were trained on
 * @param videos of all these frames
 * @param folds that were left out in turn: {@code videos}, or {@code stretches} of videos where there are too few of these
 * @param regularisation weight of the squared weights, chosen among others by what it foretells; 0 where nothing was trained
 * @param spearman between scores and ratings of frames left out; null with fewer than three rated frames
 * @param kendall tau-b of the same
 * @param right share of the preferences between frames left out that the scores foretell; null without any
 * @param currentSpearman as {@code spearman}, of what scores the dataset now; null where that has not scored all of the frames
 * @param gain by how much {@code spearman} is above it
 * @param currentRight as {@code right}, of what scores the dataset now
 * @param rightGain by how much {@code right} is above it
 */
public record Evidence(
        int ratings,
        int ratedFrames,
        int raters,
        int preferences,
        int videos,
        String folds,
        double regularisation,
        @Nullable Interval spearman,
        @Nullable Double kendall,
        @Nullable Interval right,
        @Nullable Double currentSpearman,
        @Nullable Interval gain,
        @Nullable Double currentRight,
        @Nullable Interval rightGain) {}
