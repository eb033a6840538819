package io.sluice.catalogue;

import java.util.List;

/**
 * What is known of a segment.
 *
 * @param done whether all its frames are in the store and the catalogue
 * @param decodedFrames frames the decoder gave, chosen or not
 */
public record SegmentState(int number, boolean done, long decodedFrames, List<String> warnings) {}
