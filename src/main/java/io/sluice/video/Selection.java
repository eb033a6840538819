package io.sluice.video;

/**
 * Which frames of a fully decoded video are delivered. It is shown every frame of the time range in order of presentation: those
 * of its segment, some from before, and as many from after as it wants. What it delivers must not depend on where the segment
 * begins and ends, or on how much from before it is shown once {@link #isInformed}.
 */
sealed interface Selection extends AutoCloseable permits RateSelection, KeyframeSelection, SceneSelection {
    /**
     * Whether it was shown enough from before the segment. Asked when the segment's first frame has come, and not where the
     * time range or the video begins with it or just before.
     */
    boolean isInformed();

    /** How far before the segment decoding should begin, in microseconds; 0 if nothing from there is needed. */
    long lookbackMicros();

    /** @return whether more frames are wanted */
    boolean next(ShownFrame frame);

    /** No more frames come: the range or the video has ended. */
    void end();

    /** Gives back what is held. */
    @Override
    void close();
}
