package io.sluice.video;

/**
 * One frame, upright, with square pixels, encoded once. The array belongs to the receiver.
 *
 * @param ticks presentation time in the stream's time base, {@link io.sluice.frame.FrameId#NO_TICKS} where there is none
 * @param ordinal 0 for the first frame of that time in the video, 1 for the next; among frames without a time, the count before
 * @param timeMicros since the start of the stream; of a frame without a time, that of the frame before
 * @param mediaType {@code image/jpeg} or {@code image/png}
 */
public record ExtractedFrame(
        long ticks, int ordinal, long timeMicros, int width, int height, String mediaType, byte[] encoded) {}
