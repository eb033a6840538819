package io.sluice.video;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * What came of reading a segment once.
 *
 * @param decoded frames of the segment
 * @param damaged frames of the segment that were left out, because a part of them is made up
 * @param errors packets that could not be decoded
 * @param lastError what was wrong with the last of them
 * @param lastRead decoding time of the last packet if the file ended before the segment did, else {@link #NOT_ENDED}
 */
record Pass(long decoded, long damaged, long errors, String lastError, long lastRead) {
    static final long NOT_ENDED = Long.MAX_VALUE;

    /** What several threads say of broken frames is not certain: to be decoded again on one. */
    static final Pass UNCERTAIN = new Pass(-1, 0, 0, "", NOT_ENDED);

    /** Nothing was read. */
    static final long NOTHING = Long.MIN_VALUE;

    boolean isUncertain() {
        return equals(UNCERTAIN);
    }

    /** The later one of {@code lastRead} and the packet's decoding time. */
    static long lastRead(long lastRead, AVPacket packet) {
        return packet.dts() == avutil.AV_NOPTS_VALUE ? lastRead : packet.dts();
    }
}
