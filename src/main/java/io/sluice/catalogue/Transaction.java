package io.sluice.catalogue;

import org.jdbi.v3.core.Handle;

/** The tables, as one transaction sees them. Valid within the call that it was given to. */
public final class Transaction {
    private final Handle handle;

    Transaction(Handle handle) {
        this.handle = handle;
    }

    public Datasets datasets() {
        return new Datasets(handle);
    }

    public Videos videos() {
        return new Videos(handle);
    }

    public Segments segments() {
        return new Segments(handle);
    }

    public Frames frames() {
        return new Frames(handle);
    }

    public Pictures pictures() {
        return new Pictures(handle);
    }

    public Annotations annotations() {
        return new Annotations(handle);
    }

    public ModelDevices devices() {
        return new ModelDevices(handle);
    }

    public Leases leases() {
        return new Leases(handle);
    }

    public FrameEdits frameEdits() {
        return new FrameEdits(handle);
    }

    public SeenObjects objects() {
        return new SeenObjects(handle);
    }

    public Ratings ratings() {
        return new Ratings(handle);
    }

    public Attempts attempts() {
        return new Attempts(handle);
    }
}
