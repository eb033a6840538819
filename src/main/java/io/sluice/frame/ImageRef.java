package io.sluice.frame;

/**
 * Claim check for a stored picture.
 *
 * @param key place in the frame store, with {@code /} between its parts
 * @param width in pixels, as displayed
 * @param height in pixels, as displayed
 * @param mediaType {@code image/jpeg} or {@code image/png}
 * @param bytes length of the encoded picture
 * @param sha256 digest of the encoded picture, 64 lower-case hexadecimal digits
 */
public record ImageRef(String key, int width, int height, String mediaType, long bytes, String sha256) {
    public static final String JPEG = "image/jpeg";
    public static final String PNG = "image/png";

    /** The file name's extension that trainers expect for the media type. */
    public String extension() {
        return mediaType.equals(PNG) ? ".png" : ".jpg";
    }
}
