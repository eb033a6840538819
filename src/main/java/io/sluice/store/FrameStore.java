package io.sluice.store;

import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;

/** Holds encoded pictures under claim checks. Thread-safe; every operation may be repeated. */
public interface FrameStore {

    /**
     * Stores a picture. The reference is returned only when the bytes are complete in the store.
     *
     * @param rendition names what made the pixels (a fingerprint), so that renditions of a frame lie beside each other
     * @param encoded the complete JPEG or PNG file
     * @throws io.sluice.frame.InfrastructureException if the store cannot take it
     */
    ImageRef put(FrameId frame, String rendition, byte[] encoded, String mediaType, int width, int height);

    /**
     * The encoded picture, checked against the reference's length.
     *
     * @throws MissingImageException if the store does not have it, or has other bytes
     * @throws io.sluice.frame.InfrastructureException if the store cannot be read
     */
    byte[] get(ImageRef ref);

    /** Removes the picture; nothing happens if it is not there. */
    void delete(ImageRef ref);
}
