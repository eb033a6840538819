package io.sluice.store;

import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import java.util.Optional;
import java.util.OptionalLong;

/** Holds encoded pictures under claim checks, and embeddings of them. Thread-safe; every operation may be repeated. */
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

    /**
     * Whether {@link #get} would give the picture.
     *
     * @throws io.sluice.frame.InfrastructureException if the store cannot be read
     */
    default boolean has(ImageRef ref) {
        try {
            get(ref);
            return true;
        } catch (MissingImageException e) {
            return false;
        }
    }

    /**
     * Keeps what a model made of a picture, with the picture.
     *
     * @param model identity of what made it: embeddings of several models lie beside each other
     * @throws io.sluice.frame.InfrastructureException if the store cannot take it
     */
    void putEmbedding(ImageRef picture, Fingerprint model, Embedding embedding);

    /**
     * What {@link #putEmbedding} has kept; empty if there is none.
     *
     * @throws io.sluice.frame.InfrastructureException if the store cannot be read
     */
    Optional<Embedding> embedding(ImageRef picture, Fingerprint model);

    /**
     * Bytes of all that is stored; empty where the store cannot tell without asking for each picture. May take as long as a walk through
     * all files.
     *
     * @throws io.sluice.frame.InfrastructureException if the store cannot be read
     */
    default OptionalLong storedBytes() {
        return OptionalLong.empty();
    }

    /** Removes the picture with its embeddings; nothing happens if it is not there. */
    void delete(ImageRef ref);
}
