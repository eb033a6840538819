package io.sluice.store;

import io.sluice.frame.ImageRef;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.image.ImageFormatException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Decoded pictures of a frame store. Those asked for last are kept, up to a number of bytes, because one stage after the other
 * reads the same frame; what is asked for by several threads at once is decoded once. Thread-safe.
 */
public final class FrameImages {
    private final FrameStore store;
    private final long cacheBytes;
    private final Map<ImageRef, Image> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<ImageRef, CompletableFuture<Image>> underWay = new HashMap<>();
    private long keptBytes;

    /** @param cacheBytes of decoded pixels, 3 a pixel; 0 for no cache */
    public FrameImages(FrameStore store, long cacheBytes) {
        if (cacheBytes < 0) {
            throw new IllegalArgumentException("cache of " + cacheBytes + " bytes: 0 or more is required");
        }
        this.store = store;
        this.cacheBytes = cacheBytes;
    }

    /**
     * @throws MissingImageException if the store does not have it, or has a picture of another size
     * @throws ImageFormatException if it cannot be decoded
     * @throws io.sluice.frame.InfrastructureException if the store cannot be read
     */
    public Image read(ImageRef ref) {
        CompletableFuture<Image> mine = new CompletableFuture<>();
        CompletableFuture<Image> other;
        synchronized (kept) {
            Image image = kept.get(ref);
            if (image != null) {
                return image;
            }
            other = underWay.putIfAbsent(ref, mine);
        }
        if (other != null) {
            return await(other);
        }
        try {
            Image image = decode(ref);
            finish(ref, image);
            mine.complete(image);
            return image;
        } catch (RuntimeException | Error e) {
            finish(ref, null);
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private Image decode(ImageRef ref) {
        Image image;
        try {
            image = ImageCodec.decode(store.get(ref));
        } catch (ImageFormatException e) {
            throw new ImageFormatException("picture '" + ref.key() + "': " + e.getMessage(), e);
        }
        if (image.width() != ref.width() || image.height() != ref.height()) {
            throw new MissingImageException(
                    ref,
                    image.width() + "x" + image.height() + " is stored, " + ref.width() + "x" + ref.height()
                            + " was put");
        }
        return image;
    }

    private void finish(ImageRef ref, @Nullable Image image) {
        synchronized (kept) {
            underWay.remove(ref);
            if (image == null || image.bgr().length > cacheBytes) {
                return;
            }
            kept.put(ref, image);
            keptBytes += image.bgr().length;
            Iterator<Image> eldest = kept.values().iterator();
            while (keptBytes > cacheBytes) {
                keptBytes -= eldest.next().bgr().length;
                eldest.remove();
            }
        }
    }

    private static Image await(CompletableFuture<Image> other) {
        try {
            return other.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
