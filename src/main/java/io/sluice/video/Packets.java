package io.sluice.video;

import io.sluice.frame.FrameId;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** What packets say without being decoded. */
final class Packets {
    /** The keyframe before a segment is searched in so many packets. */
    private static final int MAX_PACKETS_BEFORE = 100_000;

    /** In the first byte of a VP8 frame: whether it is shown, and not only built upon (RFC 6386, 9.1). */
    private static final int VP8_SHOWN = 0x10;

    /** Type of an H.264 unit with an IDR picture; those below hold other pictures (ITU-T H.264, table 7-1). */
    private static final int H264_REFRESH = 5;

    /** Types of HEVC units with pictures, and of those with BLA and IDR ones (ITU-T H.265, table 7-1). */
    private static final int HEVC_LAST_PICTURE = 31;

    private static final int HEVC_FIRST_REFRESH = 16;
    private static final int HEVC_LAST_REFRESH = 20;

    /** Where the decoder configuration says how long lengths are (ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1). */
    private static final int AVCC_LENGTH = 4;

    private static final int HVCC_LENGTH = 21;

    private Packets() {}

    static boolean isShown(AVPacket packet, String codec) {
        return (packet.flags() & avcodec.AV_PKT_FLAG_DISCARD) == 0
                && (!codec.equals("vp8") || packet.size() < 1 || (packet.data().get() & VP8_SHOWN) != 0);
    }

    static boolean isShownKeyframe(AVPacket packet) {
        return (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0 && (packet.flags() & avcodec.AV_PKT_FLAG_DISCARD) == 0;
    }

    /**
     * Whether decoding can begin with this keyframe whatever was decoded before. H.264 and its successors have others too (open
     * groups of pictures), which are numbered on from the one before: if what lies between was not decoded, they are taken for
     * earlier ones, and are shown in the wrong order or not at all.
     */
    static boolean isInstantRefresh(AVPacket packet, AVCodecParameters codec) {
        int id = codec.codec_id();
        if (id == avcodec.AV_CODEC_ID_VVC) {
            return false;
        }
        if (id != avcodec.AV_CODEC_ID_H264 && id != avcodec.AV_CODEC_ID_HEVC) {
            return true;
        }
        if (packet.size() < 1) {
            return false;
        }
        byte[] bytes = new byte[packet.size()];
        packet.data().get(bytes);
        int lengthBytes = lengthBytes(codec);
        for (int at = nextUnit(bytes, 0, lengthBytes); at < bytes.length; ) {
            int type = id == avcodec.AV_CODEC_ID_H264 ? bytes[at] & 0x1f : bytes[at] >> 1 & 0x3f;
            if (id == avcodec.AV_CODEC_ID_H264 ? type >= 1 && type <= H264_REFRESH : type <= HEVC_LAST_PICTURE) {
                return id == avcodec.AV_CODEC_ID_H264
                        ? type == H264_REFRESH
                        : type >= HEVC_FIRST_REFRESH && type <= HEVC_LAST_REFRESH;
            }
            at = nextUnit(
                    bytes, lengthBytes == 0 ? at : at + length(bytes, at - lengthBytes, lengthBytes), lengthBytes);
        }
        return false;
    }

    /** Bytes of the length before each unit, as in MP4 and Matroska; 0 for start codes, as in transport streams. */
    private static int lengthBytes(AVCodecParameters codec) {
        int place = codec.codec_id() == avcodec.AV_CODEC_ID_H264 ? AVCC_LENGTH : HVCC_LENGTH;
        boolean withLengths =
                codec.extradata_size() > place && codec.extradata().get(0) == 1;
        return withLengths ? (codec.extradata().get(place) & 3) + 1 : 0;
    }

    /** Where the next unit's first byte is, the end if there is none. */
    private static int nextUnit(byte[] bytes, int from, int lengthBytes) {
        if (lengthBytes > 0) {
            return from < 0 || from > bytes.length - lengthBytes ? bytes.length : from + lengthBytes;
        }
        for (int i = from; i + 3 < bytes.length; i++) {
            if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1) {
                return i + 3;
            }
        }
        return bytes.length;
    }

    private static int length(byte[] bytes, int at, int lengthBytes) {
        long length = 0;
        for (int i = 0; i < lengthBytes; i++) {
            length = length << 8 | bytes[at + i] & 0xff;
        }
        return (int) Math.min(length, bytes.length - at - lengthBytes);
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
