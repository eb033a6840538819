package io.sluice.video;

import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVComponentDescriptor;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** A frame whose samples are set one by one, in any pixel format of whole bytes, and the picture that comes of it. */
final class RawFrame implements AutoCloseable {
    private final AVFrame frame = avutil.av_frame_alloc();
    private final AVPixFmtDescriptor format;

    RawFrame(int format, int width, int height) {
        this.format = avutil.av_pix_fmt_desc_get(format);
        frame.format(format).width(width).height(height);
        if (avutil.av_frame_get_buffer(frame, 0) < 0) {
            throw new IllegalStateException("no memory for a frame of " + width + "x" + height);
        }
    }

    AVFrame frame() {
        return frame;
    }

    /** Bits of a sample. */
    int depth() {
        return format.comp(0).depth();
    }

    int components() {
        return format.nb_components();
    }

    /** Sets the sample that belongs to the pixel; subsampled components are set for all pixels that share them. */
    void set(int component, int x, int y, int value) {
        boolean chroma = component == 1 || component == 2;
        AVComponentDescriptor place = format.comp(component);
        int column = chroma ? x >> format.log2_chroma_w() : x;
        int row = chroma ? y >> format.log2_chroma_h() : y;
        BytePointer plane = frame.data(place.plane());
        long at = (long) row * frame.linesize(place.plane()) + (long) column * place.step() + place.offset();
        int stored = value << place.shift();
        plane.put(at, (byte) stored);
        if (place.depth() > 8) {
            plane.put(at + 1, (byte) (stored >> 8));
        }
    }

    /** Fills a rectangle of all components. */
    void fill(int left, int top, int width, int height, int... values) {
        for (int y = top; y < top + height; y++) {
            for (int x = left; x < left + width; x++) {
                for (int i = 0; i < values.length; i++) {
                    set(i, x, y, values[i]);
                }
            }
        }
    }

    /** The rendered picture's pixels, rows of BGR. */
    int[][][] rendered() {
        return rendered(null, this, null);
    }

    static int[][][] rendered(
            @org.jspecify.annotations.Nullable RawFrame previous,
            RawFrame frame,
            @org.jspecify.annotations.Nullable RawFrame next) {
        AVFormatContext container = avformat.avformat_alloc_context();
        try {
            AVStream stream = avformat.avformat_new_stream(container, null);
            stream.codecpar().codec_type(avutil.AVMEDIA_TYPE_VIDEO).codec_id(avcodec.AV_CODEC_ID_FFV1);
            try (Rendering rendering = new Rendering(container, stream, DecoderLimits.DEFAULT)) {
                return pixels(rendering.render(
                        previous == null ? null : previous.frame, frame.frame, next == null ? null : next.frame));
            }
        } finally {
            avformat.avformat_free_context(container);
        }
    }

    static int[][][] pixels(Mat picture) {
        int[][][] pixels = new int[picture.rows()][picture.cols()][3];
        byte[] row = new byte[3 * picture.cols()];
        for (int y = 0; y < picture.rows(); y++) {
            picture.ptr(y).get(row);
            for (int x = 0; x < picture.cols(); x++) {
                for (int i = 0; i < 3; i++) {
                    pixels[y][x][i] = row[3 * x + i] & 0xff;
                }
            }
        }
        return pixels;
    }

    @Override
    public void close() {
        avutil.av_frame_free(frame);
    }
}
