package io.sluice.video;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a video is and how it will be extracted, found once, before any frame is: an immutable value that JSON can carry.
 *
 * @param container FFmpeg's name of the container, as in {@code mov,mp4,m4a,3gp,3g2,mj2}
 * @param codec FFmpeg's name of the codec, as in {@code h264}
 * @param stream index of the chosen video stream in the container
 * @param timeBaseNumerator with the denominator: seconds a tick
 * @param startTicks the stream's start; time 0 of its frames
 * @param durationMicros as the container claims, 0 where it does not say; measured where the recipe has a limit
 * @param width of a frame as delivered: rotated, with square pixels, without black bars
 * @param rotationDegrees clockwise turn that the container asks for: 0, 90, 180 or 270 (a mirroring, if any, comes after it)
 * @param crop what is kept of each picture where black bars around it are cut off; null for all of it
 * @param segments in order of time; empty if the recipe's time range lies outside the video
 * @param warnings what a person should know of, in plain words
 */
public record VideoPlan(
        String container,
        String codec,
        int stream,
        int timeBaseNumerator,
        int timeBaseDenominator,
        long startTicks,
        long durationMicros,
        int width,
        int height,
        int rotationDegrees,
        @Nullable Crop crop,
        List<Segment> segments,
        List<String> warnings) {
    public VideoPlan {
        segments = List.copyOf(segments);
        warnings = List.copyOf(warnings);
    }
}
