package io.sluice.image;

/** Bytes that are no complete JPEG or PNG picture. The frame is at fault. */
public final class ImageFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ImageFormatException(String message) {
        super(message);
    }

    public ImageFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
