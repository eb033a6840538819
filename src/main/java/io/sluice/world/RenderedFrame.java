package io.sluice.world;

import java.awt.image.BufferedImage;
import org.jspecify.annotations.Nullable;

/**
 * A picture and what is known of it.
 *
 * @param picture {@link BufferedImage#TYPE_INT_RGB}
 * @param clean the same frame, down to the noise, without any words; null if it has none or was not asked for
 * @param mask for each pixel, row by row, the mask's value of the object that is seen there ({@link FrameTruth.Seen#mask}); of
 *     the frame without its blur
 */
public record RenderedFrame(BufferedImage picture, @Nullable BufferedImage clean, byte[] mask, FrameTruth truth) {}
