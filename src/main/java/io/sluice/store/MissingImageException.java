package io.sluice.store;

import io.sluice.frame.ImageRef;

/** The store does not hold a picture under this reference, or holds other bytes. The frame is at fault, not the store. */
public final class MissingImageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public MissingImageException(ImageRef ref, String what) {
        super("picture '" + ref.key() + "': " + what);
    }
}
