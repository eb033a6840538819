package io.sluice.store;

import io.sluice.frame.ImageRef;
import io.sluice.image.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Decoded pictures of a frame store. Thread-safe. */
public final class FrameImages {
    private final FrameStore store;

    /** @param cacheBytes of decoded pixels; this version keeps none */
    public FrameImages(FrameStore store, long cacheBytes) {
        if (cacheBytes < 0) {
            throw new IllegalArgumentException("cache of " + cacheBytes + " bytes: 0 or more is required");
        }
        this.store = store;
    }

    /** @throws MissingImageException if the store does not have it, or has no picture there */
    public Image read(ImageRef ref) {
        BufferedImage decoded;
        try {
            decoded = ImageIO.read(new ByteArrayInputStream(store.get(ref)));
        } catch (IOException e) {
            throw new UncheckedIOException("picture '" + ref.key() + "' cannot be decoded", e);
        }
        if (decoded == null) {
            throw new MissingImageException(ref, "it is no picture");
        }
        byte[] bgr = new byte[3 * decoded.getWidth() * decoded.getHeight()];
        int i = 0;
        for (int y = 0; y < decoded.getHeight(); y++) {
            for (int x = 0; x < decoded.getWidth(); x++) {
                int rgb = decoded.getRGB(x, y);
                bgr[i++] = (byte) rgb;
                bgr[i++] = (byte) (rgb >> 8);
                bgr[i++] = (byte) (rgb >> 16);
            }
        }
        return new Image(decoded.getWidth(), decoded.getHeight(), bgr);
    }
}
