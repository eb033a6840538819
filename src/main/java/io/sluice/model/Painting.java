package io.sluice.model;

/**
 * How a network paints that is told what to paint; others pass it over.
 *
 * @param prompt what is to be seen in the hole; may be empty
 * @param negative what is not to be seen
 * @param sampler how noise becomes a picture
 * @param steps of it, 1 to 1000
 * @param guidance how much the prompt weighs; 1 for as much as the network thinks
 * @param strength share of the steps that are made, above 0 to 1; below 1 what is in the hole shows through
 * @param seed of the noise: the same seed, the same picture on the same device
 */
public record Painting(
        String prompt, String negative, Sampler sampler, int steps, double guidance, double strength, long seed) {
    /** Word of the kind of models that are told what to paint. */
    public static final String KIND = "stable-diffusion";

    /** What the recipe's defaults come to. */
    public static final Painting DEFAULT = new Painting("", "", Sampler.DPM, 20, 7.5, 1, 0);

    /** Ways from noise to a picture. */
    public enum Sampler {
        /** Without noise of its own (eta 0). */
        DDIM,
        /** DPM-Solver++ of the second order: about half of DDIM's steps do. */
        DPM
    }

    /** With as few steps as can be. */
    Painting quick() {
        return new Painting(prompt, negative, sampler, 1, guidance, strength, seed);
    }
}
