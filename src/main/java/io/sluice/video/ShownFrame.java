package io.sluice.video;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * A decoded frame with its time and its place, and with its neighbours where it is interlaced. Whoever is handed one may use it
 * during the call; to keep it longer, {@link #hold}, and {@link #release} as often.
 */
final class ShownFrame {
    /** Where a frame lies, seen from a segment. */
    enum Place {
        BEFORE,
        WITHIN,
        AFTER
    }

    /**
     * @param ticks presentation time, {@link io.sluice.frame.FrameId#NO_TICKS} where there is none
     * @param ordinal 0 for the first frame of that time, 1 for the next
     * @param micros since the stream's start; of a frame without a time, that of the frame before
     * @param key whether the container marks it as a keyframe
     */
    record Position(long ticks, int ordinal, long micros, Place place, boolean key) {}

    private final Position position;
    private final HeldFrame frame;
    private final @Nullable HeldFrame previous;
    private @Nullable HeldFrame next;
    private int holders = 1;

    /** Takes over one hold of {@code frame}, and one of {@code previous}. */
    ShownFrame(Position position, HeldFrame frame, @Nullable HeldFrame previous) {
        this.position = position;
        this.frame = frame;
        this.previous = previous;
    }

    void setNext(HeldFrame following) {
        next = following.hold();
    }

    Position position() {
        return position;
    }

    boolean isTimeless() {
        return position.ticks() == io.sluice.frame.FrameId.NO_TICKS;
    }

    AVFrame frame() {
        return frame.frame();
    }

    /** The frame shown before; null if it is not known or not needed. */
    @Nullable
    AVFrame previous() {
        return previous == null ? null : previous.frame();
    }

    /** The frame shown next; null if it is not known or not needed. */
    @Nullable
    AVFrame next() {
        return next == null ? null : next.frame();
    }

    ShownFrame hold() {
        holders++;
        return this;
    }

    void release() {
        if (--holders > 0) {
            return;
        }
        frame.release();
        if (previous != null) {
            previous.release();
        }
        if (next != null) {
            next.release();
        }
    }
}
