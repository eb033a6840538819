package io.sluice.route;

import java.net.URI;
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
     * The video as a file that can be read.
     *
     * @throws RefusedException if the location is not allowed, or nothing is there
     * @throws io.sluice.frame.InfrastructureException if the place is at fault; the request is then read again
     */
    Path open(URI location) throws RefusedException;
}
