package io.sluice.video;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a frame of two fields, taken one after the other, the picture at the time of the first: its lines stay, and the lines
 * between them are interpolated by bwdif, from this frame and its neighbours in time where both are given, else from this frame
 * alone.
 *
 * <p>The filter is built anew for each frame, so that a picture is a function of the three frames, whatever came before.
 */
final class Deinterlacing implements AutoCloseable {
    /** Codecs whose frames say themselves whether they are interlaced; what the container says of them does not count. */
    private static final Set<Integer> TELLING = Set.of(
            AV_CODEC_ID_MPEG1VIDEO,
            AV_CODEC_ID_MPEG2VIDEO,
            AV_CODEC_ID_MPEG4,
            AV_CODEC_ID_H264,
            AV_CODEC_ID_HEVC,
            AV_CODEC_ID_VVC,
            AV_CODEC_ID_VC1,
            AV_CODEC_ID_WMV3,
            AV_CODEC_ID_DVVIDEO,
            AV_CODEC_ID_DNXHD,
            AV_CODEC_ID_PRORES,
            AV_CODEC_ID_CAVS);

    /** bwdif takes no picture with fewer lines or columns. */
    private static final int MIN_SIDE = 4;

    private enum Order {
        PROGRESSIVE,
        TOP_FIRST,
        BOTTOM_FIRST
    }

    private final Order ofContainer;
    private @Nullable FilterGraph graph;

    Deinterlacing(AVCodecParameters stream) {
        this.ofContainer = TELLING.contains(stream.codec_id())
                ? Order.PROGRESSIVE
                : switch (stream.field_order()) {
                    // The second letter: which field is shown first; the first one: which is stored first.
                    case AV_FIELD_TT, AV_FIELD_BT -> Order.TOP_FIRST;
                    case AV_FIELD_BB, AV_FIELD_TB -> Order.BOTTOM_FIRST;
                    default -> Order.PROGRESSIVE;
                };
    }

    boolean isNeeded(AVFrame frame) {
        return order(frame) != Order.PROGRESSIVE && Math.min(frame.width(), frame.height()) >= MIN_SIDE;
    }

    private Order order(AVFrame frame) {
        if ((frame.flags() & AVFrame.AV_FRAME_FLAG_INTERLACED) == 0) {
            return ofContainer;
        }
        return (frame.flags() & AVFrame.AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0 ? Order.TOP_FIRST : Order.BOTTOM_FIRST;
    }

    /**
     * @param frame one that {@linkplain #isNeeded needs} it
     * @return of the same size and pixel format, or one that holds the same pixels; valid until the next call
     * @throws VideoException if FFmpeg cannot deinterlace such pictures
     */
    AVFrame deinterlace(@Nullable AVFrame previous, AVFrame frame, @Nullable AVFrame next) {
        close();
        FilterGraph.Input input = FilterGraph.Input.of(frame);
        String parity = order(frame) == Order.TOP_FIRST ? "tff" : "bff";
        FilterGraph built = new FilterGraph(input, "bwdif=mode=send_frame:deint=all:parity=" + parity);
        graph = built;
        if (previous == null
                || next == null
                || !FilterGraph.Input.of(previous).equals(input)
                || !FilterGraph.Input.of(next).equals(input)) {
            // Of the first frame that it gets bwdif knows no fields before, and does not look at those after either.
            return second(built, frame, frame);
        }
        second(built, previous, frame);
        built.push(next);
        return pull(built);
    }

    /** What comes out once the second frame is in: the first one. */
    private static AVFrame second(FilterGraph graph, AVFrame first, AVFrame second) {
        graph.push(first);
        graph.push(second);
        return pull(graph);
    }

    private static AVFrame pull(FilterGraph graph) {
        AVFrame frame = graph.pull();
        if (frame == null) {
            throw new IllegalStateException("bwdif gave no picture for the frame before the last");
        }
        return frame;
    }

    @Override
    public void close() {
        if (graph != null) {
            graph.close();
            graph = null;
        }
    }
}
