package io.sluice.image;

/**
 * The middle square of a picture, scaled: the shorter side to {@code side} pixels by {@link Resampling#BICUBIC}, the longer one in
 * proportion and rounded down, and of that the middle, where it is odd one pixel nearer to the left or the top. Sizes and offsets
 * are those of CLIP's image processor in Hugging Face's transformers.
 */
public final class CentreCrop {
    private CentreCrop() {}

    /** @param side in pixels, at least 1 */
    public static Image of(Image image, int side) {
        int shorter = Math.min(image.width(), image.height());
        int width = (int) ((long) side * image.width() / shorter);
        int height = (int) ((long) side * image.height() / shorter);
        return Resampling.BICUBIC.window(image, width, height, (width - side) / 2, (height - side) / 2, side, side);
    }
}
