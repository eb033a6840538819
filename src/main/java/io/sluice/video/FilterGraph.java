package io.sluice.video;

import static org.bytedeco.ffmpeg.global.avfilter.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * A chain of FFmpeg's filters for pictures of one shape. It runs on the calling thread alone: with more, zscale cuts the picture
 * into slices, and what comes out would depend on the number of cores.
 */
final class FilterGraph implements AutoCloseable {
    private static final int EAGAIN = org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN();

    /** All of a frame that a chain is built for. */
    record Input(int width, int height, int format, int matrix, int range) {
        static Input of(AVFrame frame) {
            return new Input(frame.width(), frame.height(), frame.format(), frame.colorspace(), frame.color_range());
        }
    }

    private final AVFilterGraph graph = avfilter_graph_alloc();
    private final AVFilterContext source;
    private final AVFilterContext sink;
    private final AVFrame result = av_frame_alloc();

    /**
     * @param filters in FFmpeg's notation, one input and one output
     * @throws VideoException if these filters do not take such pictures
     */
    FilterGraph(Input input, String filters) {
        graph.nb_threads(1);
        String description = "buffer@in=video_size=" + input.width() + "x" + input.height() + ":pix_fmt="
                + input.format() + ":time_base=1/1:colorspace=" + input.matrix() + ":range=" + input.range() + ","
                + filters + ",buffersink@out";
        AVFilterInOut inputs = new AVFilterInOut(null);
        AVFilterInOut outputs = new AVFilterInOut(null);
        int error = avfilter_graph_parse2(graph, description, inputs, outputs);
        avfilter_inout_free(inputs);
        avfilter_inout_free(outputs);
        if (error >= 0) {
            error = avfilter_graph_config(graph, null);
        }
        if (error < 0) {
            close();
            throw failure(error);
        }
        source = avfilter_graph_get_filter(graph, "buffer@in");
        sink = avfilter_graph_get_filter(graph, "buffersink@out");
    }

    /** @param frame which stays the caller's */
    void push(AVFrame frame) {
        int error = av_buffersrc_add_frame_flags(source, frame, AV_BUFFERSRC_FLAG_KEEP_REF);
        if (error < 0) {
            throw failure(error);
        }
    }

    /** The next picture, valid until the next call; null if one has to be pushed first. */
    @Nullable
    AVFrame pull() {
        av_frame_unref(result);
        int error = av_buffersink_get_frame(sink, result);
        if (error == EAGAIN) {
            return null;
        }
        if (error < 0) {
            throw failure(error);
        }
        return result;
    }

    private static VideoException failure(int error) {
        return new VideoException("its pictures cannot be converted: " + FfmpegLog.text(error));
    }

    @Override
    public void close() {
        av_frame_free(result);
        avfilter_graph_free(graph);
    }
}
