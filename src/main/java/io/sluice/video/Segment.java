package io.sluice.video;

/**
 * A stretch of a video that is extracted alone: the frames whose presentation time is in {@code [startTicks, endTicks)}. It
 * starts at a keyframe. The segments of a plan cover its time range without gaps and without overlap.
 *
 * @param index position in the plan, from 0
 * @param startTicks in the stream's time base, inclusive; {@link #FROM_THE_FIRST} for the first frame of the video
 * @param endTicks in the stream's time base, exclusive; {@link #TO_THE_END} for the end of the video
 */
public record Segment(int index, long startTicks, long endTicks) {
    public static final long FROM_THE_FIRST = Long.MIN_VALUE;
    public static final long TO_THE_END = Long.MAX_VALUE;
}
