package io.sluice.video;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/**
 * Makes videos of a few kilobytes in any container and codec that the FFmpeg of this project can write, 10 frames a second unless said, a
 * keyframe in five: a pattern that moves. Stretches of different size or pixel format make one stream whose header knows the
 * first of them only. The same arguments make the same bytes.
 */
final class TinyVideo {
    private static final int KEYFRAME_EVERY = 5;

    private record Stretch(int width, int height, int pixelFormat, int frames) {}

    private final String muxer;
    private final int codec;
    private final List<Stretch> stretches = new ArrayList<>();
    private final Map<String, String> options = new TreeMap<>();
    private int framesPerSecond = 10;
    private LongUnaryOperator times = number -> number;

    private TinyVideo(String muxer, int codec) {
        this.muxer = muxer;
        this.codec = codec;
    }

    /** @param muxer FFmpeg's name of the container's writer */
    static TinyVideo of(String muxer, int codec) {
        return new TinyVideo(muxer, codec);
    }

    /** 20 frames of MPEG-4 part 2, 64 x 48. */
    static TinyVideo mpeg4(String muxer) {
        return of(muxer, avcodec.AV_CODEC_ID_MPEG4).then(64, 48, avutil.AV_PIX_FMT_YUV420P, 20);
    }

    TinyVideo then(int width, int height, int pixelFormat, int frames) {
        stretches.add(new Stretch(width, height, pixelFormat, frames));
        return this;
    }

    /** An option of the muxer. */
    TinyVideo with(String option, String value) {
        options.put(option, value);
        return this;
    }

    TinyVideo rate(int frames) {
        framesPerSecond = frames;
        return this;
    }

    /** Presentation times of the frames by their number, in frames. */
    TinyVideo at(LongUnaryOperator timeOfFrame) {
        times = timeOfFrame;
        return this;
    }

    /** @throws IllegalStateException if FFmpeg cannot write it */
    Path write(Path file) {
        AVFormatContext format = new AVFormatContext(null);
        check(avformat.avformat_alloc_output_context2(format, null, muxer, file.toString()), "choose " + muxer);
        format.flags(format.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
        AVIOContext io = new AVIOContext(null);
        AVRational tick = new AVRational().num(1).den(framesPerSecond);
        AVPacket packet = avcodec.av_packet_alloc();
        AVStream stream = avformat.avformat_new_stream(format, null);
        stream.time_base(tick);
        stream.avg_frame_rate(new AVRational().num(framesPerSecond).den(1));
        int number = 0;
        for (Stretch stretch : stretches) {
            AVCodecContext encoder = encoder(stretch, tick);
            if (number == 0) {
                check(avcodec.avcodec_parameters_from_context(stream.codecpar(), encoder), "describe the stream");
                check(avformat.avio_open(io, file.toString(), avformat.AVIO_FLAG_WRITE), "open " + file);
                format.pb(io);
                AVDictionary dictionary = new AVDictionary(null);
                options.forEach((key, value) -> avutil.av_dict_set(dictionary, key, value, 0));
                check(avformat.avformat_write_header(format, dictionary), "write the header of " + muxer);
                avutil.av_dict_free(dictionary);
            }
            AVFrame frame = avutil.av_frame_alloc();
            frame.format(stretch.pixelFormat()).width(stretch.width()).height(stretch.height());
            check(avutil.av_frame_get_buffer(frame, 0), "take a frame's memory");
            for (int i = 0; i < stretch.frames(); i++, number++) {
                check(avutil.av_frame_make_writable(frame), "write a frame");
                draw(frame, number);
                frame.pts(times.applyAsLong(number));
                frame.quality(encoder.global_quality());
                check(avcodec.avcodec_send_frame(encoder, frame), "encode a frame");
                drain(encoder, format, stream, packet);
            }
            check(avcodec.avcodec_send_frame(encoder, null), "end the stretch");
            drain(encoder, format, stream, packet);
            avutil.av_frame_free(frame);
            avcodec.avcodec_free_context(encoder);
        }
        check(avformat.av_write_trailer(format), "write the trailer");
        avcodec.av_packet_free(packet);
        avformat.avio_closep(io);
        avformat.avformat_free_context(format);
        return file;
    }

    private AVCodecContext encoder(Stretch stretch, AVRational tick) {
        AVCodec found = avcodec.avcodec_find_encoder(codec);
        if (found == null || found.isNull()) {
            throw new IllegalStateException("FFmpeg has no encoder for "
                    + avcodec.avcodec_get_name(codec).getString());
        }
        AVCodecContext encoder = avcodec.avcodec_alloc_context3(found);
        encoder.width(stretch.width())
                .height(stretch.height())
                .pix_fmt(stretch.pixelFormat())
                .time_base(tick)
                .framerate(new AVRational().num(framesPerSecond).den(1))
                .gop_size(KEYFRAME_EVERY)
                .max_b_frames(0)
                .thread_count(1)
                .strict_std_compliance(avcodec.FF_COMPLIANCE_UNOFFICIAL)
                .global_quality(4 * avutil.FF_QP2LAMBDA)
                .bit_rate(200_000)
                .flags(avcodec.AV_CODEC_FLAG_QSCALE | avcodec.AV_CODEC_FLAG_BITEXACT);
        boolean globalHeader =
                List.of("mp4", "mov", "matroska", "webm", "flv", "asf").contains(muxer);
        if (globalHeader && stretches.size() == 1) {
            encoder.flags(encoder.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
        }
        check(avcodec.avcodec_open2(encoder, found, (AVDictionary) null), "open the encoder");
        return encoder;
    }

    private static void drain(AVCodecContext encoder, AVFormatContext format, AVStream stream, AVPacket packet) {
        while (avcodec.avcodec_receive_packet(encoder, packet) >= 0) {
            packet.duration(1);
            avcodec.av_packet_rescale_ts(packet, encoder.time_base(), stream.time_base());
            packet.stream_index(stream.index());
            check(avformat.av_interleaved_write_frame(format, packet), "write a packet");
        }
    }

    /** Stripes that move on a ground of another colour in each stretch; every plane gets some. */
    private static void draw(AVFrame frame, int number) {
        for (int plane = 0;
                plane < 3 && frame.data(plane) != null && !frame.data(plane).isNull();
                plane++) {
            int stride = frame.linesize(plane);
            int rows = plane == 0 ? frame.height() : rowsOfChroma(frame);
            byte[] row = new byte[stride];
            BytePointer start = frame.data(plane);
            for (int y = 0; y < rows; y++) {
                for (int x = 0; x < stride; x++) {
                    row[x] = (byte) (40 + (x + y + 2 * number) / 8 % 5 * (plane == 0 ? 35 : 15));
                }
                start.position((long) y * stride).put(row, 0, stride);
            }
        }
    }

    private static int rowsOfChroma(AVFrame frame) {
        return switch (frame.format()) {
            case avutil.AV_PIX_FMT_YUV420P, avutil.AV_PIX_FMT_YUVJ420P -> (frame.height() + 1) / 2;
            default -> frame.height();
        };
    }

    private static void check(int status, String what) {
        if (status < 0) {
            throw new IllegalStateException("FFmpeg cannot " + what + ": " + FfmpegLog.text(status));
        }
    }
}
