package io.sluice.video;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVIndexEntry;
import org.bytedeco.ffmpeg.global.avformat;

/**
 * Where decoding begins: at the segment's keyframe, or before it if frames from before are needed; if what comes then is not
 * whole or not enough, earlier; at last, at the start.
 */
enum Approach {
    KEYFRAME,
    LOOKBACK,
    EARLIER,
    START;

    private static final long EARLIER_MICROS = 10_000_000;

    /**
     * Goes there.
     *
     * @param lookbackMicros how far before the segment frames are needed from
     * @return false if this approach is not possible, and another one has to be taken
     */
    boolean go(Container container, int stream, Segment segment, TimeBase timeBase, long lookbackMicros) {
        if (segment.startTicks() == Segment.FROM_THE_FIRST) {
            return true;
        }
        return switch (this) {
            case KEYFRAME -> lookbackMicros == 0 && container.seek(stream, segment.startTicks());
            case LOOKBACK -> lookBack(container, stream, segment, timeBase.ticks(lookbackMicros));
            case EARLIER ->
                container.seek(
                        stream, segment.startTicks() - timeBase.ticks(Math.max(EARLIER_MICROS, 4 * lookbackMicros)));
            case START -> {
                AVIndexEntry first = avformat.avformat_index_get_entry(container.stream(stream), 0);
                yield first != null && !first.isNull() && container.seek(stream, first.timestamp());
            }
        };
    }

    /** To the keyframe before the segment's, or further. Also where only its first frame tells that others are needed. */
    private static boolean lookBack(Container container, int stream, Segment segment, long ticks) {
        if (!container.seek(stream, segment.startTicks())) {
            return false;
        }
        AVPacket keyframe = container.read(stream);
        return keyframe != null
                && container.seek(stream, Math.min(Packets.decodingTime(keyframe) - 1, segment.startTicks() - ticks));
    }
}
