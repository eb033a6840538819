package io.sluice.video;

import io.sluice.frame.FrameId;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** What packets say without being decoded. */
final class Packets {
    /** The keyframe before a segment is searched in so many packets. */
    private static final int MAX_PACKETS_BEFORE = 100_000;

    /** In the first byte of a VP8 frame: whether it is shown, and not only built upon (RFC 6386, 9.1). */
    private static final int VP8_SHOWN = 0x10;

    private Packets() {}

    static boolean isShown(AVPacket packet, String codec) {
        return (packet.flags() & avcodec.AV_PKT_FLAG_DISCARD) == 0
                && (!codec.equals("vp8") || packet.size() < 1 || (packet.data().get() & VP8_SHOWN) != 0);
    }

    static boolean isShownKeyframe(AVPacket packet) {
        return (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0 && (packet.flags() & avcodec.AV_PKT_FLAG_DISCARD) == 0;
    }

    /** Presentation time; else the decoding time, which it is where pictures are not reordered. */
    static long time(AVPacket packet) {
        return packet.pts() != avutil.AV_NOPTS_VALUE ? packet.pts() : packet.dts();
    }

    /** Decoding time; else the presentation time, which it is at most. */
    static long decodingTime(AVPacket packet) {
        return packet.dts() != avutil.AV_NOPTS_VALUE ? packet.dts() : packet.pts();
    }

    /**
     * Presentation time of the last frame that is shown before the segment, or of the last keyframe; {@link FrameId#NO_TICKS} if
     * there is none. Found without decoding.
     */
    static long lastBefore(Container container, int stream, Segment segment, String codec, boolean keyframes) {
        long start = segment.startTicks();
        if (!goToKeyframeBefore(container, stream, start)) {
            return FrameId.NO_TICKS;
        }
        long last = FrameId.NO_TICKS;
        for (int i = 0; i < MAX_PACKETS_BEFORE; i++) {
            AVPacket packet = container.read(stream);
            if (packet == null || decodingTime(packet) >= start) {
                break;
            }
            boolean counts = keyframes ? isShownKeyframe(packet) : isShown(packet, codec);
            if (counts && packet.pts() != avutil.AV_NOPTS_VALUE && packet.pts() < start) {
                last = Math.max(last, packet.pts());
            }
        }
        return last;
    }

    /** Goes to the keyframe before the one at {@code start}; false if there is none. */
    static boolean goToKeyframeBefore(Container container, int stream, long start) {
        if (!container.seek(stream, start)) {
            return false;
        }
        AVPacket keyframe = container.read(stream);
        return keyframe != null && container.seek(stream, decodingTime(keyframe) - 1);
    }
}
