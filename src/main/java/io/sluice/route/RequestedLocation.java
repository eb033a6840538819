package io.sluice.route;

import io.sluice.frame.VideoId;
import java.nio.file.Path;

/**
 * A kind of place where a requested video may lie, as a scheme names it. Asked by the thread that reads {@code videos.arrived}, for one
 * request at a time; may take as long as copying a video does.
 */
public interface RequestedLocation {
    /** Of the URL, in lower case, as in {@code s3}. */
    String scheme();

    /** What a location of this scheme must be, for a person to read. */
    String allowed();

    /**
     * The video as a file that can be read until it is closed.
     *
     * @param location a URL of this scheme, as the request has it
     * @throws RefusedException if the location is not allowed, or nothing is there
     * @throws io.sluice.frame.InfrastructureException if the place is at fault; the request is then read again
     */
    Requested open(String location) throws RefusedException;

    /** A video that was requested. */
    interface Requested extends AutoCloseable {
        Path file();

        /** What it turned out to be; is told before the dataset gets it. */
        default void isVideo(String dataset, VideoId video) {}

        @Override
        default void close() {}
    }
}
