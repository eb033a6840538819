package io.sluice.video;

/**
 * What one video may cost. A video over a limit of its own (pixels, bytes, duration, frames, streams, time to decode) is a
 * {@link VideoException}, raised before memory is taken; a child over its limits (memory, silence) is killed, which is a
 * {@link DecoderDiedException}. What the container claims is checked first, what then comes out of it again.
 *
 * @param maxHeapMegabytes Java heap of a child; pixels are not on it
 * @param maxMemoryMegabytes resident memory of a child, watched by the parent on Linux
 * @param stallSeconds without any progress, after which a child is taken to hang
 * @param maxPixels of a picture, as coded and as displayed
 * @param maxDurationMicros as the container claims, and as its pictures' times reach
 * @param maxFramesPerVideo frames in the video's index, or decoded in a segment
 * @param maxStreams streams of all kinds in the container
 * @param maxDecodeSecondsPerSecond time by the clock that reading and decoding may take for each second of video; rendering,
 *     encoding and waiting for the parent do not count
 * @param decodeFloorMicros time that reading and decoding may take in any case, so that the start of a long video and all of a
 *     short one are not held to the rate
 */
public record DecoderLimits(
        int maxHeapMegabytes,
        int maxMemoryMegabytes,
        int stallSeconds,
        long maxPixels,
        long maxFileBytes,
        long maxDurationMicros,
        long maxFramesPerVideo,
        int maxStreams,
        double maxDecodeSecondsPerSecond,
        long decodeFloorMicros) {

    /**
     * 8K pictures, 24 hours at 60 frames a second, 256 GiB; 3 GiB of memory hold 8K HEVC with a few threads. 8K at 60 frames a
     * second takes two slow cores some 10 seconds a second, JPEG 2000 in 4K some 20: three times that is allowed.
     */
    public static final DecoderLimits DEFAULT = new DecoderLimits(
            256, 3072, 60, 8192L * 4608, 256L << 30, 24L * 3600 * 1_000_000, 24L * 3600 * 60, 64, 60, 120_000_000);

    /** @throws IllegalArgumentException if a limit is below 1, or the decode time a second is not above 0 */
    public DecoderLimits {
        atLeastOne("maxHeapMegabytes", maxHeapMegabytes);
        atLeastOne("maxMemoryMegabytes", maxMemoryMegabytes);
        atLeastOne("stallSeconds", stallSeconds);
        atLeastOne("maxPixels", maxPixels);
        atLeastOne("maxFileBytes", maxFileBytes);
        atLeastOne("maxDurationMicros", maxDurationMicros);
        atLeastOne("maxFramesPerVideo", maxFramesPerVideo);
        atLeastOne("maxStreams", maxStreams);
        atLeastOne("decodeFloorMicros", decodeFloorMicros);
        if (!(maxDecodeSecondsPerSecond > 0) || Double.isInfinite(maxDecodeSecondsPerSecond)) {
            throw new IllegalArgumentException(
                    "maxDecodeSecondsPerSecond is " + maxDecodeSecondsPerSecond + ": more than 0 is allowed");
        }
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + ": 1 or more is allowed");
        }
    }
}
