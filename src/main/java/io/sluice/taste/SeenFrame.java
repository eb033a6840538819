package io.sluice.taste;

import io.sluice.frame.Embedding;
import io.sluice.frame.FrameId;
import java.util.OptionalDouble;

/**
 * A frame as training sees it.
 *
 * @param video identity of its video, whose frames may be almost the same picture
 * @param timeMicros in its video
 * @param current score by what scores the dataset now; empty where it has none
 */
public record SeenFrame(FrameId frame, String video, long timeMicros, Embedding embedding, OptionalDouble current) {}
