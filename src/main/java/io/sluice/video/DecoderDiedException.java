package io.sluice.video;

/**
 * The child that decoded crashed, hung, or was killed over a limit; the message says how it ended, and what it was doing. Most
 * likely the video is at fault, but a second attempt may go well. The next call gets a new child.
 */
public class DecoderDiedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DecoderDiedException(String message) {
        super(message);
    }
}
