package io.sluice.video;

/**
 * What is kept of upright pictures in square pixels, where bars around it are cut off. It counts for pictures of the size that it
 * was found for: a video whose pictures change their size has no bars in common.
 *
 * @param pictureWidth width of the whole picture
 * @param left first column that is kept, counted from 0
 * @param top first row that is kept, counted from 0
 */
public record Crop(int pictureWidth, int pictureHeight, int left, int top, int width, int height) {
    /** @throws IllegalArgumentException if nothing is kept, or more than there is */
    public Crop {
        if (left < 0
                || top < 0
                || width < 1
                || height < 1
                || left > pictureWidth - width
                || top > pictureHeight - height) {
            throw new IllegalArgumentException("a crop to " + width + "x" + height + " at " + left + "," + top
                    + " does not lie within " + pictureWidth + "x" + pictureHeight);
        }
    }

    boolean isFor(int width, int height) {
        return width == pictureWidth && height == pictureHeight;
    }
}
