package io.sluice.export;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Puts examples where a layout wants them. Closed without {@link #finish}, what is not whole has never been. */
interface LayoutFiles extends Closeable {

    /**
     * @param picture the dataset's bytes
     * @param mask as the layout encodes it
     */
    void put(Example example, PictureFile facts, byte[] picture, Optional<byte[]> mask) throws IOException;

    /** Ends what spans examples, after the last. */
    void finish() throws IOException;

    @Override
    default void close() throws IOException {}
}
