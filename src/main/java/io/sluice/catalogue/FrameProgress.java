package io.sluice.catalogue;

import io.sluice.frame.FrameId;
import io.sluice.frame.VideoId;
import io.sluice.stage.StageName;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a frame has come in a dataset.
 *
 * @param stage the last stage that has decided on it
 * @param reason the reason word of a rejection, or the error of a failure
 */
public record FrameProgress(
        FrameId frame,
        VideoId video,
        int segment,
        StageName stage,
        Verdict verdict,
        Optional<String> reason,
        OptionalDouble score,
        OptionalDouble threshold) {}
