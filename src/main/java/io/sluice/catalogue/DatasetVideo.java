package io.sluice.catalogue;

import io.sluice.frame.VideoId;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A video in a dataset.
 *
 * @param source the name it arrived under, for people
 * @param location where the file is now
 * @param recipe digest of the recipe it is worked on with
 * @param extraction fingerprint of what chooses its frames, once it is planned
 * @param reason why it failed
 * @param changedAt when its status was last changed, milliseconds since 1970
 */
public record DatasetVideo(
        String dataset,
        VideoId video,
        String source,
        Path location,
        String recipe,
        Optional<String> extraction,
        VideoStatus status,
        Optional<String> reason,
        long changedAt) {}
