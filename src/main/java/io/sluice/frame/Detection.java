package io.sluice.frame;

/**
 * One object found in a frame.
 *
 * @param label the model's word for the class, as its manifest lists it
 * @param score confidence, 0 to 1
 * @param box in pixels of the original image
 */
public record Detection(String label, double score, Box box) {}
