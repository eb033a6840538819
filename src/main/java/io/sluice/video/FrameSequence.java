package io.sluice.video;

import io.sluice.frame.FrameId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.jspecify.annotations.Nullable;

/**
 * Gives each decoded frame its place: the time, the ordinal among frames of the same time, the segment, and the neighbours. Only
 * an interlaced frame waits for the next one; of others, nothing is held but the last.
 */
final class FrameSequence implements AutoCloseable {
    /** How many distinct times are remembered to count frames of the same time; such frames follow each other closely. */
    private static final int REMEMBERED_TIMES = 4096;

    /** Which frames know their neighbours. */
    enum Neighbours {
        /** None: those of keyframes that are decoded alone are not known. */
        NONE,
        /** Those that say that they are interlaced. */
        INTERLACED_FRAMES,
        /** All, because the stream says that it is interlaced. */
        ALL;

        /** @param fieldOrder as a container or a codec says it */
        static Neighbours of(int fieldOrder) {
            boolean fields = fieldOrder == avcodec.AV_FIELD_TT
                    || fieldOrder == avcodec.AV_FIELD_BB
                    || fieldOrder == avcodec.AV_FIELD_TB
                    || fieldOrder == avcodec.AV_FIELD_BT;
            return fields ? ALL : INTERLACED_FRAMES;
        }
    }

    interface Sink {
        /** @return whether more frames are wanted */
        boolean accept(ShownFrame frame);
    }

    private final Segment segment;
    private final TimeBase timeBase;
    private final long startTicks;
    private final Neighbours neighbours;
    private final Map<Long, Integer> seen = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Integer> eldest) {
            return size() > REMEMBERED_TIMES;
        }
    };
    private final Set<Long> keyTicks = new HashSet<>();
    private ShownFrame.Place place;
    private long micros;
    private @Nullable HeldFrame last;
    private @Nullable ShownFrame waiting;

    /**
     * @param startTicks the stream's start
     */
    FrameSequence(Segment segment, TimeBase timeBase, long startTicks, Neighbours neighbours) {
        this.segment = segment;
        this.timeBase = timeBase;
        this.startTicks = startTicks;
        this.neighbours = neighbours;
        this.place = segment.startTicks() == Segment.FROM_THE_FIRST ? ShownFrame.Place.WITHIN : ShownFrame.Place.BEFORE;
    }

    /** To be called before the frame of this packet comes. */
    void read(AVPacket packet) {
        if (Packets.isShownKeyframe(packet)) {
            keyTicks.add(Packets.time(packet));
        }
    }

    /** Where a frame of this time lies; one without a time lies where the one before it does. */
    ShownFrame.Place place(long ticks) {
        if (ticks != FrameId.NO_TICKS) {
            place = ticks < segment.startTicks()
                    ? ShownFrame.Place.BEFORE
                    : ticks < segment.endTicks() ? ShownFrame.Place.WITHIN : ShownFrame.Place.AFTER;
        }
        return place;
    }

    /** Takes over what is in {@code frame}, and hands on the frames whose neighbours are known now. */
    boolean next(AVFrame frame, Sink sink) {
        boolean interlaced = hasNeighbours(frame);
        long ticks = FrameDecoder.ticks(frame);
        if (ticks != FrameId.NO_TICKS) {
            micros = timeBase.micros(ticks - startTicks);
        }
        ShownFrame.Position position = new ShownFrame.Position(
                ticks, seen.merge(ticks, 1, Integer::sum) - 1, micros, place(ticks), keyTicks.remove(ticks));
        HeldFrame held = HeldFrame.take(frame);
        HeldFrame previous = last;
        last = held.hold();
        if (previous != null && !interlaced) {
            previous.release();
        }
        ShownFrame shown = new ShownFrame(position, held, interlaced ? previous : null);
        if (waiting != null) {
            waiting.setNext(held);
        }
        if (!handOnWaiting(sink)) {
            shown.release();
            return false;
        }
        waiting = shown;
        return interlaced || handOnWaiting(sink);
    }

    /** Hands on the frame that waits for a next one which does not come. */
    boolean end(Sink sink) {
        return handOnWaiting(sink);
    }

    private boolean handOnWaiting(Sink sink) {
        if (waiting == null) {
            return true;
        }
        ShownFrame shown = waiting;
        waiting = null;
        try {
            return sink.accept(shown);
        } finally {
            shown.release();
        }
    }

    /** Whether this frame is handed on together with the frames before and after it. */
    boolean hasNeighbours(AVFrame frame) {
        return switch (neighbours) {
            case NONE -> false;
            case INTERLACED_FRAMES -> (frame.flags() & AVFrame.AV_FRAME_FLAG_INTERLACED) != 0;
            case ALL -> true;
        };
    }

    @Override
    public void close() {
        if (waiting != null) {
            waiting.release();
            waiting = null;
        }
        if (last != null) {
            last.release();
            last = null;
        }
    }
}
