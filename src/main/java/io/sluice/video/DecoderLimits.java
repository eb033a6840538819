package io.sluice.video;

/**
 * What one video may cost. A video over a limit of its own (pixels, bytes, duration, frames, streams) is a
 * {@link VideoException}, raised before memory is taken; a child over its limits (memory, silence) is killed, which is a
 * {@link DecoderDiedException}.
 *
 * @param maxHeapMegabytes Java heap of a child; pixels are not on it
 * @param maxMemoryMegabytes resident memory of a child, watched by the parent on Linux
 * @param stallSeconds without any progress, after which a child is taken to hang
 * @param maxPixels of a picture, as coded and as displayed
 * @param maxDurationMicros as the container claims
 * @param maxFramesPerVideo frames in the video's index, or decoded in a segment
 * @param maxStreams streams of all kinds in the container
 */
public record DecoderLimits(
        int maxHeapMegabytes,
        int maxMemoryMegabytes,
        int stallSeconds,
        long maxPixels,
        long maxFileBytes,
        long maxDurationMicros,
        long maxFramesPerVideo,
        int maxStreams) {

    /** 8K pictures, 24 hours at 60 frames a second, 256 GiB; 3 GiB of memory hold 8K HEVC with a few threads. */
    public static final DecoderLimits DEFAULT =
            new DecoderLimits(256, 3072, 60, 8192L * 4608, 256L << 30, 24L * 3600 * 1_000_000, 24L * 3600 * 60, 64);

    /** @throws IllegalArgumentException if a limit is below 1 */
    public DecoderLimits {
        if (Math.min(Math.min(maxHeapMegabytes, maxMemoryMegabytes), Math.min(stallSeconds, maxStreams)) < 1
                || Math.min(Math.min(maxPixels, maxFileBytes), Math.min(maxDurationMicros, maxFramesPerVideo)) < 1) {
            throw new IllegalArgumentException("decoder limits must be at least 1");
        }
    }
}
