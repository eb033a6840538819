package io.sluice.stage;

/**
 * Why a frame does not go on.
 *
 * @param reason one word or two with a hyphen, the key of the report's counts: {@code blurred}, {@code blank}, {@code no-target}
 * @param score the measured value that was compared
 * @param threshold the value it was compared with
 */
public record Rejection(String reason, double score, double threshold) {}
