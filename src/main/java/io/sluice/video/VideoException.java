package io.sluice.video;

/** The video is at fault: it fails, with the message as the reason that a person reads. Trying again gives the same. */
public class VideoException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public VideoException(String reason) {
        super(reason);
    }
}
