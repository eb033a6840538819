package io.sluice.world;

/**
 * Form of a rendered video.
 *
 * @param width in pixels, even
 * @param height in pixels, even
 * @param framesPerSecond constant
 * @param seconds length; of a given script the script's own counts
 */
public record Settings(int width, int height, int framesPerSecond, double seconds) {
    public Settings {
        if (width < 64 || height < 64 || width % 2 != 0 || height % 2 != 0 || framesPerSecond < 1 || seconds <= 0) {
            throw new IllegalArgumentException("a video of " + width + "x" + height + " at " + framesPerSecond
                    + " a second and " + seconds + " s: sides must be even and 64 or more, the others above 0");
        }
    }
}
