package io.sluice.catalogue;

import io.sluice.frame.VideoId;
import java.util.Optional;

/**
 * An object of a bucket as the catalogue has it.
 *
 * @param version its ETag
 * @param bytes its length
 * @param folder name of the dataset that it is for, or that it was first requested for
 * @param video what it turned out to be; empty before
 * @param attempts how often it was claimed
 */
public record SeenObject(
        String bucket,
        String key,
        String version,
        long bytes,
        ObjectStatus status,
        Optional<String> note,
        String folder,
        Optional<VideoId> video,
        int attempts) {}
