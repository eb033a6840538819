package io.sluice.video;

import java.util.List;

/**
 * How a segment went.
 *
 * @param decodedFrames frames of the segment that came out of the decoder, delivered or not; summed over the segments it does
 *     not depend on the cutting
 * @param warnings what was lost, and the first of FFmpeg's complaints; empty if all went well
 */
public record SegmentResult(long decodedFrames, List<String> warnings) {
    public SegmentResult {
        warnings = List.copyOf(warnings);
    }
}
