package io.sluice.frame;

/**
 * How sharp and how empty a frame is, measured on its luma at a fixed working size, so that values of videos of different size
 * compare.
 *
 * @param score what thresholds apply to, 0 (blurred) to 1 (sharp); see {@code stage.blur.SharpnessMeasure} for its definition
 * @param edgeDensity share of pixels on a Canny edge, 0 to 1
 * @param clarity strength of the gradient across Canny edges, 0 to 1
 * @param laplacianVariance variance of the Laplacian (3x3 kernel, aperture 1) of 8-bit luma, recorded beside the score
 * @param lumaMean mean of 8-bit luma, 0 to 255
 * @param lumaDeviation standard deviation of 8-bit luma; near 0 the frame is blank
 */
public record Sharpness(
        double score,
        double edgeDensity,
        double clarity,
        double laplacianVariance,
        double lumaMean,
        double lumaDeviation)
        implements Annotation {}
